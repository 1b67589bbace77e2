//! What follows from an attempt, ending by ending.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::*;
use crate::state::{AttemptId, OutputId, Recipe, TaskKey};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn old() -> Fingerprint {
    Fingerprint::of(["old"])
}

/// A task that was wanted at second 0, failed so often, and was claimed at second 100.
fn lease(failures: u32) -> Lease {
    let recipe = Recipe { step_version: 1, outside: Some(Fingerprint::of(["beans"])), ..Recipe::default() };
    let task = Task {
        state: TaskState::Running,
        recipe,
        fingerprint: Some(old()),
        output: Some(OutputId(3)),
        failures,
        wanted_since: Some(at(0)),
        revision: 7,
        ..Task::unplanned(TaskKey::new("roast", "monday"), at(0))
    };
    Lease { attempt: AttemptId(11), task, inputs: BTreeMap::new(), claimed_at: at(100) }
}

fn verdict(failures: u32, ending: &Ending) -> Verdict {
    decide(&lease(failures), ending, &StepPolicy::default(), RetryLoad::default(), at(110))
}

fn transient() -> Ending {
    Ending::Failed(Failure::transient(FailureCategory::UpstreamFailure, "no beans came"))
}

fn why() -> String {
    "no beans came".into()
}

#[test]
fn rows_and_nothing_settle_the_task_and_forget_its_failures() {
    let lease = lease(2);
    let done = verdict(2, &Ending::Rows);
    assert_eq!((done.outcome, &done.state, done.failures), (AttemptOutcome::Done, &TaskState::Done, 0));
    assert_eq!((done.fingerprint, done.message.as_deref()), (Some(lease.wanted()), None));
    let nothing = verdict(2, &Ending::Nothing { why: why() });
    assert_eq!(nothing.state, TaskState::EmptyOk { why: why() });
    assert_eq!((nothing.outcome, nothing.failures), (AttemptOutcome::Nothing, 0));
    assert_eq!((nothing.fingerprint, nothing.message), (Some(lease.wanted()), Some(why())));
}

#[test]
fn what_is_nobodys_fault_costs_no_retry() {
    let early = verdict(2, &Ending::TooEarly { until: at(500), why: why() });
    assert_eq!((early.outcome, early.failures, early.fingerprint), (AttemptOutcome::Snoozed, 2, Some(old())));
    assert_eq!(early.state, TaskState::Snoozed { until: at(500), why: why() });
    let past = verdict(2, &Ending::TooEarly { until: at(50), why: why() });
    assert_eq!(past.state, TaskState::Snoozed { until: at(110), why: why() });
    let returned = verdict(2, &Ending::Returned);
    assert_eq!((returned.outcome, returned.failures), (AttemptOutcome::Returned, 2));
    assert_eq!(returned.state, TaskState::Ready { since: at(110) });
    let cancelled = verdict(2, &Ending::Cancelled { why: why() });
    assert_eq!((cancelled.outcome, cancelled.failures), (AttemptOutcome::Cancelled, 2));
    assert_eq!(cancelled.state, TaskState::Cancelled { why: why() });
}

#[test]
fn a_failure_is_tried_again_after_10_then_20_then_40_seconds_and_then_dead() {
    let category = FailureCategory::UpstreamFailure;
    for (failures, wait) in [(0, 10), (1, 20), (2, 40)] {
        let retried = verdict(failures, &transient());
        assert_eq!(retried.state, TaskState::RetryAt { at: at(110 + wait), category, why: why() });
        assert_eq!((retried.outcome, retried.failures), (AttemptOutcome::Failed(category), failures + 1));
        assert_eq!((retried.message, retried.fingerprint), (Some(why()), Some(old())), "the last success stands");
    }
    let dead = verdict(3, &transient());
    assert_eq!(dead.state, TaskState::Dead { category, why: "no beans came (after 4 attempts)".into() });
    assert_eq!((dead.outcome, dead.failures), (AttemptOutcome::Failed(category), 4));
}

#[test]
fn a_permanent_failure_is_dead_after_one_attempt() {
    let category = FailureCategory::ConfigurationError;
    let dead = verdict(0, &Ending::Failed(Failure::permanent(category, "no key")));
    assert_eq!((dead.state, dead.failures), (TaskState::Dead { category, why: "no key".into() }, 1));
}

#[test]
fn a_lost_attempt_counts_and_is_tried_again() {
    let lost = verdict(0, &Ending::lost("its process died"));
    let category = FailureCategory::Lost;
    assert_eq!(lost.state, TaskState::RetryAt { at: at(120), category, why: "its process died".into() });
    assert_eq!((lost.outcome, lost.failures), (AttemptOutcome::Failed(category), 1));
    assert!(matches!(verdict(3, &Ending::lost("again")).state, TaskState::Dead { .. }), "it may be what kills them");
}

#[test]
fn no_attempt_is_made_past_the_total_deadline() {
    let late = |now| decide(&lease(0), &transient(), &StepPolicy::default(), RetryLoad::default(), at(now));
    assert!(matches!(late(590).state, TaskState::RetryAt { .. }), "600 s after it was wanted is in time");
    let why = "no beans came (no time left of 600 s for all attempts)".to_owned();
    assert_eq!(late(591).state, TaskState::Dead { category: FailureCategory::UpstreamFailure, why });
}

#[test]
fn a_machine_that_was_off_for_a_day_takes_up_what_it_was_at() {
    let found = |failures| {
        let ending = Ending::lost("its process died");
        decide(&lease(failures), &ending, &StepPolicy::default(), RetryLoad::default(), at(86_400)).state
    };
    assert!(matches!(found(0), TaskState::RetryAt { .. }), "{:?}", found(0));
    assert!(matches!(found(3), TaskState::Dead { .. }), "what kills every process that takes it ends");
}

#[test]
fn past_the_budget_it_waits_for_its_window_and_its_failure_stays_counted() {
    let policy = StepPolicy::default();
    let decided = |retries| decide(&lease(1), &transient(), &policy, RetryLoad { originals: 50, retries }, at(110));
    assert!(matches!(decided(4).state, TaskState::RetryAt { .. }));
    let spent = decided(5);
    let until = at(110) + SignedDuration::from_hours(1);
    let why = "the retries of roast are spent for now, and it failed: no beans came".to_owned();
    assert_eq!((spent.state, spent.failures), (TaskState::Snoozed { until, why }, 2));
}

#[test]
fn a_verdict_moves_only_where_the_task_stands() {
    let lease = lease(1);
    let done = verdict(1, &Ending::Rows).apply(&lease, at(110));
    assert_eq!((done.wanted, done.wanted_since, done.updated_at), (None, None, at(110)));
    assert_eq!((done.output, done.revision, &done.recipe), (Some(OutputId(3)), 7, &lease.task.recipe));
    let failed = verdict(1, &transient()).apply(&lease, at(110));
    assert_eq!((failed.wanted, failed.wanted_since), (Some(lease.wanted()), Some(at(0))), "the retries count on");
}
