//! Run history: what runs took by day, which attempts there were, and what may be forgotten of them.

use jiff::{SignedDuration, Timestamp};
use runtime::judge::{Parts, StepDay};
use runtime::state::Ending;
use runtime::{
    Attempt, AttemptFilter, Failure, FailureCategory, Lease, Settlement, StepId, TaskKey, TaskState, Timing, Which,
};
use store::Store;

use crate::attempts::{
    at, claim_of, done, end, ended, entered, make_ready, newest_attempt, now, page, settle, task, write,
};
use crate::place::Place;

fn stumbles() -> Ending {
    Ending::Failed(Failure::transient(FailureCategory::UpstreamFailure, "not there"))
}

/// A task that was ready so many seconds before it was claimed.
async fn claim_after(store: &Store, key: &TaskKey, seconds: i64) -> Lease {
    let ready = make_ready(store, key).await;
    let since = now() - SignedDuration::from_secs(seconds);
    write(store, runtime::Task { state: TaskState::Ready { since }, ..ready }).await;
    let [lease] = claim_of(store, &[key]).await.try_into().unwrap();
    lease
}

/// A successful run that computed for so long, settled at an instant.
async fn run(store: &Store, step: &str, wait: i64, compute: i64, at: Timestamp) -> Parts {
    let lease = claim_after(store, &TaskKey::new(step, format!("{at} {wait}")), wait).await;
    let seconds = SignedDuration::from_secs;
    let timing = Timing { fetch: seconds(1), compute: seconds(compute), write: SignedDuration::ZERO };
    let settled = store.ledger.settle(Settlement { timing, ..done(&lease, page("1")) }, at).await.unwrap();
    let write = SignedDuration::from_micros(settled.write.as_micros().try_into().unwrap());
    Parts { wait: seconds(wait), fetch: timing.fetch, compute: timing.compute, write }
}

fn at_work(parts: &Parts) -> SignedDuration {
    parts.fetch + parts.compute + parts.write
}

pub(crate) async fn successful_runs_are_added_up_by_step_and_day_of_the_prime_meridian(place: Place) {
    let (store, other) = (place.open().await, place.open().await);
    let monday = at("2025-01-13T23:59:59.999999Z");
    let tuesday = at("2025-01-14T00:00:00Z");
    let first = run(&store, "publish", 5, 2, monday).await;
    let second = run(&other, "publish", 7, 10, monday).await;
    run(&store, "publish", 0, 4, tuesday).await;
    run(&store, "consolidate", 0, 1, tuesday).await;
    end(&store, &TaskKey::new("publish", "x"), &stumbles()).await;
    let days = store.history.step_days("2025-01-13".parse().unwrap()).await.unwrap();
    let told: Vec<(String, String, u64)> =
        days.iter().map(|day| (day.step.to_string(), day.day.to_string(), day.runs)).collect();
    let expected = [("consolidate", "2025-01-14", 1), ("publish", "2025-01-13", 2), ("publish", "2025-01-14", 1)];
    assert_eq!(told, expected.map(|(step, day, runs)| (step.to_owned(), day.to_owned(), runs)));
    let StepDay { sums, longest, squares, .. } = &days[1];
    assert_eq!(sums.wait, first.wait + second.wait);
    assert_eq!((sums.fetch, sums.compute), (first.fetch + second.fetch, first.compute + second.compute));
    assert_eq!(sums.write, first.write + second.write);
    assert_eq!(*longest, at_work(&second));
    let square = |parts: &Parts| (at_work(parts).as_secs_f64() * 1000.0).powi(2);
    assert!((squares / (square(&first) + square(&second)) - 1.0).abs() < 1e-6, "{squares}");
    let since_tuesday = store.history.step_days("2025-01-14".parse().unwrap()).await.unwrap();
    assert_eq!(since_tuesday, [days[0].clone(), days[2].clone()]);
}

pub(crate) async fn the_newest_success_of_every_step_is_told(place: Place) {
    let store = place.open().await;
    assert_eq!(store.history.newest_done().await.unwrap(), []);
    settle(&store, "publish", "a", page("1")).await;
    settle(&store, "publish", "b", page("1")).await;
    settle(&store, "consolidate", "a", page("1")).await;
    end(&store, &TaskKey::new("publish", "c"), &stumbles()).await;
    end(&store, &TaskKey::new("forecast", "c"), &Ending::Nothing { why: "no games".into() }).await;
    let newest = store.history.newest_done().await.unwrap();
    let keys: Vec<TaskKey> = newest.iter().map(|attempt| attempt.key.clone()).collect();
    assert_eq!(keys, [TaskKey::new("consolidate", "a"), TaskKey::new("publish", "b")]);
    assert_eq!(newest[1], newest_attempt(&store, &keys[1]).await);
}

fn steps_of(attempts: &[Attempt]) -> Vec<String> {
    attempts.iter().map(|attempt| attempt.key.to_string()).collect()
}

pub(crate) async fn attempts_are_listed_newest_first_as_they_are_asked_for(place: Place) {
    let store = place.open().await;
    settle(&store, "publish", "a", page("1")).await;
    end(&store, &TaskKey::new("publish", "b"), &stumbles()).await;
    end(&store, &TaskKey::new("consolidate", "a"), &stumbles()).await;
    claim_after(&store, &TaskKey::new("consolidate", "b"), 0).await;
    let all = AttemptFilter { step: None, which: Which::All, since: now(), at_most: 10 };
    let listed = async |filter: &AttemptFilter| steps_of(&store.history.attempts(filter).await.unwrap());
    assert_eq!(listed(&all).await, ["consolidate b", "consolidate a", "publish b", "publish a"]);
    assert_eq!(listed(&AttemptFilter { at_most: 2, ..all.clone() }).await, ["consolidate b", "consolidate a"]);
    let failed = AttemptFilter { which: Which::Failed, ..all.clone() };
    assert_eq!(listed(&failed).await, ["consolidate a", "publish b"]);
    let step = Some(StepId::from("publish"));
    assert_eq!(listed(&AttemptFilter { step: step.clone(), ..all.clone() }).await, ["publish b", "publish a"]);
    assert_eq!(listed(&AttemptFilter { step, ..failed }).await, ["publish b"]);
    let since = now() + SignedDuration::from_micros(1);
    assert!(listed(&AttemptFilter { since, ..all }).await.is_empty());
}

pub(crate) async fn what_nothing_rests_on_is_forgotten_after_its_time(place: Place) {
    let store = place.open().await;
    let key = TaskKey::new("publish", "a");
    settle(&store, "consolidate", "a", page("1")).await;
    let endings = [Ending::Returned, stumbles(), Ending::Nothing { why: "no games".into() }];
    for ending in &endings {
        let mut ready = make_ready(&store, &key).await;
        ready.recipe.needs = vec!["consolidate".into()];
        write(&store, ready).await;
        let [lease] = claim_of(&store, &[&key]).await.try_into().unwrap();
        assert_eq!(lease.inputs.len(), 1, "what it read is noted");
        store.ledger.settle(ended(&lease, ending, now()), now()).await.unwrap();
    }
    let open = claim_after(&store, &TaskKey::new("publish", "b"), 0).await;
    let days = store.history.step_days("2025-01-01".parse().unwrap()).await.unwrap();
    assert_eq!(store.history.prune(now()).await.unwrap(), 0, "they ended just then");
    assert_eq!(store.history.prune(now() + SignedDuration::from_micros(1)).await.unwrap(), 3);
    let all = AttemptFilter { step: None, which: Which::All, since: now(), at_most: 10 };
    assert_eq!(steps_of(&store.history.attempts(&all).await.unwrap()), ["publish b", "consolidate a"]);
    assert_eq!(place.count("attempt_input").await, 0);
    assert_eq!(store.history.step_days("2025-01-01".parse().unwrap()).await.unwrap(), days);
    assert_eq!(task(&store, &key).await.state, TaskState::EmptyOk { why: "no games".into() });
    assert!(store.ledger.settle(done(&open, page("1")), now()).await.is_ok());
}

pub(crate) async fn a_ledger_in_order_breaks_no_rule_and_another_says_which(place: Place) {
    let store = place.open().await;
    settle(&store, "publish", "a", page("1")).await;
    claim_after(&store, &TaskKey::new("publish", "b"), 0).await;
    assert_eq!(store.history.broken_rules().await.unwrap(), []);
    place.ask("UPDATE attempt SET ended_at = started_at - 1 WHERE outcome = 'done'").await;
    place.ask("UPDATE task SET state = 'planned', open_attempt = NULL WHERE state = 'running'").await;
    let broken = store.history.broken_rules().await.unwrap();
    let broken: Vec<(&str, u64)> = broken.iter().map(|rule| (rule.rule.as_str(), rule.rows)).collect();
    assert_eq!(broken, [("an open attempt holds its task", 1), ("an attempt ends after it started", 1)]);
}

pub(crate) async fn whether_it_takes_writes_is_tried_and_leaves_nothing(place: Place) {
    let store = place.open().await;
    for _ in 0..2 {
        store.history.probe(now()).await.unwrap();
    }
    assert_eq!(place.count("probe").await, 0);
    assert!(place.look().await.history.probe(now()).await.is_err(), "who only looks cannot write");
    store.ledger.put(&[entered(&TaskKey::new("publish", "a"))]).await.unwrap();
}
