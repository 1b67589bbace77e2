//! Every rule can be broken: a planted bug, and what the audit says about it.

use super::planted::{Bug, stage};
use super::*;

/// Simulates with a bug until a rule is seen broken, and checks that the audit says so in these words.
fn breaks(bug: Bug, faults: &str, words: &str) {
    let report = simulation(1, 3 * WEEK, faults).run(|| stage(bug), |_| ());
    let said = report.violation.as_ref().map(|violation| violation.what.join("\n")).unwrap_or_default();
    assert!(said.contains(words), "{bug:?}: {said:?}\n{report:?}");
}

#[test]
fn an_attempt_is_closed_once() {
    breaks(Bug::IgnoresTheFence, "zombie,crash", ", and it was lost");
}

#[test]
fn who_holds_a_task_may_settle_it() {
    breaks(Bug::FencesTheRightful, "none", "was fenced, and it is open");
}

#[test]
fn an_output_is_named_after_its_attempt() {
    breaks(Bug::MisnamesOutputs, "none", "left it with output");
}

#[test]
fn who_waited_is_told() {
    breaks(Bug::ReadsStale, "none", "and nobody says so");
}

#[test]
fn nobody_takes_more_than_he_asked_for() {
    breaks(Bug::ClaimsTooMany, "none", "tasks and asked for");
}

#[test]
fn what_was_settled_is_in_the_ledger() {
    breaks(Bug::ForgetsSettlements, "none", "is running (revision");
}

#[test]
fn what_was_written_is_in_the_ledger() {
    breaks(Bug::ForgetsTasks, "none", " as if it were ");
    breaks(Bug::LosesTheLast, "none", "was written, and it is not in the grid");
}

#[test]
fn rows_are_those_of_a_calm_day() {
    breaks(Bug::SpoilsRows, "none", "and on a calm day as Done");
}

#[test]
fn nothing_is_written_over_news() {
    breaks(Bug::IgnoresRevisions, "none", "was written over revision");
}

#[test]
fn a_lane_holds_one_attempt() {
    breaks(Bug::IgnoresLanes, "all", "holds its lane gate");
}

#[test]
fn a_task_has_one_open_attempt_and_numbers_only_grow() {
    breaks(Bug::ClaimsTwice, "none", "its number is not above");
    breaks(Bug::ClaimsTwice, "none", "of it is open");
}

#[test]
fn nothing_is_claimed_before_its_time() {
    breaks(Bug::ClaimsEarly, "none", "it was not claimable");
}

#[test]
fn what_is_barred_is_left_alone() {
    breaks(Bug::IgnoresBars, "none", "its step was barred");
}

#[test]
fn an_attempt_reads_what_its_upstream_made() {
    breaks(Bug::ReadsNothing, "none", "which is not how its upstream stands");
}

#[test]
fn nobody_starves() {
    breaks(Bug::StarvesAStep, "none", "and nobody does");
}

#[test]
fn no_attempt_goes_on_for_ever() {
    breaks(Bug::NeverSettles, "none", "and is open still");
}

#[test]
fn who_was_closed_hears_of_it() {
    breaks(Bug::TakesEveryBeat, "zombie", "was taken, and it is closed");
    breaks(Bug::TakesNoBeat, "none", "was told that it is closed, and it is open");
}

#[test]
fn a_death_is_noticed_in_time() {
    breaks(Bug::NoticesTooLate, "crash", "after its process had died");
    breaks(Bug::SeesNothing, "crash", "is open, and its lease ran out");
}

#[test]
fn attempts_at_the_same_inputs_are_counted() {
    breaks(Bug::CountsNoFailures, "none", "attempts at the same inputs");
}

#[test]
fn every_tick_is_decided_once() {
    breaks(Bug::ForgetsTicks, "none", "was decided twice");
    breaks(Bug::SkipsTicks, "none", "was decided 0 times");
}
