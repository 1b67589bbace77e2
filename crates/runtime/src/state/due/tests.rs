//! What becomes of due ticks: on time, late, missed, skipped, and each exactly once whatever the clock does.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::state::TickPolicy;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Every hour, in UTC, with a minute's grace.
fn hourly(catch_up: CatchUp, overlap: Overlap) -> Schedule {
    every("0 * * * *", "UTC", catch_up, overlap)
}

fn every(pattern: &str, zone: &str, catch_up: CatchUp, overlap: Overlap) -> Schedule {
    Schedule::parse("roast", pattern, zone, TickPolicy { grace: MINUTE, catch_up, overlap }).unwrap()
}

fn at(time: &str) -> Timestamp {
    format!("2026-01-10T{time}Z").parse().unwrap()
}

fn decided(schedule: &Schedule, busy: Busy, now: &str) -> Vec<TickDecision> {
    due(schedule, Some(at("03:00")), busy, at(now))
}

fn fire(time: &str) -> TickDecision {
    TickDecision::Fire { due: at(time) }
}

fn late(time: &str, minutes: i64) -> TickDecision {
    TickDecision::FireLate { due: at(time), late_by: SignedDuration::from_mins(minutes) }
}

fn missed(time: &str, why: MissedWhy) -> TickDecision {
    TickDecision::Missed { due: at(time), why }
}

fn skipped(time: &str, why: SkippedWhy) -> TickDecision {
    TickDecision::Skipped { due: at(time), why }
}

#[test]
fn at_the_first_start_nothing_is_owed() {
    let schedule = hourly(CatchUp::Newest { within: HOUR }, Overlap::Skip);
    let begins = due(&schedule, None, Busy::Idle, at("04:00:30"));
    assert_eq!(begins, [TickDecision::Begins { at: at("04:00:30") }]);
    assert_eq!(due(&schedule, Some(begins[0].due()), Busy::Idle, at("04:59")), []);
    assert_eq!(due(&schedule, Some(begins[0].due()), Busy::Idle, at("05:00")), [fire("05:00")]);
}

#[test]
fn a_tick_is_on_time_for_as_long_as_the_grace() {
    let schedule = hourly(CatchUp::Skip, Overlap::Skip);
    assert_eq!(decided(&schedule, Busy::Idle, "03:59:59.9"), []);
    assert_eq!(decided(&schedule, Busy::Idle, "04:00"), [fire("04:00")]);
    assert_eq!(decided(&schedule, Busy::Idle, "04:01"), [fire("04:00")]);
    assert_eq!(decided(&schedule, Busy::Idle, "04:01:00.1"), [missed("04:00", MissedWhy::NoCatchUp)]);
}

#[test]
fn the_last_considered_tick_is_not_due_again() {
    let schedule = hourly(CatchUp::Newest { within: HOUR }, Overlap::Allow);
    assert_eq!(due(&schedule, Some(at("04:00")), Busy::Idle, at("04:00")), []);
    assert_eq!(due(&schedule, Some(at("04:00")), Busy::Idle, at("02:30")), [], "the clock stepped back");
}

#[test]
fn catching_up_with_the_newest_leaves_the_others() {
    let schedule = hourly(CatchUp::Newest { within: HOUR }, Overlap::Skip);
    let too_late = missed("04:00", MissedWhy::TooLate);
    assert_eq!(decided(&schedule, Busy::Idle, "05:30"), [too_late, late("05:00", 30)]);
    let overtaken = missed("05:00", MissedWhy::Overtaken);
    assert_eq!(decided(&schedule, Busy::Idle, "06:00"), [too_late, overtaken, fire("06:00")]);
}

#[test]
fn a_tick_is_caught_up_with_for_as_long_as_the_schedule_says() {
    let schedule = hourly(CatchUp::Newest { within: MINUTE * 30 }, Overlap::Skip);
    assert_eq!(decided(&schedule, Busy::Idle, "04:30"), [late("04:00", 30)]);
    assert_eq!(decided(&schedule, Busy::Idle, "04:30:00.1"), [missed("04:00", MissedWhy::TooLate)]);
}

#[test]
fn catching_up_with_every_tick_is_bounded_in_age_and_number() {
    let schedule = hourly(CatchUp::Every { within: HOUR * 3, most: 2 }, Overlap::Allow);
    let all = [
        missed("04:00", MissedWhy::TooLate),
        missed("05:00", MissedWhy::Overtaken),
        late("06:00", 90),
        late("07:00", 30),
    ];
    assert_eq!(decided(&schedule, Busy::AtWork, "07:30"), all, "beside work where overlap is allowed");
}

#[test]
fn while_at_work_ticks_are_skipped_unless_they_may_overlap() {
    let schedule = |overlap| hourly(CatchUp::Newest { within: HOUR }, overlap);
    let still = SkippedWhy::StillAtWork;
    assert_eq!(decided(&schedule(Overlap::Skip), Busy::AtWork, "04:00"), [skipped("04:00", still)]);
    assert_eq!(decided(&schedule(Overlap::Skip), Busy::AtWork, "04:30"), [skipped("04:00", still)]);
    assert_eq!(decided(&schedule(Overlap::Allow), Busy::AtWork, "04:00"), [fire("04:00")]);
}

#[test]
fn of_several_ticks_on_time_only_the_newest_fires_where_none_may_overlap() {
    let seconds = |overlap| every("*/20 * * * * *", "UTC", CatchUp::Skip, overlap);
    let minute = |overlap| due(&seconds(overlap), Some(at("03:00")), Busy::Idle, at("03:00:45"));
    let overtaken = skipped("03:00:20", SkippedWhy::Overtaken);
    assert_eq!(minute(Overlap::Skip), [overtaken, fire("03:00:40")]);
    assert_eq!(minute(Overlap::Allow), [fire("03:00:20"), fire("03:00:40")]);
}

#[test]
fn after_a_year_of_minutes_the_old_ones_are_missed_together() {
    let schedule = every("* * * * *", "America/New_York", CatchUp::Newest { within: HOUR }, Overlap::Skip);
    let last_year = "2025-01-10T03:00Z".parse().unwrap();
    let decisions = due(&schedule, Some(last_year), Busy::Idle, at("03:00"));
    assert_eq!(decisions.len(), 1 + Schedule::LISTED);
    let first = "2025-01-10T03:01Z".parse().unwrap();
    let together = TickDecision::MissedMany { first, last: at("01:20"), at_least: COUNTED };
    assert_eq!(decisions[0], together, "the newest hundred are from 01:21 to 03:00");
    assert_eq!(decisions[1], missed("01:21", MissedWhy::TooLate));
    assert_eq!(decisions[Schedule::LISTED], fire("03:00"));
}

#[test]
fn few_missed_together_are_counted_exactly() {
    let schedule = every("* * * * *", "UTC", CatchUp::Skip, Overlap::Skip);
    let decisions = due(&schedule, Some(at("01:00")), Busy::Idle, at("03:00"));
    let together = TickDecision::MissedMany { first: at("01:01"), last: at("01:20"), at_least: 20 };
    assert_eq!(decisions[0], together);
}

#[test]
fn reasons_are_read_back_as_they_were_written() {
    for why in MissedWhy::ALL {
        assert_eq!(MissedWhy::from_code(why.code()), Some(why));
    }
    for why in SkippedWhy::ALL {
        assert_eq!(SkippedWhy::from_code(why.code()), Some(why));
    }
    assert_eq!(MissedWhy::from_code("forgotten"), None);
}

/// The ticks a decision is about.
fn ticks(schedule: &Schedule, decision: &TickDecision) -> Vec<Timestamp> {
    match *decision {
        TickDecision::Begins { .. } => Vec::new(),
        TickDecision::MissedMany { first, last, .. } => {
            let all = std::iter::successors(Some(first), |tick| schedule.next_after(*tick));
            all.take_while(|tick| *tick <= last).collect()
        }
        _ => vec![decision.due()],
    }
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let patterns = prop::sample::select(vec!["30 2 * * *", "30 1 * * *", "*/30 * * * *", "0 7 * * *"]);
    let policies = prop::sample::select(vec![
        (CatchUp::Skip, Overlap::Skip),
        (CatchUp::Newest { within: HOUR * 12 }, Overlap::Skip),
        (CatchUp::Newest { within: HOUR }, Overlap::Allow),
        (CatchUp::Every { within: HOUR * 48, most: 3 }, Overlap::Allow),
    ]);
    (patterns, policies)
        .prop_map(|(pattern, (catch_up, overlap))| every(pattern, "America/New_York", catch_up, overlap))
}

/// By how much a clock moves on: mostly up to two hours, at times backwards or by days.
fn step_in_millis() -> impl Strategy<Value = i64> {
    prop_oneof![4 => 0..7_200_000i64, 1 => -7_200_000..0i64, 1 => 0..400_000_000i64]
}

proptest! {
    /// A clock that runs, leaps and steps back around either night of a clock change, beginning a day before it.
    #[test]
    fn every_due_tick_is_decided_exactly_once(
        schedule in schedules(),
        night in prop::sample::select(vec!["2026-03-07T05:00Z", "2026-10-31T04:00Z"]),
        steps in prop::collection::vec(step_in_millis(), 1..40),
        busy in prop::collection::vec(prop::sample::select(vec![Busy::Idle, Busy::AtWork]), 40),
    ) {
        let start: Timestamp = night.parse().unwrap();
        let (mut now, mut latest, mut considered) = (start, start, None);
        let mut seen: Vec<Timestamp> = Vec::new();
        for (step, busy) in std::iter::once(0).chain(steps).zip(busy) {
            now = (now + SignedDuration::from_millis(step)).max(start);
            latest = latest.max(now);
            let decisions = due(&schedule, considered, busy, now);
            prop_assert!(decisions.is_sorted_by_key(TickDecision::due));
            prop_assert!(decisions.iter().all(|decision| decision.due() <= now));
            considered = decisions.last().map(TickDecision::due).or(considered);
            seen.extend(decisions.iter().flat_map(|decision| ticks(&schedule, decision)));
        }
        let owed = std::iter::successors(schedule.next_after(start), |tick| schedule.next_after(*tick));
        let owed: Vec<Timestamp> = owed.take_while(|tick| *tick <= latest).collect();
        prop_assert_eq!(seen, owed, "in order, each once");
    }

    /// Whatever is due, at most one tick fires where none may overlap, and none while at work.
    #[test]
    fn no_two_fire_together_where_none_may_overlap(
        schedule in schedules(),
        hours in 0..200i32,
        busy in prop::sample::select(vec![Busy::Idle, Busy::AtWork]),
    ) {
        let now = at("03:00") + HOUR * hours;
        let decisions = due(&schedule, Some(at("03:00")), busy, now);
        let fired: BTreeSet<Timestamp> =
            decisions.iter().filter(|tick| tick.fires_late_by().is_some()).map(TickDecision::due).collect();
        if schedule.policy().overlap == Overlap::Skip {
            prop_assert!(fired.len() <= usize::from(busy == Busy::Idle));
        }
    }
}
