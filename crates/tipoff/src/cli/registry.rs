//! `tipoff registry`: every step, as the code has it.

use super::{Exit, Global, render};
use crate::reports::StepReport;

/// List every step: phase, what one task of it is about, what it reads and writes.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tipoff registry --json")]
pub(super) struct Arguments {}

pub(super) fn run(_: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let steps: Vec<StepReport> = StepReport::all();
    if global.json {
        render::json(&steps)?;
        return Ok(Exit::Done);
    }
    for step in &steps {
        println!("{} {} (one task a {}): {}", step.phase, step.step, step.partition, step.summary);
        for (what, names) in [("needs", &step.needs[..]), ("reads", step.reads), ("writes", step.writes)] {
            if !names.is_empty() {
                println!("     {what:6} {}", names.join(", "));
            }
        }
        let (attempt, silence) = (step.attempt_deadline_seconds, step.silence_deadline_seconds);
        println!("     limits {attempt} s an attempt, {silence} s of silence, {} retries", step.retries);
    }
    Ok(Exit::Done)
}
