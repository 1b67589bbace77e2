//! Leases: beats that renew them, who is told that he lost his, and what is known of attempts that have not ended.

use jiff::SignedDuration;
use runtime::state::Ending;
use runtime::{
    AttemptId, AttemptOutcome, Beat, Failure, FailureCategory, HEARTBEAT, Lease, Progress, RetryLoad, Settlement,
    TaskKey, TaskState, Timing,
};
use store::Store;

use crate::attempts::{
    claim, claim_of, done, end, ended, make_ready, newest_attempt, now, page, reap, settle, task, write,
};
use crate::place::Place;

fn key(edition: &str) -> TaskKey {
    TaskKey::new("publish", edition)
}

fn beat(lease: &Lease, seconds: i64, progress: Option<Progress>) -> Beat {
    let lease_until = now() + SignedDuration::from_secs(seconds);
    Beat { attempt: lease.attempt, lease_until, progress }
}

/// The store again, in hands that know nothing of other processes: leases alone decide.
fn without_liveness(store: &Store) -> Store {
    struct Blind;
    impl runtime::Liveness for Blind {
        fn of(&self, _: &runtime::WorkerId) -> runtime::Life {
            runtime::Life::Unknown
        }
    }
    Store { liveness: std::sync::Arc::new(Blind), ..store.clone() }
}

pub(crate) async fn a_lease_runs_out_at_its_instant_unless_a_beat_renews_it(place: Place) {
    let store = place.open().await;
    let store = without_liveness(&store);
    let (first, _second) = (claim(&store, &key("a")).await, claim(&store, &key("b")).await);
    assert_eq!(store.ledger.beat(&[beat(&first, 60, None)]).await.unwrap(), []);
    assert_eq!(reap(&store, now() + HEARTBEAT - SignedDuration::from_micros(1)).await, []);
    assert_eq!(reap(&store, now() + HEARTBEAT).await, [key("b")]);
    assert_eq!(reap(&store, now() + SignedDuration::from_secs(59)).await, []);
    assert_eq!(reap(&store, now() + SignedDuration::from_secs(63)).await, [key("a")]);
    let lost = newest_attempt(&store, &key("a")).await;
    assert_eq!(lost.outcome, AttemptOutcome::Failed(FailureCategory::Lost));
    let why = format!("nothing was heard of {} since its lease ran out 3 s ago", store.worker);
    assert_eq!(lost.message, Some(why));
}

pub(crate) async fn a_beat_tells_how_far_it_is(place: Place) {
    let store = place.open().await;
    let lease = claim(&store, &key("a")).await;
    let far = Progress { stage: "Läufe".into(), done: 3, total: u64::from(u32::MAX), at: now() };
    store.ledger.beat(&[beat(&lease, 60, Some(far.clone()))]).await.unwrap();
    let open = store.ledger.open_attempts().await.unwrap();
    let [open] = open.as_slice() else { panic!("{open:?}") };
    let lease_until = now() + SignedDuration::from_secs(60);
    assert_eq!((&open.attempt.progress, open.attempt.lease_until), (&Some(far.clone()), lease_until));
    store.ledger.settle(done(&lease, page("1")), now()).await.unwrap();
    assert_eq!(newest_attempt(&store, &key("a")).await.progress, Some(far), "and it is remembered");
}

pub(crate) async fn a_beat_of_what_somebody_closed_says_so_and_changes_nothing(place: Place) {
    let store = place.open().await;
    let (reaped, open) = (claim(&store, &key("a")).await, claim(&store, &key("b")).await);
    store.ledger.settle(ended(&reaped, &Ending::lost("killed"), now()), now()).await.unwrap();
    let closed = newest_attempt(&store, &key("a")).await;
    let never = AttemptId(4711);
    let beats = [beat(&reaped, 60, None), beat(&open, 60, None), Beat { attempt: never, ..beat(&open, 60, None) }];
    assert_eq!(store.ledger.beat(&beats).await.unwrap(), [reaped.attempt, never]);
    assert_eq!(newest_attempt(&store, &key("a")).await, closed);
    assert_eq!(newest_attempt(&store, &key("b")).await.lease_until, now() + SignedDuration::from_secs(60));
}

pub(crate) async fn who_finds_an_open_attempt_knows_all_that_its_worker_knows(place: Place) {
    let store = place.open().await;
    settle(&store, "consolidate", "a", page("1")).await;
    let mut publish = make_ready(&store, &key("a")).await;
    publish.recipe.needs = vec!["consolidate".into()];
    write(&store, publish).await;
    let [lease] = claim_of(&store, &[&key("a")]).await.try_into().unwrap();
    let open = store.ledger.open_attempts().await.unwrap();
    let [open] = open.as_slice() else { panic!("{open:?}") };
    assert_eq!(open.attempt, newest_attempt(&store, &key("a")).await);
    assert_eq!((open.lease.attempt, open.lease.claimed_at), (lease.attempt, lease.claimed_at));
    assert_eq!((&open.lease.inputs, open.lease.wanted()), (&lease.inputs, lease.wanted()));
    assert_eq!(open.lease.task, task(&store, &key("a")).await);
    store.ledger.settle(done(&open.lease, page("2")), now()).await.unwrap();
    assert!(store.ledger.open_attempts().await.unwrap().is_empty());
    assert_eq!(task(&store, &key("a")).await.fingerprint, Some(lease.wanted()));
}

pub(crate) async fn where_the_time_of_an_attempt_went_is_remembered(place: Place) {
    let store = place.open().await;
    let lease = claim(&store, &key("a")).await;
    let timing = Timing {
        fetch: SignedDuration::from_micros(1),
        compute: SignedDuration::from_hours(30),
        write: SignedDuration::ZERO,
    };
    let settled = store.ledger.settle(Settlement { timing, ..done(&lease, page("1")) }, now()).await.unwrap();
    let told = newest_attempt(&store, &key("a")).await.timing;
    assert_eq!((told.fetch, told.compute), (timing.fetch, timing.compute));
    assert_eq!(told.write.as_micros(), settled.write.as_micros());
    assert!(settled.write > SignedDuration::ZERO, "it is measured here");
}

pub(crate) async fn the_load_of_a_step_is_its_first_attempts_and_its_retries_of_late(place: Place) {
    let store = place.open().await;
    let stumbles = Ending::Failed(Failure::transient(FailureCategory::UpstreamFailure, "not there"));
    settle(&store, "publish", "a", page("1")).await;
    for _ in 0..3 {
        end(&store, &key("b"), &stumbles).await;
    }
    end(&store, &key("b"), &Ending::Returned).await;
    claim(&store, &key("c")).await;
    settle(&store, "forecast", "a", page("1")).await;
    let load = async |step: &str, since| store.ledger.retry_load(&step.into(), since).await.unwrap();
    // Given back, an attempt was none: the third retry is made twice.
    assert_eq!(load("publish", now()).await, RetryLoad { originals: 3, retries: 3 });
    assert_eq!(load("forecast", now()).await, RetryLoad { originals: 1, retries: 0 });
    assert_eq!(load("publish", now() + SignedDuration::from_micros(1)).await, RetryLoad::default());
    assert_eq!(load("nobody", now()).await, RetryLoad::default());
    assert_eq!(task(&store, &key("b")).await.state, TaskState::Ready { since: now() });
}
