//! What the doctor makes of what is found.

use runtime::alerts::Policy;
use runtime::{Attempt, AttemptId, AttemptOutcome, FailureCategory, Lease, Progress, TaskKey, Timing, WorkerId};

use super::*;

fn now() -> Timestamp {
    "2026-01-20T20:00:00Z".parse().unwrap()
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// An attempt under way whose lease runs out, and that was last heard of, so many seconds from now.
fn open(step: Step, lease: i64, heard: i64) -> OpenAttempt {
    let at = |seconds| now() + SignedDuration::from_secs(seconds);
    let key = TaskKey::new(step.name(), "slate 2026-01-20");
    let attempt = Attempt {
        id: AttemptId(7),
        key: key.clone(),
        worker: WorkerId::new("oven-1"),
        ready_at: at(-1000),
        started_at: at(-1000),
        ended_at: None,
        outcome: AttemptOutcome::Open,
        message: None,
        number: 1,
        lease_until: at(lease),
        progress: Some(Progress { stage: "halves".into(), done: 1, total: 2, at: at(heard) }),
        rows_written: 0,
        timing: Timing::default(),
    };
    let task = Task::unplanned(key, now());
    OpenAttempt { lease: Lease { attempt: attempt.id, task, inputs: BTreeMap::new(), claimed_at: at(-1000) }, attempt }
}

fn severity(check: &Check) -> Severity {
    assert_eq!(check.what_to_do.is_some(), check.severity > Severity::Fine, "{check:?}");
    check.severity
}

#[test]
fn a_write_is_fine_slow_missing_or_impossible() {
    let took = |millis| severity(&store(&Probe::Took(SignedDuration::from_millis(millis))));
    assert_eq!((took(1000), took(1001)), (Severity::Fine, Severity::Warning));
    assert_eq!(severity(&store(&Probe::NoAnswer(SignedDuration::from_millis(1500)))), Severity::Warning);
    let failed = store(&Probe::Failed(anyhow::anyhow!("no space left").context("the store failed")));
    assert_eq!(severity(&failed), Severity::Critical);
    assert!(failed.message.contains("the store failed: no space left"), "{}", failed.message);
}

#[test]
fn a_broken_rule_is_critical_and_named() {
    assert_eq!(severity(&ledger(&[])), Severity::Fine);
    let broken = ledger(&[BrokenRule { rule: "an attempt ends after it started".into(), rows: 2 }]);
    assert_eq!(severity(&broken), Severity::Critical);
    assert_eq!(broken.message, "2 rows break: an attempt ends after it started");
}

#[test]
fn an_attempt_is_stuck_when_its_lease_ran_out_or_it_is_silent_for_longer_than_its_step_may_be() {
    let check = |open: &[OpenAttempt]| severity(&attempts(open, now()));
    assert_eq!(check(&[open(Step::Grade, 10, -60)]), Severity::Fine);
    assert_eq!(check(&[open(Step::Grade, 10, -61)]), Severity::Warning);
    assert_eq!(check(&[open(Step::Grade, -1, 0)]), Severity::Warning);
    assert_eq!(check(&[open(Step::Process, 10, -61)]), Severity::Fine, "it may work through a whole archive");
    let stuck = vec![open(Step::Grade, -1, 0); 6];
    assert_eq!((check(&stuck[..5]), check(&stuck)), (Severity::Warning, Severity::Critical));
    let told = attempts(&stuck, now()).message;
    assert!(told.starts_with("attempt 7 of grade slate 2026-01-20 was given up by oven-1;"), "{told}");
    assert!(told.ends_with("; and 3 more"), "{told}");
}

#[test]
fn a_dead_letter_is_nobody_s_worry_for_a_day() {
    let dead = |hours: i64| {
        let key = TaskKey::new("grade", "slate 2026-01-20");
        let state = TaskState::Dead { category: FailureCategory::Timeout, why: "slow".into() };
        Task { state, ..Task::unplanned(key, now() - SignedDuration::from_hours(hours)) }
    };
    let waiting = Task::unplanned(TaskKey::new("grade", "slate 2026-01-19"), now() - SignedDuration::from_hours(99));
    let check = |tasks: &[Task]| dead_letters(tasks, now());
    assert_eq!(severity(&check(&[])), Severity::Fine);
    assert_eq!(check(std::slice::from_ref(&waiting)).message, "none");
    assert_eq!(check(&[dead(23)]).message, "1, none older than a day");
    assert_eq!(severity(&check(&[dead(23), dead(24), waiting])), Severity::Warning);
}

fn tonight() -> Tonight {
    let slate = GameDate::of(now());
    // The morning edition is due at one o'clock, the first game starts at seven.
    Tonight { edition: Edition::morning(slate, Some(slate.at(19, 0))), first_tipoff: slate.at(19, 0) }
}

#[test]
fn the_page_is_due_at_one_late_after_ten_minutes_and_missed_at_tip_off() {
    let slate = tonight().edition.slate;
    let check = |published: Option<GameDate>, at: Timestamp| severity(&page(Some(tonight()), published, at));
    let yesterday = Some(slate.plus_days(-1));
    assert_eq!(check(None, slate.at(9, 0)), Severity::Fine);
    assert_eq!(check(yesterday, slate.at(13, 9)), Severity::Fine);
    assert_eq!(check(yesterday, slate.at(13, 10)), Severity::Warning);
    assert_eq!(check(yesterday, slate.at(19, 0)), Severity::Critical);
    assert_eq!(check(Some(slate), slate.at(23, 0)), Severity::Fine);
    assert_eq!(check(Some(slate.plus_days(1)), slate.at(23, 0)), Severity::Fine, "tomorrow's is there already");
    assert_eq!(severity(&page(None, None, now())), Severity::Fine, "no games");
}

#[test]
fn something_lands_every_day_on_which_games_are_played() {
    let landed = |hours: i64| Some(now() - SignedDuration::from_hours(hours));
    let check = |tonight, landed| severity(&payloads(tonight, landed, now()));
    assert_eq!(check(Some(tonight()), landed(24)), Severity::Fine);
    assert_eq!(check(Some(tonight()), landed(25)), Severity::Warning);
    assert_eq!(check(Some(tonight()), None), Severity::Warning);
    assert_eq!(check(None, landed(5000)), Severity::Fine, "in summer nothing does");
}

#[test]
fn what_was_done_in_the_future_puts_the_clock_in_doubt() {
    let check = |seconds: i64| severity(&clock(Some(now() + SignedDuration::from_secs(seconds)), now()));
    assert_eq!((check(-5), check(2)), (Severity::Fine, Severity::Fine));
    assert_eq!((check(3), check(60), check(61)), (Severity::Warning, Severity::Warning, Severity::Critical));
    assert_eq!(severity(&clock(None, now())), Severity::Fine);
}

#[test]
fn room_is_made_in_time() {
    let check = |free| severity(&disk(free));
    assert_eq!([check(5_000_000_000), check(4_999_999_999)], [Severity::Fine, Severity::Warning]);
    assert_eq!([check(1_000_000_000), check(999_999_999)], [Severity::Warning, Severity::Critical]);
}

#[test]
fn missed_ticks_count_for_two_days_and_a_scheduler_that_is_gone_is_noticed() {
    let tick = |decision: fn(Timestamp) -> TickDecision, hours: i64| {
        let due = now() - SignedDuration::from_hours(hours);
        TickRecord { schedule: "publish-tonight".into(), decision: decision(due), decided_at: due }
    };
    let fired = |due| TickDecision::Fire { due };
    let missed = |due| TickDecision::Missed { due, why: runtime::MissedWhy::TooLate };
    let check = |ticks: &[TickRecord]| severity(&schedules(ticks, now()));
    assert_eq!(check(&[]), Severity::Fine, "nobody asked for any");
    assert_eq!(check(&[tick(fired, 25)]), Severity::Fine);
    assert_eq!(check(&[tick(fired, 26)]), Severity::Warning);
    assert_eq!(check(&[tick(missed, 49), tick(fired, 1)]), Severity::Fine);
    assert_eq!(check(&[tick(missed, 48), tick(fired, 1)]), Severity::Warning);
    let told = schedules(&[tick(missed, 30), tick(missed, 20)], now()).message;
    assert!(told.contains("2 were missed in two days: publish-tonight at 2026-01-19T19:00:00-05:00; "), "{told}");
}

#[test]
fn a_route_is_proven_by_a_test_of_the_last_night() {
    let proven_for = Policy::default().proven_for;
    let proven =
        BTreeMap::from([("log".to_owned(), now() - proven_for), ("bell".to_owned(), now() - proven_for - minutes(1))]);
    let check = |names: &[&str]| routes(names, &proven, proven_for, now());
    assert_eq!(severity(&check(&["log"])), Severity::Fine);
    assert_eq!(severity(&check(&["log", "bell"])), Severity::Warning);
    let told = check(&["log", "bell", "horn"]).message;
    assert!(
        !told.contains("log") && told.contains("bell took its last test at") && told.contains("horn was never tested")
    );
}

#[test]
fn odd_features_are_named_and_a_broken_one_is_critical() {
    use predict::features::{Feature, FeatureProblem, FeatureSummary};
    let health = |verdict| {
        let summary = FeatureSummary { rows: 0, missing: 0, zeros: 0, values: None };
        FeatureHealth { feature: Feature::PctPaint, slate: summary, before: summary, verdict }
    };
    let usual = [health(FeatureVerdict::Ok), health(FeatureVerdict::Unjudged)];
    assert_eq!((severity(&features(None)), severity(&features(Some(&usual)))), (Severity::Fine, Severity::Fine));
    let degraded = [usual[0], health(FeatureVerdict::Degraded(FeatureProblem::MoreMissing))];
    assert_eq!(severity(&features(Some(&degraded))), Severity::Warning);
    let broken = features(Some(&[degraded[1], health(FeatureVerdict::Broken(FeatureProblem::AllMissing))]));
    assert_eq!(severity(&broken), Severity::Critical);
    let both = "pct_paint: more players lack it than before; pct_paint: no player has it any more";
    assert_eq!(broken.message, both);
}
