//! Unattended operation: one process or several, left in peace or not, come to the bytes of a calm run.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::SignedDuration;
use runtime::{Attempt, AttemptOutcome, FailureCategory};

use crate::archive::{Archive, tonight};
use crate::process::{Process, Rehearsal, Signal};
use crate::program::{Files, Tipoff, assert_same};

/// A place into which the long season has been imported: there are models to train.
fn long_season() -> Tipoff {
    static SEASON: OnceLock<Tipoff> = OnceLock::new();
    SEASON.get_or_init(|| Tipoff::with(&Archive::long_season())).copied()
}

/// What a calm run makes of tonight.
fn calm(tipoff: &Tipoff) -> Files {
    tipoff.on("run", tonight()).exits(0);
    tipoff.published()
}

pub(crate) fn calm_long_season() -> &'static Files {
    static CALM: OnceLock<Files> = OnceLock::new();
    CALM.get_or_init(|| calm(&long_season()))
}

/// Waits until a process says that tonight's files are written.
pub(crate) fn publishes(serve: &mut Process, tipoff: &Tipoff) {
    serve.hears(&["HEARTBEAT END", "publish edition 2024-12-11", "done"]);
    while serve.hears(&["written", "status.json"]).is_empty() || tipoff.document("status.json")["stale"] != false {}
}

/// Waits until serve has written the files of a calm run, and asks it to stop. (An edition waits for the summaries of the
/// weeks before it, and is made anew when older ones arrive: where processes race or die, that may happen.)
pub(crate) fn comes_to_calm(mut serve: Process, tipoff: &Tipoff) {
    while tipoff.published() != *calm_long_season() {
        serve.hears(&["written"]);
    }
    serve.stops();
}

/// Every attempt succeeded, and what rests on facts alone was attempted once.
pub(crate) fn assert_undisturbed(history: &[Attempt]) {
    let mut keys = BTreeSet::new();
    for attempt in history {
        assert!(succeeded(attempt), "{attempt:?}");
        let is_summary = attempt.key.partition.as_str().starts_with("slate");
        assert!(keys.insert(&attempt.key) || !is_summary, "{} was attempted twice", attempt.key);
    }
}

#[test]
fn tonight_is_published_by_itself_at_one_o_clock() {
    let tipoff = Tipoff::with_season();
    let calm = calm(&tipoff.copied());
    let before = Rehearsal::at(tonight().at(12, 59) + SignedDuration::from_secs(57));
    let mut serve = tipoff.start_at(&before, "serve");
    publishes(&mut serve, &tipoff);
    serve.stops();
    assert_same(&tipoff.published(), &calm);
    let history = tipoff.history();
    assert_undisturbed(&history);
    let of_edition = |attempt: &&Attempt| attempt.key.partition.as_str().starts_with("edition");
    assert_eq!(history.iter().filter(of_edition).count(), 10);
    assert!(history.iter().filter(of_edition).all(|attempt| attempt.started_at >= tonight().at(13, 0)));
}

#[test]
fn processes_that_race_make_the_bytes_of_one() {
    let (tipoff, now) = (long_season(), Rehearsal::at(tonight().at(13, 1)));
    let mut workers = [tipoff.start_at(&now, "worker"), tipoff.start_at(&now, "worker")];
    for worker in &mut workers {
        worker.hears(&["at work"]);
    }
    comes_to_calm(tipoff.start_at(&now, "serve"), &tipoff);
    for worker in workers {
        let log = worker.stops();
        assert!(log.iter().any(|line| line.contains("HEARTBEAT END")), "it had no part in it");
    }
    assert_undisturbed(&tipoff.history());
}

/// A place where everything is planned and most of it is still to be done: serve was asked to stop at its work.
fn begun() -> Tipoff {
    static BEGUN: OnceLock<Tipoff> = OnceLock::new();
    BEGUN
        .get_or_init(|| {
            let tipoff = long_season();
            let mut serve = tipoff.start_at(&Rehearsal::at(tonight().at(13, 1)), "serve");
            serve.hears(&["HEARTBEAT START"]);
            serve.stops();
            assert_undisturbed(&tipoff.history());
            tipoff
        })
        .copied()
}

/// Whether an attempt came to what was wanted.
fn succeeded(attempt: &Attempt) -> bool {
    matches!(attempt.outcome, AttemptOutcome::Done | AttemptOutcome::Nothing)
}

/// Waits until serve has made good what was lost, and what follows from it. Returns the attempts that were lost, of a
/// history in which nothing else went wrong.
pub(crate) fn makes_good(mut serve: Process, tipoff: &Tipoff) -> Vec<Attempt> {
    let failed = || tipoff.history().into_iter().filter(|attempt| attempt.outcome.category().is_some());
    let is_redone = |lost: &Attempt| {
        tipoff.history().iter().any(|later| later.id > lost.id && later.key == lost.key && succeeded(later))
    };
    while !failed().all(|lost| is_redone(&lost)) {
        serve.hears(&["HEARTBEAT END"]);
    }
    comes_to_calm(serve, tipoff);
    let lost: Vec<Attempt> = failed().collect();
    assert!(!lost.is_empty());
    for attempt in tipoff.history() {
        let is_lost = attempt.outcome == AttemptOutcome::Failed(FailureCategory::Lost);
        assert!(attempt.ended_at.is_some() && (is_lost || succeeded(&attempt)), "{attempt:?}");
    }
    lost
}

#[test]
fn one_that_is_killed_is_missed_at_once_and_another_goes_on() {
    let (tipoff, now) = (begun(), Rehearsal::at(tonight().at(13, 5)));
    let mut first = tipoff.start_at(&now, "serve");
    first.freezes_at_work(&tipoff);
    let mut second = tipoff.start_at(&now, "serve");
    second.hears(&["at work"]);
    first.kill();
    second.hears(&["HEARTBEAT LOST", "died while it ran"]);
    let lost = makes_good(second, &tipoff);
    assert!(lost.iter().all(|attempt| attempt.ended_at < Some(attempt.lease_until)), "{lost:?}");
    let published = tipoff.history().into_iter().find(|attempt| attempt.key.step.as_str() == "publish").unwrap();
    assert!(published.started_at < tonight().at(13, 6), "it did not take the lead: {published:?}");
}

#[test]
fn a_worker_that_was_frozen_for_too_long_settles_nothing_when_it_wakes() {
    let (tipoff, now) = (begun(), Rehearsal::at(tonight().at(13, 5)));
    let mut worker = tipoff.start_at(&now, "worker");
    worker.freezes_at_work(&tipoff);
    let mut serve = tipoff.start_at(&now, "serve");
    while worker.is_at_work(&tipoff) {
        serve.hears(&["HEARTBEAT LOST", "nothing was heard of"]);
    }
    worker.send(Signal::Continue);
    worker.hears(&["HEARTBEAT END (FENCED)"]);
    worker.stops();
    let lost = makes_good(serve, &tipoff);
    assert!(lost.iter().all(|attempt| attempt.ended_at >= Some(attempt.lease_until)), "{lost:?}");
}
