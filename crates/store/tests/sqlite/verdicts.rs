//! What the ledger remembers of tasks: their states, their failures, and the attempts that came to nothing.

use jiff::SignedDuration;
use runtime::{AttemptOutcome, FailureCategory, Fingerprint, Partition, TaskKey, TaskState};

use crate::attempts::{claim, count, done, fresh, newest_attempt, now, page, plan, settle, task, without_rows};

fn key() -> TaskKey {
    TaskKey::new("publish", "edition")
}

fn failed(why: &str) -> TaskState {
    TaskState::Failed { category: FailureCategory::BlockedByGuard, why: why.into() }
}

#[tokio::test]
async fn what_planning_decides_reads_back() {
    let (_directory, store) = fresh();
    let until = Some(now() + SignedDuration::from_micros(1));
    let states = [
        TaskState::Planned,
        TaskState::NotYet { until, why: "2 Spiele laufen noch – 🏀".into() },
        TaskState::NotYet { until: None, why: "the schedule has not landed".into() },
        TaskState::Nothing { why: "no games".into() },
    ];
    let keys = ["a", "b", "c", "d"].map(|step| TaskKey::new(step, "monday"));
    let changes: Vec<_> = keys.iter().cloned().zip(states.clone()).collect();
    store.ledger.replan(&changes, now()).await.unwrap();
    plan(&store, &TaskKey::new("a", "tuesday")).await;
    let found = store.ledger.tasks(&[Partition::from("monday")]).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|task| (task.key, task.state, task.updated_at)).collect();
    let expected: Vec<_> = keys.into_iter().zip(states).map(|(key, state)| (key, state, now())).collect();
    assert_eq!(found, expected);
    assert_eq!(store.ledger.tasks(&[]).await.unwrap(), []);
}

#[tokio::test]
async fn a_reason_is_forgotten_when_the_task_can_run() {
    let (_directory, store) = fresh();
    let early = TaskState::NotYet { until: Some(now()), why: "too early".into() };
    store.ledger.replan(&[(key(), early)], now()).await.unwrap();
    let later = now() + SignedDuration::from_hours(1);
    store.ledger.replan(&[(key(), TaskState::Planned)], later).await.unwrap();
    let found = task(&store, &key()).await;
    assert_eq!((found.state, found.updated_at), (TaskState::Planned, later));
}

#[tokio::test]
async fn planning_again_leaves_a_running_task_alone() {
    let (_directory, store) = fresh();
    let lease = claim(&store, &key()).await;
    store.ledger.replan(&[(key(), TaskState::Nothing { why: "no games".into() })], now()).await.unwrap();
    assert_eq!(task(&store, &key()).await.state, TaskState::Running);
    assert!(store.ledger.settle(lease, done(page("1")), now()).await.is_ok());
}

#[tokio::test]
async fn a_failure_says_why_and_leaves_the_last_good_output() {
    let (directory, store) = fresh();
    let good = settle(&store, "publish", "edition", page("1")).await;
    let before = task(&store, &key()).await;
    let lease = claim(&store, &key()).await;
    let why = "publication refused: 3 of 90 players";
    store.ledger.settle(lease, without_rows(failed(why)), now()).await.unwrap();
    let after = task(&store, &key()).await;
    assert_eq!((after.state, after.output), (failed(why), good.output));
    assert_eq!(after.fingerprint, before.fingerprint, "the output's, not the failure's");
    let history = newest_attempt(&store, &key()).await;
    assert_eq!(history.outcome, AttemptOutcome::Failed(FailureCategory::BlockedByGuard));
    assert_eq!((history.message.as_deref(), history.rows_written), (Some(why), 0));
    assert_eq!(count(directory.path(), "published_document"), 1);
}

#[tokio::test]
async fn an_attempt_with_nothing_to_do_says_why_and_has_no_output() {
    let (_directory, store) = fresh();
    let lease = claim(&store, &key()).await;
    let nothing = TaskState::Nothing { why: "no games".into() };
    let settled = store.ledger.settle(lease, without_rows(nothing.clone()), now()).await.unwrap();
    assert_eq!((settled.output, settled.rows_written), (None, 0));
    let after = task(&store, &key()).await;
    let inputs = Some(Fingerprint::of(["other inputs"]));
    assert_eq!((after.state, after.output, after.fingerprint), (nothing, None, inputs));
    let history = newest_attempt(&store, &key()).await;
    assert_eq!((history.outcome, history.message.as_deref()), (AttemptOutcome::Nothing, Some("no games")));
    assert_eq!(history.ended_at, Some(now()));
}

#[tokio::test]
async fn nothing_to_do_this_time_leaves_the_last_good_output() {
    let (_directory, store) = fresh();
    let good = settle(&store, "publish", "edition", page("1")).await;
    let lease = claim(&store, &key()).await;
    let nothing = TaskState::Nothing { why: "every game was postponed".into() };
    store.ledger.settle(lease, without_rows(nothing.clone()), now()).await.unwrap();
    let after = task(&store, &key()).await;
    assert_eq!((after.state, after.output), (nothing, good.output));
}

#[tokio::test]
async fn no_run_of_the_past_stands_for_what_is_planned_anew() {
    let (_directory, store) = fresh();
    let good = settle(&store, "publish", "edition", page("1")).await;
    plan(&store, &key()).await;
    let after = task(&store, &key()).await;
    assert_eq!((after.state, after.fingerprint, after.output), (TaskState::Planned, None, good.output));
}

#[tokio::test]
async fn failures_are_listed_oldest_news_first_until_they_are_mended() {
    let (_directory, store) = fresh();
    let keys = ["a", "b", "c"].map(|step| TaskKey::new(step, "monday"));
    for (key, minutes) in keys.iter().zip([30, 10, 20]) {
        let lease = claim(&store, key).await;
        let at = now() + SignedDuration::from_mins(minutes);
        store.ledger.settle(lease, without_rows(failed("refused")), at).await.unwrap();
    }
    let listed = async || {
        let failed = store.ledger.failed().await.unwrap();
        failed.into_iter().map(|task| task.key.step.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(listed().await, ["b", "c", "a"]);
    settle(&store, "c", "monday", page("1")).await;
    assert_eq!(listed().await, ["b", "a"]);
}

#[tokio::test]
async fn every_category_of_failure_reads_back() {
    let (_directory, store) = fresh();
    let codes = ["upstream_failure", "processing_error", "configuration_error", "blocked_by_guard", "lost"];
    for code in codes {
        let category = FailureCategory::from_code(code).unwrap();
        let key = TaskKey::new("step", code);
        let lease = claim(&store, &key).await;
        let state = TaskState::Failed { category, why: String::new() };
        store.ledger.settle(lease, without_rows(state.clone()), now()).await.unwrap();
        assert_eq!(task(&store, &key).await.state, state);
        assert_eq!(newest_attempt(&store, &key).await.outcome, AttemptOutcome::Failed(category));
    }
}

#[tokio::test]
async fn attempts_are_numbered_upwards_and_the_newest_is_told() {
    let (directory, store) = fresh();
    let mut numbers = Vec::new();
    for body in ["1", "2", "3"] {
        settle(&store, "publish", "edition", page(body)).await;
        numbers.push(newest_attempt(&store, &key()).await.id);
    }
    assert!(numbers.is_sorted() && numbers[0] < numbers[2], "{numbers:?}");
    assert_eq!(count(directory.path(), "attempt"), 3);
    let newest = store.ledger.newest_attempts(&[key().partition]).await.unwrap();
    assert_eq!(newest.iter().map(|attempt| attempt.id).collect::<Vec<_>>(), numbers[2..]);
}
