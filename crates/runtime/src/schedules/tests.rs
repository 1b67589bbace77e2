//! The scheduler over the store in memory: who leads, what fires, and that nothing fires twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{Firing, ScheduleStore, Scheduler, SchedulesInMemory, TickRecord, decide};
use crate::state::{CatchUp, Overlap, Schedule, ScheduleError, ScheduleId, SkippedWhy, TickDecision, TickPolicy};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const NOBODY: BTreeSet<ScheduleId> = BTreeSet::new();

fn at(text: &str) -> Timestamp {
    format!("2026-01-{text}Z").parse().unwrap()
}

fn schedule(name: &str, pattern: &str) -> Schedule {
    let catch_up = CatchUp::Newest { within: HOUR };
    let policy = TickPolicy { grace: MINUTE, catch_up, overlap: Overlap::Skip };
    Schedule::parse(name, pattern, "UTC", policy).unwrap()
}

fn scheduler(store: &Arc<SchedulesInMemory>, holder: &str) -> Scheduler {
    let schedules = vec![schedule("roast", "0 * * * *"), schedule("grind", "30 7 * * *")];
    Scheduler::new(store.clone(), schedules, holder, MINUTE).unwrap()
}

fn firing(schedule: &str, due: &str, late_by: SignedDuration) -> Firing {
    Firing { schedule: schedule.into(), due: at(due), late_by }
}

#[tokio::test]
async fn what_is_due_fires_once() {
    let one = scheduler(&Arc::default(), "one");
    assert_eq!(one.tick(&NOBODY, at("10T06:59:30")).await.unwrap(), [], "nothing before the first start is owed");
    let fired = one.tick(&NOBODY, at("10T07:00:10")).await.unwrap();
    assert_eq!(fired, [firing("roast", "10T07:00", SignedDuration::ZERO)]);
    assert_eq!(one.tick(&NOBODY, at("10T07:00:10")).await.unwrap(), []);
    assert_eq!(one.tick(&NOBODY, at("10T06:59:50")).await.unwrap(), [], "the clock stepped back");
    assert_eq!(one.tick(&NOBODY, at("10T07:00:40")).await.unwrap(), []);
}

#[tokio::test]
async fn after_an_absence_the_newest_fires_late() {
    let one = scheduler(&Arc::default(), "one");
    one.tick(&NOBODY, at("10T00:30")).await.unwrap();
    let fired = one.tick(&NOBODY, at("10T07:45")).await.unwrap();
    let quarter = SignedDuration::from_mins(15);
    assert_eq!(fired, [firing("roast", "10T07:00", quarter * 3), firing("grind", "10T07:30", quarter)]);
}

#[tokio::test]
async fn while_a_firing_is_at_work_its_schedule_alone_is_skipped() {
    let store = Arc::default();
    let one = scheduler(&store, "one");
    one.tick(&NOBODY, at("10T06:30")).await.unwrap();
    let at_work = BTreeSet::from([ScheduleId::from("roast")]);
    let fired = one.tick(&at_work, at("10T07:30")).await.unwrap();
    assert_eq!(fired, [firing("grind", "10T07:30", SignedDuration::ZERO)]);
    let why = SkippedWhy::StillAtWork;
    let decision = TickDecision::Skipped { due: at("10T07:00"), why };
    let skipped = TickRecord { schedule: "roast".into(), decision, decided_at: at("10T07:30") };
    assert_eq!(store.ticks_since(at("10T07:00")).await.unwrap()[0], skipped);
}

#[tokio::test]
async fn another_process_takes_over_once_the_lease_has_run_out() {
    let store = Arc::default();
    let [one, other] = ["one", "other"].map(|holder| scheduler(&store, holder));
    one.tick(&NOBODY, at("10T06:59:30")).await.unwrap();
    assert_eq!(other.tick(&NOBODY, at("10T07:00:29")).await.unwrap(), [], "the first one leads");
    let fired = other.tick(&NOBODY, at("10T07:00:30")).await.unwrap();
    assert_eq!(fired, [firing("roast", "10T07:00", SignedDuration::ZERO)]);
    assert_eq!(one.tick(&NOBODY, at("10T07:00:31")).await.unwrap(), [], "now the other leads");
}

#[tokio::test]
async fn a_store_keeps_a_tick_once_whoever_decided_it() {
    let store = SchedulesInMemory::default();
    let tick = |due, decided_at| TickRecord {
        schedule: "roast".into(),
        decision: TickDecision::Fire { due: at(due) },
        decided_at: at(decided_at),
    };
    let first = tick("10T07:00", "10T07:00:01");
    assert_eq!(store.record(std::slice::from_ref(&first)).await.unwrap().as_slice(), std::slice::from_ref(&first));
    let second = tick("10T08:00", "10T08:00:02");
    let again = tick("10T07:00", "10T08:00:02");
    assert_eq!(store.record(&[again, second.clone()]).await.unwrap().as_slice(), std::slice::from_ref(&second));
    assert_eq!(store.ticks_since(at("10T07:00")).await.unwrap(), [first, second.clone()]);
    assert_eq!(store.ticks_since(at("10T07:00:01")).await.unwrap(), [second]);
    let considered = store.last_considered(&["roast".into(), "grind".into()]).await.unwrap();
    assert_eq!(considered, BTreeMap::from([("roast".into(), at("10T08:00"))]));
    assert_eq!(store.last_considered(&["grind".into()]).await.unwrap(), BTreeMap::new());
}

#[tokio::test]
async fn a_former_leader_that_decided_a_tick_too_does_not_fire_it() {
    let store = Arc::default();
    let [one, other] = ["one", "other"].map(|holder| scheduler(&store, holder));
    let considered = BTreeMap::from([("roast".into(), at("10T06:30"))]);
    let decided = |now| decide(&one.schedules[0], &considered, &NOBODY, at(now));
    let [stale, fresh] = [decided("10T07:00:10"), decided("10T07:00:50")];
    assert_eq!(other.fire(&fresh).await.unwrap(), [firing("roast", "10T07:00", SignedDuration::ZERO)]);
    assert_eq!(one.fire(&stale).await.unwrap(), []);
}

#[test]
fn two_schedules_of_one_name_are_refused() {
    let twice = vec![schedule("roast", "0 7 * * *"), schedule("roast", "0 8 * * *")];
    let refused = Scheduler::new(Arc::<SchedulesInMemory>::default(), twice, "one", MINUTE);
    assert!(matches!(refused, Err(ScheduleError::Twice { .. })));
}

/// Who looks at the clock, and by how many seconds that clock lies beside the last one.
fn looks() -> impl Strategy<Value = Vec<(usize, i64)>> {
    let step = prop_oneof![4 => 1..90i64, 2 => 90..7200i64, 1 => -3600..0i64, 1 => 7200..400_000i64];
    prop::collection::vec((0..2usize, step), 1..60)
}

proptest! {
    #[test]
    fn two_schedulers_on_one_store_never_fire_a_tick_twice(looks in looks()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let store = Arc::default();
        let schedulers = ["one", "other"].map(|holder| scheduler(&store, holder));
        let mut now = at("10T00:00");
        let mut fired: Vec<(ScheduleId, Timestamp)> = Vec::new();
        for (who, step) in looks {
            now += SignedDuration::from_secs(step);
            let firings = runtime.block_on(schedulers[who].tick(&NOBODY, now)).unwrap();
            fired.extend(firings.into_iter().map(|firing| (firing.schedule, firing.due)));
        }
        let distinct: BTreeSet<_> = fired.iter().collect();
        prop_assert_eq!(distinct.len(), fired.len());
        let recorded = runtime.block_on(store.ticks_since(Timestamp::UNIX_EPOCH)).unwrap();
        let fires = recorded.iter().filter(|tick| tick.decision.fires_late_by().is_some());
        prop_assert_eq!(fires.count(), fired.len(), "what is recorded as fired was handed out");
    }
}
