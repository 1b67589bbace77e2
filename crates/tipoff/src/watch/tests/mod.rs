//! What the watch states: nothing of what is expected, and each cause exactly when it holds.

mod providers;

use domain::Edition;
use jiff::ToSpan;
use runtime::judge::Remaining;
use runtime::{Attempt, AttemptId, AttemptOutcome, Lease, Progress, SkippedWhy, Timing, WorkerId};

use super::*;

fn tonight() -> GameDate {
    "2025-01-15".parse().unwrap()
}

/// A quarter of an hour after one o'clock.
fn now() -> Timestamp {
    tonight().at(13, 15)
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// Tonight's promise, with publication still to come.
fn promise_that(verdict: SlaVerdict) -> SlaReport {
    let publish = Remaining { step: StepId::from("publish"), needs: Vec::new(), expected: minutes(1) };
    let (edition, deadline) = (Edition::morning(tonight(), None), tonight().at(19, 30));
    SlaReport { edition, deadline, verdict, remaining: vec![publish], blocked: Vec::new() }
}

fn on_time() -> SlaReport {
    promise_that(SlaVerdict::OnTime { slack: minutes(300) })
}

fn task(step: &str, partition: &str, state: TaskState) -> Task {
    Task { state, ..Task::unplanned(TaskKey::new(step, partition), now()) }
}

fn dead_of(step: &str, partition: &str, category: FailureCategory) -> Task {
    task(step, partition, TaskState::Dead { category, why: "division by zero".to_owned() })
}

fn open_attempt(progress: Option<Timestamp>) -> OpenAttempt {
    let task = task("forecast", "edition", TaskState::Running);
    let progress = progress.map(|at| Progress { stage: "players".to_owned(), done: 1, total: 9, at });
    let attempt = Attempt {
        id: AttemptId(7),
        key: task.key.clone(),
        worker: WorkerId::new("worker"),
        ready_at: now() - minutes(2),
        started_at: now() - minutes(1),
        ended_at: None,
        outcome: AttemptOutcome::Open,
        message: None,
        number: 1,
        lease_until: now() + HEARTBEAT,
        progress,
        rows_written: 0,
        timing: Timing::default(),
    };
    let lease = Lease { attempt: attempt.id, task, inputs: BTreeMap::new(), claimed_at: attempt.started_at };
    OpenAttempt { attempt, lease }
}

fn tick(decision: TickDecision) -> TickRecord {
    TickRecord { schedule: "grading".into(), decision, decided_at: now() }
}

fn open_breaker() -> Breaker {
    Breaker::Open { until: now() + minutes(1), since: now() - OPEN_LONG, times: 4, why: "division by zero".to_owned() }
}

/// What is stated of a scene, by cause.
fn causes(scene: &Scene) -> Vec<Cause> {
    conditions(scene, now()).into_iter().map(|condition| condition.cause).collect()
}

/// The only condition of a scene.
fn only(scene: &Scene) -> Condition {
    let conditions = conditions(scene, now());
    let [condition] = conditions.as_slice() else { panic!("{conditions:?}") };
    condition.clone()
}

#[test]
fn what_is_expected_states_nothing() {
    assert_eq!(conditions(&Scene::default(), now()), [], "a day without games");
    let waiting = |state| task("publish", "edition", state);
    let (why, category) = ("later".to_owned(), FailureCategory::UpstreamFailure);
    let scene = Scene {
        tonight: Some(on_time()),
        unsettled: vec![
            waiting(TaskState::Ready { since: now() }),
            waiting(TaskState::Running),
            waiting(TaskState::Snoozed { until: now(), why: why.clone() }),
            waiting(TaskState::RetryAt { at: now(), category, why: why.clone() }),
            waiting(TaskState::Cancelled { why }),
            dead_of("process", "payload", FailureCategory::NoDataAvailable),
        ],
        open: vec![open_attempt(Some(now() - SignedDuration::from_secs(14)))],
        breakers: [(StepId::from("forecast"), Breaker::Closed { failures: 4 })].into(),
        ticks: vec![
            tick(TickDecision::Begins { at: now() }),
            tick(TickDecision::Fire { due: now() }),
            tick(TickDecision::FireLate { due: now(), late_by: minutes(5) }),
            tick(TickDecision::Skipped { due: now(), why: SkippedWhy::StillAtWork }),
        ],
        ..Scene::default()
    };
    assert_eq!(conditions(&scene, now()), []);
    let met = promise_that(SlaVerdict::Met { at: now() });
    assert_eq!(conditions(&Scene { tonight: Some(met), ..Scene::default() }, now()), []);
}

#[test]
fn a_promise_in_danger_is_stated_by_how_little_can_still_be_done() {
    let stated = |verdict| {
        let condition = only(&Scene { tonight: Some(promise_that(verdict)), ..Scene::default() });
        assert_eq!(condition.subject, "slate 2025-01-15");
        assert!(matches!(condition.threatens, Threat::Sla { deadline, .. } if deadline == tonight().at(19, 30)));
        assert_eq!(condition.root, None, "nothing explains it");
        (condition.cause, condition.severity)
    };
    let at_risk = SlaVerdict::AtRisk { eta: now(), slack: minutes(1) };
    assert_eq!(stated(at_risk), (Cause::WillBeLate, Severity::Warning));
    assert_eq!(stated(SlaVerdict::Late { by: minutes(1) }), (Cause::WillBeLate, Severity::Critical));
    assert_eq!(stated(SlaVerdict::Missed { by: minutes(1) }), (Cause::TaskLate, Severity::Critical));
}

#[test]
fn a_dead_letter_is_critical_where_tonight_rests_on_it_and_can_still_be_kept() {
    let letter = dead_of("forecast", "edition", FailureCategory::ProcessingError);
    let stated = |tonight: Option<SlaReport>, foundations: &[&TaskKey]| {
        let foundations = foundations.iter().map(|key| (*key).clone()).collect();
        let condition = only(&Scene { tonight, foundations, unsettled: vec![letter.clone()], ..Scene::default() });
        assert_eq!(condition.cause, Cause::TaskDead);
        (condition.severity, condition.threatens != Threat::Nothing)
    };
    let key = &letter.key;
    assert_eq!(stated(Some(on_time()), &[key]), (Severity::Critical, true));
    assert_eq!(stated(Some(on_time()), &[]), (Severity::Warning, false), "tonight does without it");
    assert_eq!(stated(Some(promise_that(SlaVerdict::Met { at: now() })), &[key]), (Severity::Warning, false));
    assert_eq!(stated(None, &[key]), (Severity::Warning, false), "nothing is promised");
}

#[test]
fn a_dead_letter_is_remembered_after_a_day() {
    let mut letter = dead_of("process", "payload", FailureCategory::UpstreamFailure);
    let of = |letter: &Task| causes(&Scene { unsettled: vec![letter.clone()], ..Scene::default() });
    letter.updated_at = now() - 24.hours() + 1.seconds();
    assert_eq!(of(&letter), [Cause::TaskDead]);
    letter.updated_at = now() - 24.hours();
    assert_eq!(of(&letter), [Cause::TaskDead, Cause::DeadLetterOld]);
}

#[test]
fn an_attempt_is_silent_when_it_says_nothing_for_a_heartbeat() {
    let of = |progress| causes(&Scene { open: vec![open_attempt(progress)], ..Scene::default() });
    assert_eq!(of(None), [Cause::AttemptSilent], "it started a minute ago and never said anything");
    assert_eq!(of(Some(now() - HEARTBEAT)), [Cause::AttemptSilent]);
    assert_eq!(of(Some(now() - HEARTBEAT + SignedDuration::from_millis(1))), []);
    let condition = only(&Scene { tonight: Some(on_time()), open: vec![open_attempt(None)], ..Scene::default() });
    assert_eq!(condition.threatens, Threat::Nothing, "its deadline ends it");
}

#[test]
fn an_open_breaker_threatens_tonight_where_tonight_waits_for_its_step() {
    let waits = task("forecast", "edition", TaskState::Ready { since: now() });
    let probing =
        Breaker::Probing { until: now(), since: now() - OPEN_LONG, times: 4, why: "division by zero".to_owned() };
    for breaker in [open_breaker(), probing] {
        let breakers = BTreeMap::from([(StepId::from("forecast"), breaker)]);
        let mut scene = Scene { tonight: Some(on_time()), breakers, ..Scene::default() };
        assert_eq!(only(&scene).cause, Cause::BreakerOpen);
        assert_eq!(only(&scene).threatens, Threat::Nothing);
        scene.unsettled = vec![waits.clone()];
        assert_eq!(only(&scene).threatens, Threat::Nothing, "another edition waits");
        scene.foundations = [waits.key.clone()].into();
        assert_ne!(only(&scene).threatens, Threat::Nothing);
    }
}

#[test]
fn a_breaker_that_opened_just_now_threatens_only_where_little_time_is_left() {
    let young = Breaker::Open { until: now() + minutes(1), since: now(), times: 1, why: "no memory".to_owned() };
    threatens_only_when_late(&young);
}

#[test]
fn what_somebody_holds_threatens_only_where_little_time_is_left() {
    let why = "wrong lines".to_owned();
    threatens_only_when_late(&Breaker::Held { since: now() - OPEN_LONG, by: "anna".to_owned(), why });
}

/// A breaker on the way to tonight's page threatens it when the page is late, and not before.
fn threatens_only_when_late(breaker: &Breaker) {
    let waits = task("forecast", "edition", TaskState::Ready { since: now() });
    let threat = |tonight: SlaReport| {
        let scene = Scene {
            tonight: Some(tonight),
            foundations: [waits.key.clone()].into(),
            unsettled: vec![waits.clone()],
            breakers: [(StepId::from("forecast"), breaker.clone())].into(),
            ..Scene::default()
        };
        let stated = conditions(&scene, now());
        stated.into_iter().find(|condition| condition.cause == Cause::BreakerOpen).unwrap().threatens
    };
    assert_eq!(threat(on_time()), Threat::Nothing, "it is probed in a minute");
    assert_ne!(threat(promise_that(SlaVerdict::Late { by: minutes(1) })), Threat::Nothing);
}

#[test]
fn every_missed_tick_is_stated_and_has_one_root_a_day() {
    let (yesterday, today) = (tonight().at(0, 0) - minutes(60), tonight().at(11, 0));
    let ticks = [
        TickDecision::Missed { due: today, why: MissedWhy::TooLate },
        // What a newer tick made up for is not missed.
        TickDecision::Missed { due: today, why: MissedWhy::Overtaken },
        TickDecision::MissedMany { first: yesterday, last: today, at_least: 200 },
        TickDecision::Missed { due: yesterday, why: MissedWhy::NoCatchUp },
    ];
    let conditions = conditions(&Scene { ticks: ticks.map(tick).into(), ..Scene::default() }, now());
    assert!(conditions.iter().all(|condition| condition.cause == Cause::TickMissed), "{conditions:?}");
    let roots: Vec<String> = conditions.iter().map(|condition| condition.root_cause().subject).collect();
    assert_eq!(roots, ["2025-01-15", "2025-01-15", "2025-01-14"]);
    assert!(conditions[1].message.contains("at least 200"), "{}", conditions[1].message);
}

#[test]
fn results_that_are_due_are_stated_each_by_itself() {
    let due = [(tonight().plus_days(-2), now()), (tonight().plus_days(-1), now())];
    let conditions = conditions(&Scene { ungraded: due.into(), ..Scene::default() }, now());
    let subjects: Vec<&str> = conditions.iter().map(|condition| condition.subject.as_str()).collect();
    assert_eq!(subjects, ["results of 2025-01-13", "results of 2025-01-14"]);
    assert!(conditions.iter().all(|condition| condition.cause == Cause::NothingHappened && condition.root.is_none()));
}

#[test]
fn what_follows_from_one_fault_shares_its_root() {
    let letters = ["edition", "other"].map(|partition| dead_of("forecast", partition, FailureCategory::Timeout));
    let scene = Scene {
        tonight: Some(promise_that(SlaVerdict::Late { by: minutes(5) })),
        foundations: [letters[0].key.clone()].into(),
        unsettled: letters.into(),
        breakers: [(StepId::from("forecast"), open_breaker())].into(),
        ..Scene::default()
    };
    assert_eq!(causes(&scene), [Cause::WillBeLate, Cause::TaskDead, Cause::TaskDead, Cause::BreakerOpen]);
    let roots: BTreeSet<RootCause> = conditions(&scene, now()).iter().map(Condition::root_cause).collect();
    assert_eq!(roots, [RootCause::new(Cause::TaskDead, "forecast")].into());
    // What tonight does not rest on explains nothing.
    let elsewhere = Scene { foundations: BTreeSet::new(), ..scene };
    assert_eq!(conditions(&elsewhere, now())[0].root, None);
}
