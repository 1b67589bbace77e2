//! Slow runs, runs near their deadline and creeping steps, with figures computed by hand.

use jiff::Timestamp;

use super::*;
use crate::judge::{Parts, by_day};

const TODAY: i8 = 10;
const NO_DEADLINE: i64 = 0;

/// A run that ended in March, its fetch, compute and write in milliseconds, its deadline in seconds.
fn run(day: i8, parts: [i64; 3], deadline: i64) -> RunSample {
    let [fetch, compute, write] = parts.map(SignedDuration::from_millis);
    RunSample {
        step: "roast".into(),
        day: Date::constant(2026, 3, day),
        ended_at: Timestamp::UNIX_EPOCH,
        parts: Parts { wait: SignedDuration::ZERO, fetch, compute, write },
        attempt_deadline: SignedDuration::from_secs(deadline),
    }
}

/// How today's run, which only computed, compares with others that did: (day, milliseconds).
fn compared(earlier: &[(i8, i64)], newest: i64, deadline: i64) -> Slowdown {
    let earlier: Vec<RunSample> = earlier.iter().map(|(day, millis)| run(*day, [0, *millis, 0], NO_DEADLINE)).collect();
    slowdown(&run(TODAY, [0, newest, 0], deadline), &by_day(&earlier), &SlowdownLimits::default())
}

#[test]
fn twice_the_mean_is_a_warning_and_three_times_is_critical() {
    let earlier = [(7, 2000), (8, 4000), (9, 6000)];
    let of = |newest| {
        let found = compared(&earlier, newest, NO_DEADLINE);
        (found.severity, found.ratio, found.z)
    };
    assert_eq!(of(7999).0, Severity::Fine);
    assert_eq!(of(8000), (Severity::Warning, Some(2.0), Some(2.0)), "mean 4 s, deviation 2 s");
    assert_eq!(of(12_000), (Severity::Critical, Some(3.0), Some(4.0)));
    assert_eq!(of(3000), (Severity::Fine, Some(0.75), Some(-0.5)));
}

#[test]
fn the_part_that_grew_most_is_named() {
    let earlier: Vec<RunSample> = (7..=9).map(|day| run(day, [2000, 1000, 1000], NO_DEADLINE)).collect();
    let newest = run(TODAY, [3000, 2000, 4000], NO_DEADLINE);
    let found = slowdown(&newest, &by_day(&earlier), &SlowdownLimits::default());
    let slower = Finding::Slower {
        severity: Severity::Warning,
        ratio: 2.25,
        part: Part::Write,
        excess: SignedDuration::from_secs(3),
    };
    assert_eq!(found.findings, [slower]);
    assert_eq!(found.newest, SignedDuration::from_secs(9));
}

#[test]
fn waiting_makes_no_run_slow() {
    let earlier: Vec<RunSample> = (7..=9).map(|day| run(day, [0, 1000, 0], NO_DEADLINE)).collect();
    let mut newest = run(TODAY, [0, 1000, 0], 600);
    newest.parts.wait = SignedDuration::from_mins(9);
    let found = slowdown(&newest, &by_day(&earlier), &SlowdownLimits::default());
    assert_eq!((found.severity, found.ratio), (Severity::Fine, Some(1.0)));
}

#[test]
fn milliseconds_page_nobody() {
    let found = compared(&[(7, 4), (8, 4), (9, 4)], 12, 540);
    assert_eq!((found.ratio, found.severity), (Some(3.0), Severity::Fine));
    let earlier = [(7, 300), (8, 300), (9, 300)];
    assert_eq!(compared(&earlier, 900, 540).severity, Severity::Fine, "0.6 s longer");
    assert_eq!(compared(&earlier, 900, 5).severity, Severity::Critical, "a tenth of the deadline is 0.5 s");
    assert_eq!(compared(&earlier, 900, NO_DEADLINE).severity, Severity::Fine);
    assert_eq!(compared(&earlier, 1300, 540).severity, Severity::Critical, "1 s longer");
}

#[test]
fn the_week_before_is_measured_and_nothing_else() {
    let fast = [(3, 1000), (6, 1000), (9, 1000)];
    assert_eq!(compared(&fast, 4000, NO_DEADLINE).baseline.map(|week| week.runs), Some(3));
    let elsewhere = [(2, 1000), (6, 1000), (9, 1000), (TODAY, 1000)];
    assert_eq!(compared(&elsewhere, 4000, NO_DEADLINE).baseline, None, "one is older, one is of today");
    let mut others: Vec<RunSample> = (5..=9).map(|day| run(day, [0, 1000, 0], NO_DEADLINE)).collect();
    others.iter_mut().for_each(|run| run.step = "grind".into());
    let found = slowdown(&run(TODAY, [0, 4000, 0], NO_DEADLINE), &by_day(&others), &SlowdownLimits::default());
    assert_eq!(found.baseline, None);
}

#[test]
fn two_runs_are_no_measure_but_a_deadline_is() {
    let few = [(8, 1000), (9, 1000)];
    let found = compared(&few, 9000, 10);
    assert_eq!((found.baseline, found.ratio, found.z, found.trend), (None, None, None, None));
    assert_eq!(found.findings, [Finding::NearDeadline { severity: Severity::Critical, share: 0.9 }]);
    assert_eq!(compared(&few, 7500, 10).severity, Severity::Warning);
    assert_eq!(compared(&few, 7499, 10).severity, Severity::Fine);
    assert_eq!(compared(&[], 9000, NO_DEADLINE).share_of_deadline, None);
}

#[test]
fn a_step_that_grows_slower_by_the_day_is_found() {
    let creeping = |recent| {
        let week = [10_000, 10_000, 10_000, 10_000, recent, recent, recent];
        let week: Vec<(i8, i64)> = (3..).zip(week).collect();
        compared(&week, recent, NO_DEADLINE)
    };
    assert_eq!(creeping(14_000).severity, Severity::Fine, "14 s against (40 + 42) / 7 = 11.7 s");
    let warning = creeping(17_000);
    let expected = Finding::Creeping { severity: Severity::Warning, trend: 17.0 / 13.0 };
    assert_eq!(warning.findings, [expected], "17 s against (40 + 51) / 7 = 13 s");
    assert_eq!(warning.trend, Some(17.0 / 13.0));
    assert_eq!(creeping(24_000).severity, Severity::Critical, "24 s against (40 + 72) / 7 = 16 s");
}

#[test]
fn a_trend_wants_three_recent_runs_and_more_than_milliseconds() {
    let lone = [(3, 10_000), (4, 10_000), (5, 10_000), (9, 30_000)];
    assert_eq!(compared(&lone, 10_000, NO_DEADLINE).trend, None);
    let millis = [(3, 10), (4, 10), (5, 10), (6, 10), (7, 24), (8, 24), (9, 24)];
    let found = compared(&millis, 24, NO_DEADLINE);
    assert_eq!((found.trend, found.severity), (Some(1.5), Severity::Fine));
}

#[test]
fn runs_that_took_no_time_are_a_measure_too() {
    let nothing = [(7, 0), (8, 0), (9, 0)];
    let found = compared(&nothing, 0, 10);
    assert_eq!((found.severity, found.ratio, found.z), (Severity::Fine, Some(0.0), None));
    let found = compared(&nothing, 2000, 10);
    assert_eq!((found.severity, found.ratio), (Severity::Critical, Some(2000.0)), "as if they had taken 1 ms");
}

#[test]
fn the_worst_finding_counts() {
    let found = compared(&[(7, 4000), (8, 4000), (9, 4000)], 9500, 10);
    let severities: Vec<Severity> = found.findings.iter().map(Finding::severity).collect();
    assert_eq!(severities, [Severity::Warning, Severity::Critical], "2.4 times the mean; 95 % of the deadline");
    assert_eq!(found.severity, Severity::Critical);
}
