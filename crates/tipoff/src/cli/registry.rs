//! `tipoff registry`: every step, as the code has it.

use pipeline::Step;
use serde::Serialize;

use super::{Exit, Global, render};
use crate::handlers::policy;

/// List every step: phase, what one task of it is about, what it reads and writes.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tipoff registry --json")]
pub(super) struct Arguments {}

#[derive(Serialize)]
struct StepJson {
    phase: &'static str,
    step: &'static str,
    partition: &'static str,
    version: u32,
    needs: Vec<&'static str>,
    attempt_deadline_seconds: i64,
    silence_deadline_seconds: i64,
    retries: u32,
    reads: &'static [&'static str],
    writes: &'static [&'static str],
    summary: &'static str,
}

pub(super) fn run(_: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let steps: Vec<StepJson> = Step::all()
        .map(|step| {
            let spec = step.spec();
            let policy = policy(step);
            StepJson {
                phase: spec.phase.number(),
                step: spec.name,
                partition: spec.partition.name(),
                version: spec.version,
                needs: spec.needs.iter().map(|need| need.name()).collect(),
                attempt_deadline_seconds: policy.deadlines.attempt.as_secs(),
                silence_deadline_seconds: policy.deadlines.silence.as_secs(),
                retries: policy.retry.retries,
                reads: spec.reads,
                writes: spec.writes,
                summary: spec.summary,
            }
        })
        .collect();
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
