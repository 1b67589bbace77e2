//! Ticks of schedules are decided once, and one process leads at a time.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use runtime::{LeaderLease, MissedWhy, ScheduleId, SkippedWhy, TickDecision, TickRecord};

use crate::attempts::now;
use crate::place::Place;

fn minute(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

fn tick(schedule: &str, decision: TickDecision) -> TickRecord {
    TickRecord { schedule: schedule.into(), decision, decided_at: minute(60) }
}

fn fires(schedule: &str, minutes: i64) -> TickRecord {
    tick(schedule, TickDecision::Fire { due: minute(minutes) })
}

/// Each kind of decision, a minute apart.
fn every_decision() -> Vec<TickRecord> {
    let late_by = SignedDuration::from_micros(1);
    let missed = |minutes, why| TickDecision::Missed { due: minute(minutes), why };
    let skipped = |minutes, why| TickDecision::Skipped { due: minute(minutes), why };
    let decisions = [
        TickDecision::Begins { at: minute(0) },
        TickDecision::Fire { due: minute(1) },
        TickDecision::FireLate { due: minute(2), late_by },
        missed(3, MissedWhy::NoCatchUp),
        missed(4, MissedWhy::TooLate),
        missed(5, MissedWhy::Overtaken),
        TickDecision::MissedMany { first: minute(-99), last: minute(6), at_least: 1000 },
        skipped(7, SkippedWhy::StillAtWork),
        skipped(8, SkippedWhy::Overtaken),
    ];
    decisions.map(|decision| tick("roast", decision)).into()
}

pub(crate) async fn every_decision_about_a_tick_is_kept_once_and_comes_back(place: Place) {
    let store = place.open().await;
    let ticks = every_decision();
    assert_eq!(store.schedules.record(&ticks).await.unwrap(), ticks);
    assert_eq!(store.schedules.ticks_since(minute(0)).await.unwrap(), ticks);
    assert_eq!(store.schedules.ticks_since(minute(7)).await.unwrap(), ticks[7..]);
    let other = place.open().await;
    let contradictions: Vec<TickRecord> = (0..9).map(|minutes| fires("roast", minutes)).collect();
    assert_eq!(other.schedules.record(&contradictions).await.unwrap(), [], "they were decided before");
    assert_eq!(store.schedules.ticks_since(minute(0)).await.unwrap(), ticks);
    assert_eq!(store.schedules.record(&[]).await.unwrap(), []);
}

pub(crate) async fn of_several_ticks_those_that_are_new_are_told_in_their_order(place: Place) {
    let store = place.open().await;
    store.schedules.record(&[fires("roast", 1)]).await.unwrap();
    let ticks = [fires("roast", 3), fires("roast", 1), fires("bake", 1), fires("roast", 3), fires("bake", 0)];
    let told = store.schedules.record(&ticks).await.unwrap();
    assert_eq!(told, [ticks[0].clone(), ticks[2].clone(), ticks[4].clone()]);
    let kept = store.schedules.ticks_since(minute(0)).await.unwrap();
    let by_instant = [fires("bake", 0), fires("bake", 1), fires("roast", 1), fires("roast", 3)];
    assert_eq!(kept, by_instant);
}

pub(crate) async fn each_schedule_is_known_up_to_its_newest_tick(place: Place) {
    let store = place.open().await;
    store.schedules.record(&[fires("roast", 3), fires("roast", 1), fires("bake", 2)]).await.unwrap();
    let asked = ["roast", "bake", "never seen"].map(ScheduleId::from);
    let expected = BTreeMap::from([("roast".into(), minute(3)), ("bake".into(), minute(2))]);
    assert_eq!(store.schedules.last_considered(&asked).await.unwrap(), expected);
    assert_eq!(store.schedules.last_considered(&asked[1..2]).await.unwrap().len(), 1);
    assert_eq!(store.schedules.last_considered(&[]).await.unwrap(), BTreeMap::new());
}

pub(crate) async fn of_two_who_decide_the_same_ticks_each_is_told_what_he_was_first_with(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let ticks: Vec<TickRecord> = (0..40).map(|minutes| fires("roast", minutes)).collect();
    let (ours, theirs) = tokio::join!(here.schedules.record(&ticks), there.schedules.record(&ticks));
    let mut told = [ours.unwrap(), theirs.unwrap()].concat();
    told.sort_by_key(|tick| tick.decision.due());
    assert_eq!(told, ticks);
}

const TTL: SignedDuration = SignedDuration::from_mins(1);

fn lease(holder: &str, until: i64, fence: u64) -> Option<LeaderLease> {
    Some(LeaderLease { holder: holder.into(), until: minute(until), fence })
}

pub(crate) async fn one_leads_until_its_lease_runs_out(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let lead = async |store: &store::Store, name: &str, holder: &str, at| {
        store.schedules.lead(name, holder, minute(at), TTL).await.unwrap()
    };
    assert_eq!(lead(&here, "scheduler", "ours", 0).await, lease("ours", 1, 1));
    assert_eq!(lead(&there, "scheduler", "theirs", 0).await, None);
    assert_eq!(lead(&there, "watch", "theirs", 0).await, lease("theirs", 1, 1), "of something else");
    assert_eq!(lead(&there, "scheduler", "theirs", 1).await, lease("theirs", 2, 2));
    assert_eq!(lead(&here, "scheduler", "ours", 1).await, None);
    assert_eq!(lead(&there, "scheduler", "theirs", 1).await, lease("theirs", 2, 2), "renewed");
}

pub(crate) async fn of_many_who_would_lead_one_does(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    for round in 0..5 {
        let mut tries = tokio::task::JoinSet::new();
        for number in 0..16 {
            let schedules = if number % 2 == 0 { here.schedules.clone() } else { there.schedules.clone() };
            tries.spawn(async move {
                let holder = format!("number {number}");
                schedules.lead("scheduler", &holder, minute(round), TTL).await.unwrap()
            });
        }
        let leases: Vec<LeaderLease> = tries.join_all().await.into_iter().flatten().collect();
        assert_eq!(leases.len(), 1, "{leases:?}");
        assert_eq!(leases[0].fence, u64::try_from(round).unwrap() + 1);
    }
}
