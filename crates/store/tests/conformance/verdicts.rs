//! What the ledger remembers of tasks: their states, their failures, and the attempts that came to nothing.

use jiff::SignedDuration;
use runtime::state::Ending;
use runtime::{
    AttemptOutcome, Beat, Breaker, Failure, FailureCategory, Fingerprint, Lane, Moved, OutputId, Partition, Priority,
    Progress, Recipe, StepId, Task, TaskKey, TaskState,
};

use crate::attempts::{claim, done, end, ended, entered, make_ready, newest_attempt, now, page, settle, task, write};
use crate::place::Place;

fn key() -> TaskKey {
    TaskKey::new("publish", "edition")
}

fn refused(why: &str) -> Ending {
    Ending::Failed(Failure::permanent(FailureCategory::BlockedByGuard, why))
}

fn dead(why: &str) -> TaskState {
    TaskState::Dead { category: FailureCategory::BlockedByGuard, why: why.into() }
}

/// Every state in which no attempt is open and no output is needed.
fn states() -> Vec<TaskState> {
    let at = now() + SignedDuration::from_micros(1);
    let why = "2 Spiele laufen noch – 🏀".to_owned();
    let category = FailureCategory::NoDataAvailable;
    vec![
        TaskState::Planned,
        TaskState::NotYet { until: Some(at), why: why.clone() },
        TaskState::NotYet { until: None, why: why.clone() },
        TaskState::Nothing { why: why.clone() },
        TaskState::Ready { since: at },
        TaskState::EmptyOk { why: why.clone() },
        TaskState::RetryAt { at, category, why: why.clone() },
        TaskState::Snoozed { until: at, why: why.clone() },
        TaskState::Dead { category, why: why.clone() },
        TaskState::Cancelled { why },
    ]
}

pub(crate) async fn every_state_reads_back(place: Place) {
    let store = place.open().await;
    let tasks: Vec<Task> = states()
        .into_iter()
        .zip(0..)
        .map(|(state, number)| Task { state, ..entered(&TaskKey::new(format!("step {number}"), "monday")) })
        .collect();
    let written = store.ledger.put(&tasks).await.unwrap();
    let expected: Vec<Task> = tasks.into_iter().map(|task| Task { revision: 1, ..task }).collect();
    assert_eq!(written, expected);
    write(&store, entered(&TaskKey::new("step 0", "tuesday"))).await;
    assert_eq!(store.ledger.tasks(&[Partition::from("monday")]).await.unwrap(), expected);
    assert_eq!(store.ledger.tasks(&[]).await.unwrap(), []);
}

pub(crate) async fn a_task_is_remembered_whole(place: Place) {
    let store = place.open().await;
    let output = settle(&store, "publish", "edition", page("1")).await.output;
    let recipe = Recipe {
        step_version: u32::MAX,
        needs: vec![StepId::from("größer, \"schöner\""), StepId::from("forecast")],
        outside: Some(Fingerprint::of(["outside"])),
        lane: Some(Lane::from("the page")),
        priority: Priority(200),
    };
    let whole = Task {
        state: TaskState::Ready { since: now() },
        recipe,
        fingerprint: Some(Fingerprint::of(["made from"])),
        wanted: Some(Fingerprint::of(["wanted"])),
        output,
        failures: 7,
        wanted_since: Some(now() - SignedDuration::from_micros(1)),
        updated_at: now() + SignedDuration::from_micros(1),
        ..task(&store, &key()).await
    };
    let written = write(&store, whole.clone()).await;
    assert_eq!(task(&store, &key()).await, written);
    assert_eq!(written, Task { revision: whole.revision + 1, ..whole });
    let bare = Task { recipe: Recipe::default(), output: None, failures: 0, wanted: None, ..written };
    let written = write(&store, bare).await;
    assert_eq!(task(&store, &key()).await, written, "and so is what it has no more");
}

pub(crate) async fn nothing_is_written_over_news(place: Place) {
    let store = place.open().await;
    let old = write(&store, entered(&key())).await;
    let newer = write(&store, Task { failures: 1, ..old.clone() }).await;
    let other = entered(&TaskKey::new("publish", "another edition"));
    let late = Task { failures: 2, ..old };
    let written = store.ledger.put(&[late, other.clone()]).await.unwrap();
    assert_eq!(written, [Task { revision: 1, ..other }], "only what nobody had written meanwhile");
    let twin = entered(&key());
    assert_eq!(store.ledger.put(&[twin]).await.unwrap(), [], "whoever entered it first stays");
    assert_eq!(task(&store, &key()).await, newer);
}

pub(crate) async fn nothing_is_written_over_an_attempt(place: Place) {
    let store = place.open().await;
    let before = make_ready(&store, &key()).await;
    let lease = claim(&store, &key()).await;
    let running = task(&store, &key()).await;
    assert_eq!(running, lease.task);
    let nothing = |task: &Task| Task { state: TaskState::Nothing { why: "no games".into() }, ..task.clone() };
    assert_eq!(store.ledger.put(&[nothing(&before), nothing(&running)]).await.unwrap(), []);
    assert_eq!(task(&store, &key()).await, running);
    assert!(store.ledger.settle(done(&lease, page("1")), now()).await.is_ok());
    assert_eq!(store.ledger.put(&[nothing(&running)]).await.unwrap(), [], "and it has moved since");
}

pub(crate) async fn a_failure_says_why_and_leaves_the_last_good_output(place: Place) {
    let store = place.open().await;
    let good = settle(&store, "publish", "edition", page("1")).await;
    let before = task(&store, &key()).await;
    let why = "publication refused: 3 of 90 players";
    end(&store, &key(), &refused(why)).await;
    let after = task(&store, &key()).await;
    assert_eq!((after.state, after.output), (dead(why), good.output));
    assert_eq!(after.fingerprint, before.fingerprint, "the output's, not the failure's");
    assert!(after.wanted.is_some(), "what it failed at is remembered");
    let history = newest_attempt(&store, &key()).await;
    assert_eq!(history.outcome, AttemptOutcome::Failed(FailureCategory::BlockedByGuard));
    assert_eq!((history.message.as_deref(), history.rows_written), (Some(why), 0));
    assert_eq!(place.count("published_document").await, 1);
}

pub(crate) async fn an_attempt_with_nothing_to_do_says_why_and_has_no_output(place: Place) {
    let store = place.open().await;
    let lease = claim(&store, &key()).await;
    let nothing = Ending::Nothing { why: "no games".into() };
    let settled = store.ledger.settle(ended(&lease, &nothing, now()), now()).await.unwrap();
    assert_eq!((settled.output, settled.rows_written), (None, 0));
    let after = task(&store, &key()).await;
    let empty = TaskState::EmptyOk { why: "no games".into() };
    assert_eq!((after.state, after.output, after.fingerprint), (empty, None, Some(lease.wanted())));
    let history = newest_attempt(&store, &key()).await;
    assert_eq!((history.outcome, history.message.as_deref()), (AttemptOutcome::Nothing, Some("no games")));
    assert_eq!(history.ended_at, Some(now()));
}

pub(crate) async fn nothing_to_do_this_time_leaves_the_last_good_output(place: Place) {
    let store = place.open().await;
    let good = settle(&store, "publish", "edition", page("1")).await;
    let why = "every game was postponed".to_owned();
    end(&store, &key(), &Ending::Nothing { why: why.clone() }).await;
    let after = task(&store, &key()).await;
    assert_eq!((after.state, after.output), (TaskState::EmptyOk { why }, good.output));
}

pub(crate) async fn what_is_nobody_s_fault_counts_as_no_failure(place: Place) {
    let store = place.open().await;
    end(&store, &key(), &Ending::lost("killed")).await;
    let until = now() + SignedDuration::from_hours(1);
    let endings = [
        (Ending::TooEarly { until, why: "no lines".into() }, TaskState::Snoozed { until, why: "no lines".into() }),
        (Ending::Returned, TaskState::Ready { since: now() }),
        (Ending::Cancelled { why: "no".into() }, TaskState::Cancelled { why: "no".into() }),
    ];
    for (ending, state) in endings {
        end(&store, &key(), &ending).await;
        let after = task(&store, &key()).await;
        assert_eq!((after.state, after.failures), (state, 1), "{ending:?}");
    }
    assert_eq!(newest_attempt(&store, &key()).await.number, 2, "the second at these inputs until one succeeds");
    settle(&store, "publish", "edition", page("1")).await;
    assert_eq!(task(&store, &key()).await.failures, 0);
}

pub(crate) async fn what_is_unsettled_is_listed_oldest_news_first_until_it_is_mended(place: Place) {
    let store = place.open().await;
    let keys = ["a", "b", "c"].map(|step| TaskKey::new(step, "monday"));
    for (key, minutes) in keys.iter().zip([30, 10, 20]) {
        let lease = claim(&store, key).await;
        let at = now() + SignedDuration::from_mins(minutes);
        store.ledger.settle(ended(&lease, &refused("refused"), at), at).await.unwrap();
    }
    let listed = async || {
        let unsettled = store.ledger.unsettled().await.unwrap();
        unsettled.into_iter().map(|task| task.key.step.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(listed().await, ["b", "c", "a"]);
    settle(&store, "c", "monday", page("1")).await;
    assert_eq!(listed().await, ["b", "a"]);
}

pub(crate) async fn what_waits_for_somebody_is_unsettled_and_nothing_else(place: Place) {
    let store = place.open().await;
    for state in states() {
        let key = TaskKey::new(state.code(), "monday");
        // A task that is there already has this state with another reason or instant.
        store.ledger.put(&[Task { state, ..entered(&key) }]).await.unwrap();
    }
    claim(&store, &TaskKey::new("running", "monday")).await;
    settle(&store, "done", "monday", page("1")).await;
    let unsettled = store.ledger.unsettled().await.unwrap();
    let mut states: Vec<&str> = unsettled.iter().map(|task| task.state.code()).collect();
    states.sort_unstable();
    assert_eq!(states, ["cancelled", "dead", "ready", "retry_at", "running", "snoozed"]);
}

pub(crate) async fn every_category_of_failure_reads_back(place: Place) {
    let store = place.open().await;
    let codes = [
        "no_data_available",
        "upstream_failure",
        "processing_error",
        "timeout",
        "configuration_error",
        "blocked_by_guard",
        "lost",
    ];
    for code in codes {
        let category = FailureCategory::from_code(code).unwrap();
        let key = TaskKey::new("step", code);
        end(&store, &key, &Ending::Failed(Failure::permanent(category, ""))).await;
        assert_eq!(task(&store, &key).await.state, TaskState::Dead { category, why: String::new() });
        assert_eq!(newest_attempt(&store, &key).await.outcome, AttemptOutcome::Failed(category));
    }
}

pub(crate) async fn attempts_are_numbered_upwards_and_the_newest_is_told(place: Place) {
    let store = place.open().await;
    let mut numbers = Vec::new();
    for body in ["1", "2", "3"] {
        let output = settle(&store, "publish", "edition", page(body)).await.output;
        let newest = newest_attempt(&store, &key()).await.id;
        assert_eq!(output, Some(OutputId(newest.0)));
        numbers.push(newest);
    }
    assert!(numbers.is_sorted() && numbers[0] < numbers[2], "{numbers:?}");
    assert_eq!(place.count("attempt").await, 3);
    let newest = store.ledger.newest_attempts(&[key().partition]).await.unwrap();
    assert_eq!(newest.iter().map(|attempt| attempt.id).collect::<Vec<_>>(), numbers[2..]);
}

pub(crate) async fn a_reason_may_quote_a_zero_byte(place: Place) {
    let store = place.open().await;
    let lease = claim(&store, &key()).await;
    let stage = Progress { stage: "a\0b".into(), done: 1, total: 2, at: now() };
    let beat = Beat { attempt: lease.attempt, lease_until: now(), progress: Some(stage) };
    assert_eq!(store.ledger.beat(&[beat]).await.unwrap(), []);
    store.ledger.settle(ended(&lease, &refused("a\0b"), now()), now()).await.unwrap();
    let (stands, history) = (task(&store, &key()).await, newest_attempt(&store, &key()).await);
    let put_off = TaskState::Cancelled { why: "a\0b".into() };
    let put_off = write(&store, Task { state: put_off, ..stands.clone() }).await;
    assert_eq!(put_off.revision, task(&store, &key()).await.revision);
    let open = Breaker::Open { until: now(), since: now(), times: 1, why: "a\0b".into() };
    assert_eq!(store.ledger.move_breaker(&key().step, &Breaker::default(), &open).await.unwrap(), Moved::Yes);
    // Postgres keeps another letter in its place.
    let texts = [stands.state.why(), history.message.as_deref(), history.progress.as_ref().map(|p| p.stage.as_str())];
    for text in texts {
        assert_eq!(text.unwrap().replace('\0', "\u{fffd}"), "a\u{fffd}b");
    }
}
