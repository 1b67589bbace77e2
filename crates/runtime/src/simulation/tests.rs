//! Simulations: what holds under all faults, and that every rule can be broken.

use super::*;

fn simulation(seed: u64, hours: i64, faults: &str) -> Simulation {
    Simulation { seed, hours, faults: faults.parse().unwrap(), workers: 4, schedulers: 2 }
}

fn run(simulation: &Simulation) -> Report {
    let report = simulation.run(Stage::in_memory, |_| ());
    if let Some(violation) = &report.violation {
        panic!("{simulation:?}\n{}\n{}", violation.trace.join("\n"), violation.what.join("\n"));
    }
    report
}

#[test]
fn try_it() {
    let var = |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let started = std::time::Instant::now();
    let simulation = simulation(var("S", "1").parse().unwrap(), var("H", "48").parse().unwrap(), &var("F", "all"));
    let report = run(&simulation);
    println!("{:?} {report:?} {:?}", started.elapsed(), report.noticed());
}
