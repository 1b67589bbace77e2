//! `bench night`: one warm slate, features to published files, stage by stage, on a copy of the store.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::{Cutoff, Edition};
use jiff::SignedDuration;
use pipeline::Step;
use runtime::{Silent, SystemClock, TaskState};

use crate::App;

/// What each repetition took.
#[derive(Debug, Default)]
pub(crate) struct Night {
    /// Steps in order, each with its times.
    pub(crate) steps: Vec<(Step, Vec<Duration>)>,
    /// From the first step to the files on disk.
    pub(crate) total: Vec<Duration>,
}

/// Copies the store, brings the copy up to date, and predicts the slate `repetitions` times, each at a cutoff of its
/// own, so that every repetition computes and writes everything.
pub(crate) async fn night(app: App, edition: Edition, repetitions: u32) -> anyhow::Result<Night> {
    let scratch = app.data_dir.join("bench");
    let source = app.data_dir.clone();
    // The writer's lock is let go of first: SQLite then folds its log into the file that is copied.
    drop(app);
    copy_store(&source, &scratch)?;
    let outcome = measure(&scratch, edition, repetitions).await;
    std::fs::remove_dir_all(&scratch).with_context(|| format!("removing {}", scratch.display()))?;
    outcome
}

/// Copies the store of a directory, if there is one, to another, in place of what a killed run left there.
pub(crate) fn copy_store(from: &Path, to: &Path) -> anyhow::Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to).with_context(|| format!("removing {}", to.display()))?;
    }
    std::fs::create_dir_all(to).with_context(|| format!("creating {}", to.display()))?;
    for file in ["tipoff.db", "tipoff.db-wal"] {
        let source = from.join(file);
        if source.exists() {
            std::fs::copy(&source, to.join(file)).with_context(|| format!("copying {}", source.display()))?;
        }
    }
    Ok(())
}

async fn measure(scratch: &Path, edition: Edition, repetitions: u32) -> anyhow::Result<Night> {
    let app = App::open(scratch, Arc::new(SystemClock), Arc::new(Silent)).await?;
    // Once unmeasured: summaries, models, caches of the operating system.
    published(&app, edition).await?;
    let mut night = Night::default();
    for repetition in 1..=repetitions {
        let earlier = edition.cutoff.instant() - SignedDuration::from_micros(i64::from(repetition));
        let edition = Edition { cutoff: Cutoff::at(earlier), ..edition };
        let started = Instant::now();
        let report = published(&app, edition).await?;
        night.total.push(started.elapsed());
        for task in report.tasks {
            let Some(step) = Step::named(task.key.step.as_str()) else { continue };
            let elapsed = task.elapsed.unsigned_abs();
            match night.steps.iter_mut().find(|(known, _)| *known == step) {
                Some((_, times)) => times.push(elapsed),
                None => night.steps.push((step, vec![elapsed])),
            }
        }
    }
    Ok(night)
}

async fn published(app: &App, edition: Edition) -> anyhow::Result<crate::app::EditionReport> {
    let report = app.run(edition).await?;
    let unfinished = report.tasks.iter().find(|task| task.state != TaskState::Done);
    match unfinished {
        Some(task) => anyhow::bail!(
            "{} of {edition} is {}: {}",
            task.key.step,
            task.state.code(),
            task.state.why().unwrap_or("no reason given")
        ),
        None => Ok(report),
    }
}
