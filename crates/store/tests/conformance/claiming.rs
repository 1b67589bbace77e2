//! Claims: which tasks are taken, in which order, and which are left alone.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use runtime::state::Ending;
use runtime::{Claim, FailureCategory, HEARTBEAT, Lane, Lease, Priority, StepId, Task, TaskKey, TaskState, Work};
use store::Store;

use crate::attempts::{
    claim, claim_of, done, end, entered, make_ready, newest_attempt, now, offer, page, settle, task, write,
};
use crate::place::Place;

fn key(step: &str) -> TaskKey {
    TaskKey::new(step, "monday")
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// A task that is ready since so many minutes from now.
fn ready_in(step: &str, count: i64) -> Task {
    Task { state: TaskState::Ready { since: now() + minutes(count) }, ..entered(&key(step)) }
}

fn urgent(priority: u8, task: Task) -> Task {
    let recipe = runtime::Recipe { priority: Priority(priority), ..task.recipe.clone() };
    Task { recipe, ..task }
}

fn in_lane(lane: &str, task: Task) -> Task {
    let recipe = runtime::Recipe { lane: Some(Lane::from(lane)), ..task.recipe.clone() };
    Task { recipe, ..task }
}

fn needing(needs: &[&str], task: Task) -> Task {
    let needs = needs.iter().map(|step| StepId::from(*step)).collect();
    let recipe = runtime::Recipe { needs, ..task.recipe.clone() };
    Task { recipe, ..task }
}

async fn put(store: &Store, tasks: &[Task]) {
    assert_eq!(store.ledger.put(tasks).await.unwrap().len(), tasks.len());
}

fn steps(leases: &[Lease]) -> Vec<&str> {
    leases.iter().map(|lease| lease.task.key.step.as_str()).collect()
}

async fn taken(store: &Store, wanted: Claim, at: Timestamp) -> Vec<String> {
    let leases = store.ledger.claim(&wanted, at).await.unwrap();
    steps(&leases).into_iter().map(str::to_owned).collect()
}

pub(crate) async fn anything_is_the_most_urgent_first_and_then_the_oldest(place: Place) {
    let store = place.open().await;
    let lazy = urgent(1, ready_in("lazy", -9));
    put(&store, &[lazy, ready_in("young", 0), ready_in("old", -1), ready_in("future", 1)]).await;
    let two = Claim { at_most: 2, ..offer(&store, Work::Anything) };
    assert_eq!(taken(&store, two, now()).await, ["old", "young"]);
    assert_eq!(taken(&store, offer(&store, Work::Anything), now()).await, ["lazy"]);
    assert_eq!(taken(&store, offer(&store, Work::Anything), now() + minutes(1)).await, ["future"]);
}

pub(crate) async fn named_tasks_are_taken_in_the_order_they_are_named(place: Place) {
    let store = place.open().await;
    put(&store, &[urgent(1, ready_in("a", 0)), ready_in("b", 0), ready_in("c", 0)]).await;
    let named = Work::Of(["c", "nobody knows it", "a", "b"].map(key).into());
    let two = Claim { at_most: 2, ..offer(&store, named.clone()) };
    assert_eq!(taken(&store, two, now()).await, ["c", "a"]);
    assert_eq!(taken(&store, offer(&store, named), now()).await, ["b"]);
    let none = Claim { at_most: 0, ..offer(&store, Work::Anything) };
    assert_eq!(taken(&store, none, now()).await, Vec::<String>::new());
}

pub(crate) async fn what_is_put_off_is_taken_when_its_time_has_come_and_the_rest_never(place: Place) {
    let store = place.open().await;
    let (at, why) = (now() + minutes(5), || "x".to_owned());
    let category = FailureCategory::UpstreamFailure;
    let states = [
        TaskState::RetryAt { at, category, why: why() },
        TaskState::Snoozed { until: at, why: why() },
        TaskState::Planned,
        TaskState::NotYet { until: Some(now()), why: why() },
        TaskState::Nothing { why: why() },
        TaskState::EmptyOk { why: why() },
        TaskState::Dead { category, why: why() },
        TaskState::Cancelled { why: why() },
    ];
    let tasks: Vec<Task> =
        states.into_iter().map(|state| Task { state: state.clone(), ..entered(&key(state.code())) }).collect();
    put(&store, &tasks).await;
    let named = || Work::Of(tasks.iter().map(|task| task.key.clone()).collect());
    let before = at - SignedDuration::from_micros(1);
    for work in [Work::Anything, named()] {
        assert_eq!(taken(&store, offer(&store, work), before).await, Vec::<String>::new());
    }
    assert_eq!(taken(&store, offer(&store, named()), at).await, ["retry_at", "snoozed"]);
}

pub(crate) async fn a_barred_step_keeps_nobody_else_waiting(place: Place) {
    let store = place.open().await;
    let many = (0..200).map(|day| ready_of("broken", day));
    put(&store, &many.collect::<Vec<_>>()).await;
    put(&store, &[urgent(9, ready_in("sound", 0))]).await;
    let barred = Claim { at_most: 1, barred: vec!["broken".into()], ..offer(&store, Work::Anything) };
    assert_eq!(taken(&store, barred, now()).await, ["sound"]);
    let named = Work::Of(vec![TaskKey::new("broken", "day 0")]);
    let barred = Claim { barred: vec!["broken".into()], ..offer(&store, named) };
    assert_eq!(taken(&store, barred, now()).await, Vec::<String>::new());
}

fn ready_of(step: &str, day: usize) -> Task {
    entered(&TaskKey::new(step, format!("day {day}")))
}

pub(crate) async fn of_a_probed_step_one_task_is_taken(place: Place) {
    let store = place.open().await;
    put(&store, &[ready_of("broken", 0), ready_of("broken", 1), ready_of("sound", 0), ready_of("sound", 1)]).await;
    let probing = Claim { probed: vec!["broken".into()], ..offer(&store, Work::Anything) };
    assert_eq!(taken(&store, probing, now()).await, ["broken", "sound", "sound"]);
}

pub(crate) async fn in_a_lane_one_works_at_a_time_and_in_order(place: Place) {
    let store = place.open().await;
    put(&store, &[in_lane("page", ready_in("a", 0)), in_lane("page", ready_in("b", 0))]).await;
    put(&store, &[in_lane("archive", ready_in("c", 0)), ready_in("d", 0)]).await;
    let leases = store.ledger.claim(&offer(&store, Work::Anything), now()).await.unwrap();
    assert_eq!(steps(&leases), ["a", "c", "d"]);
    for work in [Work::Anything, Work::Of(vec![key("b")])] {
        assert_eq!(taken(&store, offer(&store, work), now()).await, Vec::<String>::new());
    }
    store.ledger.settle(done(&leases[0], page("1")), now()).await.unwrap();
    assert_eq!(taken(&store, offer(&store, Work::Anything), now()).await, ["b"]);
}

pub(crate) async fn what_waits_for_a_retry_leaves_its_lane_to_the_others(place: Place) {
    let store = place.open().await;
    put(&store, &[in_lane("page", ready_in("a", 0)), in_lane("page", ready_in("b", 0))]).await;
    let [first] = claim_of(&store, &[&key("a"), &key("b")]).await.try_into().unwrap();
    let lost = crate::attempts::ended(&first, &Ending::lost("killed"), now());
    store.ledger.settle(lost, now()).await.unwrap();
    assert_eq!(taken(&store, offer(&store, Work::Anything), now()).await, ["b"]);
}

pub(crate) async fn nothing_is_taken_whose_upstream_is_being_made_anew(place: Place) {
    let store = place.open().await;
    put(&store, &[needing(&["roast", "rest"], ready_in("grind", 0))]).await;
    let grind = key("grind");
    assert!(claim_of(&store, &[&grind]).await.is_empty(), "nobody planned what it needs");
    settle(&store, "roast", "monday", page("1")).await;
    end(&store, &key("rest"), &Ending::Nothing { why: "no time".into() }).await;
    let roast = make_ready(&store, &key("roast")).await;
    assert!(claim_of(&store, &[&grind]).await.is_empty(), "it will read what is about to be made");
    let roasting = claim(&store, &roast.key).await;
    assert!(claim_of(&store, &[&grind]).await.is_empty());
    let newer = store.ledger.settle(done(&roasting, page("2")), now()).await.unwrap();
    let [lease] = claim_of(&store, &[&grind]).await.try_into().unwrap();
    let inputs = BTreeMap::from([(StepId::from("roast"), newer.output.unwrap())]);
    assert_eq!(lease.inputs, inputs, "and of what had nothing to do it is given nothing");
    assert_eq!(lease.wanted(), lease.task.recipe.fingerprint(&grind.step, &inputs));
}

pub(crate) async fn an_attempt_remembers_who_took_it_since_when_it_waited_and_how_often_it_failed(place: Place) {
    let store = place.open().await;
    let retry = TaskState::RetryAt { at: now() - minutes(2), category: FailureCategory::Lost, why: "killed".into() };
    let before = write(&store, Task { state: retry, failures: 2, ..entered(&key("roast")) }).await;
    let [lease] = claim_of(&store, &[&key("roast")]).await.try_into().unwrap();
    let attempt = newest_attempt(&store, &key("roast")).await;
    assert_eq!((attempt.id, attempt.worker, attempt.number), (lease.attempt, store.worker.clone(), 3));
    assert_eq!((attempt.ready_at, attempt.started_at), (now() - minutes(2), now()));
    assert_eq!((attempt.lease_until, attempt.ended_at, attempt.progress), (now() + HEARTBEAT, None, None));
    let running = task(&store, &key("roast")).await;
    assert_eq!((running.state.clone(), running.revision), (TaskState::Running, before.revision + 1));
    assert_eq!(running, Task { updated_at: now(), ..lease.task });
}
