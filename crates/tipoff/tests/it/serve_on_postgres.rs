//! The same on a Postgres server of the test's own: processes race, die, freeze, and the server itself crashes. The files
//! are those of a calm run in a directory.

use crate::archive::{Archive, tonight};
use crate::process::{Process, Rehearsal, Signal};
use crate::program::Tipoff;
use crate::serve::{assert_undisturbed, comes_to_calm, makes_good};

/// A store on a server, where everything is still to be done, at the instant at which tonight is.
fn long_season() -> Option<(Tipoff, Rehearsal)> {
    let tipoff = Tipoff::on_server_with(&Archive::long_season())?;
    Some((tipoff, Rehearsal::at(tonight().at(13, 1))))
}

/// A process that has begun to work.
fn at_work(tipoff: &Tipoff, now: &Rehearsal, command: &str) -> Process {
    let mut process = tipoff.start_at(now, command);
    process.hears(&["at work"]);
    process
}

/// Stops a worker that must have had a part in it.
fn stops_after_work(worker: Process) {
    let log = worker.stops();
    assert!(log.iter().any(|line| line.contains("HEARTBEAT END")), "it had no part in it");
}

#[test]
fn four_that_race_on_a_server_make_the_bytes_of_one() {
    let Some((tipoff, now)) = long_season() else { return };
    let workers = [(); 3].map(|()| at_work(&tipoff, &now, "worker"));
    comes_to_calm(tipoff.start_at(&now, "serve"), &tipoff);
    workers.into_iter().for_each(stops_after_work);
    assert_undisturbed(&tipoff.history());
}

#[test]
fn a_server_that_crashes_under_two_at_work_costs_time_and_nothing_else() {
    let Some((mut tipoff, now)) = long_season() else { return };
    let worker = at_work(&tipoff, &now, "worker");
    let mut serve = at_work(&tipoff, &now, "serve");
    for lines in [3, 60, 60] {
        for _ in 0..lines {
            serve.hears(&["HEARTBEAT"]);
        }
        tipoff.server().crash();
        serve.hears(&["could not be reached"]);
        tipoff.server().recover().unwrap();
    }
    comes_to_calm(serve, &tipoff);
    stops_after_work(worker);
    assert!(tipoff.history().iter().all(|attempt| attempt.ended_at.is_some()));
    tipoff.run(&["doctor", "ledger"]).exits(0);
}

#[test]
fn one_that_is_killed_beside_a_server_is_missed_when_its_lease_has_run_out() {
    let Some((tipoff, now)) = long_season() else { return };
    let mut serve = at_work(&tipoff, &now, "serve");
    let mut worker = at_work(&tipoff, &now, "worker");
    worker.freezes_at_work(&tipoff);
    worker.kill();
    serve.hears(&["HEARTBEAT LOST", "nothing was heard of"]);
    let lost = makes_good(serve, &tipoff);
    assert!(lost.iter().all(|attempt| attempt.ended_at >= Some(attempt.lease_until)), "{lost:?}");
}

#[test]
fn one_that_was_frozen_beside_a_server_settles_nothing_when_it_wakes() {
    let Some((tipoff, now)) = long_season() else { return };
    let mut serve = at_work(&tipoff, &now, "serve");
    let mut worker = at_work(&tipoff, &now, "worker");
    worker.freezes_at_work(&tipoff);
    while worker.is_at_work(&tipoff) {
        serve.hears(&["HEARTBEAT LOST", "nothing was heard of"]);
    }
    worker.send(Signal::Continue);
    worker.hears(&["HEARTBEAT END (FENCED)"]);
    worker.stops();
    let lost = makes_good(serve, &tipoff);
    assert!(lost.iter().all(|attempt| attempt.ended_at >= Some(attempt.lease_until)), "{lost:?}");
}
