//! Killed at every durable step of a night: the next run comes to the bytes of a calm one, whatever the first had done.

use std::sync::Mutex;
use std::thread;

use serde_json::Value;

use crate::archive::tonight;
use crate::program::{Files, Tipoff, assert_same};

/// What people see of tonight: the files, and the grid without its times.
pub(crate) struct Night {
    pub(crate) files: Files,
    pub(crate) grid: Value,
}

impl Night {
    pub(crate) fn of(tipoff: &Tipoff) -> Self {
        let mut grid = tipoff.on("status", tonight()).exits(0).json();
        for cell in grid["cells"].as_array_mut().unwrap() {
            let cell = cell.as_object_mut().unwrap();
            cell.retain(|name, _| name != "started_at" && name != "elapsed_ms");
        }
        Self { files: tipoff.published(), grid }
    }

    fn run(tipoff: &Tipoff) -> Self {
        tipoff.on("run", tonight()).exits(0);
        Self::of(tipoff)
    }
}

/// How many lines about attempts a run logs when nobody disturbs it.
fn heartbeats(tipoff: &Tipoff) -> usize {
    let (code, log) = tipoff.start(&["run", "--date", "2024-12-11"]).end();
    assert_eq!(code, Some(0));
    log.iter().filter(|line| line.contains("HEARTBEAT")).count()
}

/// Runs tonight and kills the run right after so many lines about attempts.
fn run_killed_after(heartbeats: usize, tipoff: &Tipoff) {
    let mut run = tipoff.start(&["run", "--date", "2024-12-11"]);
    for _ in 0..heartbeats {
        run.hears(&["HEARTBEAT"]);
    }
    run.kill();
}

/// Kills a run of `imported` after each of these many lines, two at a time, and holds what the next run makes of it to
/// what a calm one makes.
fn survives(imported: &Tipoff, points: impl Iterator<Item = usize> + Send) {
    let (calm, points) = (Night::run(&imported.copied()), Mutex::new(points));
    let next = || points.lock().unwrap().next();
    let work = || {
        while let Some(point) = next() {
            let tipoff = imported.copied();
            run_killed_after(point, &tipoff);
            let night = Night::run(&tipoff);
            assert_same(&night.files, &calm.files);
            assert_eq!(night.grid, calm.grid, "killed after {point} lines");
            assert!(tipoff.history().iter().all(|attempt| attempt.ended_at.is_some()), "killed after {point} lines");
        }
    };
    thread::scope(|scope| [scope.spawn(work), scope.spawn(work)].map(|thread| thread.join().unwrap()));
}

#[test]
fn killed_at_any_step_of_an_edition_the_next_run_makes_the_same_bytes() {
    let tipoff = Tipoff::with_season();
    tipoff.on("train", tonight()).exits(0);
    let lines = heartbeats(&tipoff.copied());
    assert_eq!(lines, 2 * 10, "ten steps start and end");
    survives(&tipoff, 1..=lines);
}

#[test]
fn killed_among_the_summaries_and_the_models_the_next_run_makes_the_same_bytes() {
    let tipoff = Tipoff::with_season();
    let lines = heartbeats(&tipoff.copied());
    survives(&tipoff, (1..lines - 20).step_by(37));
}
