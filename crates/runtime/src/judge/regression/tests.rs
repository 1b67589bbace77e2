//! Weeks and months against those before, with figures computed by hand.

use jiff::Timestamp;

use super::*;
use crate::judge::{Parts, RunSample, by_day};

/// Monday of the newest whole week through the Sunday after it.
const MONDAY: Date = Date::constant(2026, 3, 9);
const SUNDAY: Date = Date::constant(2026, 3, 15);

fn run(step: &str, day: Date, millis: i64) -> RunSample {
    RunSample {
        step: step.into(),
        day,
        ended_at: Timestamp::UNIX_EPOCH,
        parts: Parts { compute: SignedDuration::from_millis(millis), ..Parts::default() },
        attempt_deadline: SignedDuration::ZERO,
    }
}

/// How runs of the newest week compare with those of the week before.
fn weeks(before: &[i64], newest: &[i64]) -> Vec<Regression> {
    let week_before = MONDAY.saturating_sub(Span::new().days(7));
    let before = before.iter().map(|millis| run("roast", week_before, *millis));
    let newest = newest.iter().map(|millis| run("roast", MONDAY, *millis));
    let runs: Vec<RunSample> = before.chain(newest).collect();
    regressions(&by_day(&runs), Period::Week, SUNDAY, &RegressionLimits::default())
}

fn verdict(before: &[i64], newest: &[i64]) -> (Option<f64>, RegressionVerdict) {
    let found = weeks(before, newest);
    (found[0].ratio, found[0].verdict)
}

#[test]
fn only_periods_that_are_over_are_compared() {
    let day = |month, day| Date::constant(2026, month, day);
    let week = |through| Period::Week.newest_two(through);
    assert_eq!(week(SUNDAY), [day(3, 2)..=day(3, 8), MONDAY..=SUNDAY]);
    assert_eq!(week(day(3, 14)), [day(2, 23)..=day(3, 1), day(3, 2)..=day(3, 8)], "Saturday");
    assert_eq!(week(day(3, 16)), week(SUNDAY), "Monday");
    let month = |through| Period::Month.newest_two(through);
    assert_eq!(month(day(3, 31)), [day(2, 1)..=day(2, 28), day(3, 1)..=day(3, 31)]);
    assert_eq!(month(day(3, 30)), [day(1, 1)..=day(1, 31), day(2, 1)..=day(2, 28)]);
}

#[test]
fn a_step_is_slower_from_a_fifth_on() {
    assert_eq!(verdict(&[90, 100, 110], &[110, 120, 130]), (Some(1.2), RegressionVerdict::Slower));
    assert_eq!(verdict(&[90, 100, 110], &[110, 119, 128]), (Some(1.19), RegressionVerdict::Steady));
    assert_eq!(verdict(&[90, 100, 110], &[80, 80, 80]), (Some(0.8), RegressionVerdict::Faster));
    assert_eq!(verdict(&[90, 100, 110], &[81, 81, 81]), (Some(0.81), RegressionVerdict::Steady));
}

#[test]
fn a_few_milliseconds_are_no_change() {
    assert_eq!(verdict(&[4, 4, 4], &[12, 12, 12]), (Some(3.0), RegressionVerdict::Steady));
    assert_eq!(verdict(&[0, 0, 0], &[0, 0, 0]), (Some(0.0), RegressionVerdict::Steady));
    assert_eq!(verdict(&[0, 0, 0], &[10, 10, 10]), (Some(10.0), RegressionVerdict::Slower));
}

#[test]
fn few_runs_tell_nothing_and_their_numbers_are_shown() {
    assert_eq!(verdict(&[100, 100], &[200, 200, 200]), (Some(2.0), RegressionVerdict::TooFewRuns));
    assert_eq!(verdict(&[100, 100, 100], &[200, 200]), (Some(2.0), RegressionVerdict::TooFewRuns));
    let new = &weeks(&[], &[200, 200, 200])[0];
    assert_eq!((new.before, new.ratio, new.verdict), (None, None, RegressionVerdict::TooFewRuns));
    assert_eq!(new.newest.map(|week| week.runs), Some(3));
    assert_eq!(weeks(&[100], &[])[0].newest, None);
}

#[test]
fn a_step_that_did_not_run_in_either_is_left_out() {
    assert_eq!(weeks(&[], &[]), []);
    let runs = [run("roast", Date::constant(2026, 2, 1), 100), run("grind", MONDAY, 100)];
    let found = regressions(&by_day(&runs), Period::Week, SUNDAY, &RegressionLimits::default());
    assert_eq!(found.iter().map(|regression| regression.step.as_str()).collect::<Vec<_>>(), ["grind"]);
}
