//! Simulations: what holds under all faults, and that every rule can be broken.

mod planted;
mod rules;

use super::*;

fn simulation(seed: u64, hours: i64, faults: &str) -> Simulation {
    let scene = Scene::Weeks;
    Simulation { scene, seed, hours, faults: faults.parse().unwrap(), workers: 4, schedulers: 2 }
}

fn simulated(simulation: &Simulation) -> Report {
    simulation.run(Stage::in_memory, |_| ())
}

/// What was found, with its trace.
fn found(report: &Report) -> String {
    let violation = report.violation.as_ref();
    violation.map_or(String::new(), |found| format!("{}\n{}", found.trace.join("\n"), found.what.join("\n")))
}

#[test]
fn everything_holds_under_all_faults_whatever_the_seed() {
    for seed in 1..=4 {
        let report = simulated(&simulation(seed, 30, "all"));
        assert_eq!(report.violation, None, "seed {seed}\n{}", found(&report));
        assert!(report.attempts > 150 && report.faults.values().sum::<u64>() > 20, "{report:?}");
    }
}

/// Found in a run of a million hours: a correction right after a step had settled makes those that wait for it wait anew.
#[test]
fn who_waits_for_what_is_made_again_is_owed_nothing() {
    let report = simulated(&simulation(1007, WEEK, "all"));
    assert_eq!(report.violation, None, "{}", found(&report));
}

#[test]
fn everything_holds_under_each_fault_alone() {
    for (seed, kind) in (10..).zip(FaultKind::ALL) {
        let report = simulated(&simulation(seed, 8, kind.code()));
        assert_eq!(report.violation, None, "{kind}\n{}", found(&report));
        assert!(report.faults[&kind] > 0 && report.faults.len() == 1, "{:?}", report.faults);
    }
}

#[test]
fn on_a_calm_day_nothing_is_lost_fenced_or_asked_for_again() {
    let report = simulated(&simulation(1, 48, "none"));
    assert_eq!(report.violation, None, "{}", found(&report));
    assert_eq!((report.fenced, report.repeated, report.asked_again, report.noticed()), (0, 0, 0, None));
    let ends = ["done", "nothing", "snoozed", "processing_error", "timeout", "upstream_failure", "returned"];
    assert!(report.outcomes.keys().all(|outcome| ends.contains(outcome)), "{:?}", report.outcomes);
}

#[test]
fn the_same_seed_brings_the_same_trace_and_another_one_does_not() {
    let [first, again, other] = [5, 5, 6].map(|seed| simulated(&simulation(seed, 12, "all")));
    assert_eq!((first.hash, first.events), (again.hash, again.events));
    assert_ne!(first.hash, other.hash);
}

#[test]
fn a_week_begins_anew_under_the_next_seed() {
    let mut passed = Vec::new();
    let both = simulation(20, WEEK + 2, "none").run(Stage::in_memory, |hours| passed.push(hours));
    assert_eq!((passed, both.hours), (vec![WEEK, WEEK + 2], WEEK + 2));
    let [first, second] = [(20, WEEK), (21, 2)].map(|(seed, hours)| simulated(&simulation(seed, hours, "none")));
    assert_eq!(both.events, first.events + second.events);
    assert_eq!(both.hash, first.hash.rotate_left(1) ^ second.hash);
}

#[test]
fn the_death_of_a_process_is_noticed_within_a_heartbeat_and_a_tick() {
    let report = simulated(&simulation(1, WEEK, "crash"));
    assert_eq!(report.violation, None, "{}", found(&report));
    let noticed = report.noticed().expect("processes died at work");
    assert!(noticed.attempts >= 10 && noticed.p99 <= noticed.longest && noticed.longest <= 16_500, "{noticed:?}");
}

/// A delivery of thirty files, and what depends on them, for 30 hours.
fn delivery(scene: Scene, faults: &str) -> Report {
    let report = simulated(&Simulation { scene, ..simulation(30, 30, faults) });
    assert_eq!(report.violation, None, "{}", found(&report));
    report
}

#[test]
fn a_storm_makes_no_more_than_a_tenth_more_attempts_than_a_calm_day() {
    let [calm, storm] = [Scene::Calm, Scene::Storm].map(|scene| delivery(scene, "none"));
    assert!(calm.attempts == 30 + 1 + 2 * 30, "each file, all together, and two for each hour: {calm:?}");
    assert!(storm.attempts * 10 <= calm.attempts * 11, "{} of {}", storm.attempts, calm.attempts);
    assert_eq!((storm.outcomes["processing_error"], storm.outcomes["nothing"]), (1, 1), "no answer is asked for twice");
}

#[test]
fn woken_twice_for_everything_nobody_works_twice() {
    let [calm, storm] = ["none", "duplicate-wakeup,lost-wakeup"].map(|faults| delivery(Scene::Storm, faults));
    assert!(storm.attempts * 10 <= calm.attempts * 11, "{} of {}", storm.attempts, calm.attempts);
}
