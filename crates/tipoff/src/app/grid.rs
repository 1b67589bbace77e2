//! A slate's part of the grid: what is done, empty, missing or failed, and why.

use std::collections::BTreeMap;

use domain::Edition;
use jiff::Timestamp;
use pipeline::plan::{Planned, World};
use pipeline::{FACT_TABLES, Partition, Step};
use runtime::state::stand;
use runtime::{Asked, Attempt, Breaker, PlannedTask, StepId, Task, TaskKey, TaskState};

use super::App;
use super::reconcile::{partition_names, runtime_plan};
use crate::clock_words::moment;

/// Everything about one edition, and what failed elsewhere.
#[derive(Debug, Clone)]
pub struct Grid {
    /// The edition.
    pub edition: Edition,
    /// Games of its slate.
    pub games: usize,
    /// How many versions of facts about the slate there are, by table.
    pub facts: Vec<(&'static str, u64)>,
    /// Its tasks, in the order in which they run.
    pub cells: Vec<GridCell>,
    /// How many of the tasks it rests on are due: summaries of the weeks before, features its models learn from.
    pub due_before: usize,
    /// Tasks of other partitions whose last attempt failed: payloads, other slates, other months.
    pub failed_elsewhere: Vec<Task>,
}

/// A cell of the grid: a task, where it stands, and its newest attempt.
#[derive(Debug, Clone)]
pub struct GridCell {
    /// Which step.
    pub step: Step,
    /// On what.
    pub partition: Partition,
    /// Where it stands.
    pub state: TaskState,
    /// Its newest attempt, if there was one.
    pub attempt: Option<Attempt>,
    /// Why nobody takes it although it could be done; where its step is held by hand, also before it could.
    pub held_up: Option<HeldUp>,
    /// Whether its inputs are others than that attempt read, so that the next run makes it anew.
    pub inputs_changed: bool,
}

/// Why a step that could go on stands still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldUp {
    /// Somebody held it, until somebody lets it go on.
    ByHand(String),
    /// It failed too often, until it is probed.
    LeftAlone(String),
}

impl HeldUp {
    /// What holds a step up, as of now; nothing where it may go on.
    pub(crate) fn of(breaker: &Breaker, now: Timestamp) -> Option<Self> {
        match breaker {
            Breaker::Held { since, by, why } => {
                let since = moment(*since);
                Some(Self::ByHand(format!("held by {by} since {since}: {why}; `tipoff release` lets it go on")))
            }
            Breaker::Open { until, since, why, .. } | Breaker::Probing { until, since, why, .. } if *until > now => {
                let (since, until) = (moment(*since), moment(*until));
                Some(Self::LeftAlone(format!("left alone since {since}, probed at {until}: {why}")))
            }
            _ => None,
        }
    }

    /// By whom, since when, and what comes next.
    pub fn why(&self) -> &str {
        match self {
            Self::ByHand(why) | Self::LeftAlone(why) => why,
        }
    }
}

impl App {
    /// An edition's part of the grid: its tasks with their newest attempts, planned ones included.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn grid(&self, edition: Edition) -> anyhow::Result<Grid> {
        let mut world = self.world(edition).await?;
        let (planned, recorded) = self.planned(&mut world, cells_of).await?;
        let partitions: Vec<Partition> = planned.iter().map(|planned| planned.partition.clone()).collect();
        let names = partition_names(&partitions);
        let ledger = &self.store.ledger;
        let attempts = ledger.newest_attempts(&names).await?;
        let attempts: BTreeMap<&TaskKey, &Attempt> = attempts.iter().map(|attempt| (&attempt.key, attempt)).collect();
        let mut cells = cells(planned, &recorded, &attempts, self.now());
        let breakers = ledger.breakers().await?;
        for cell in cells.iter_mut().filter(|cell| !cell.state.is_settled()) {
            let breaker = breakers.get(&StepId::from(cell.step.name()));
            let held_up = breaker.and_then(|breaker| HeldUp::of(breaker, self.now()));
            let is_ready = matches!(cell.state, TaskState::Ready { .. });
            cell.held_up = held_up.filter(|held_up| is_ready || matches!(held_up, HeldUp::ByHand(_)));
        }
        // Planning watches the slates of its foundations: their tasks are among those it looked at.
        let is_due = |task: &&PlannedTask| matches!(state_now(task, &recorded, self.now()), TaskState::Ready { .. });
        let due_before = runtime_plan(&world.foundations()).iter().filter(is_due).count();
        let mut failed_elsewhere = ledger.unsettled().await?;
        failed_elsewhere.retain(|task| task.state.failure().is_some() && !names.contains(&task.key.partition));
        let facts = FACT_TABLES
            .iter()
            .filter(|table| !table.ends_with("_name"))
            .map(|table| (*table, world.revision(table, edition.slate)))
            .collect();
        let games = world.games.get(&edition.slate).map_or(0, Vec::len);
        Ok(Grid { edition, games, facts, cells, due_before, failed_elsewhere })
    }
}

/// Planned tasks as cells: where each stands as of now, and its newest attempt.
pub(crate) fn cells(
    planned: Vec<Planned>,
    recorded: &BTreeMap<TaskKey, Task>,
    attempts: &BTreeMap<&TaskKey, &Attempt>,
    now: Timestamp,
) -> Vec<GridCell> {
    let tasks = runtime_plan(&planned);
    let cell = |(planned, task): (Planned, &PlannedTask)| {
        let recorded_state = recorded.get(&task.key).filter(|task| was_run(task)).map(|task| task.state.clone());
        let now = state_now(task, recorded, now);
        let inputs_changed = recorded_state.is_some() && matches!(now, TaskState::Ready { .. });
        GridCell {
            step: planned.step,
            partition: planned.partition,
            state: recorded_state.filter(|_| inputs_changed).unwrap_or(now),
            inputs_changed,
            held_up: None,
            attempt: attempts.get(&task.key).map(|attempt| (*attempt).clone()),
        }
    };
    planned.into_iter().zip(&tasks).map(cell).collect()
}

/// Where a task stands as of now: what the ledger says, unless planning again would move it.
fn state_now(planned: &PlannedTask, recorded: &BTreeMap<TaskKey, Task>, now: Timestamp) -> TaskState {
    let existing = recorded.get(&planned.key);
    let moved = stand(existing, planned, recorded, Asked::ByClock, now);
    moved.as_ref().or(existing).map_or(TaskState::Planned, |task| task.state.clone())
}

/// The tasks about one edition: its model, its prediction, and after the games its summaries and grades.
pub(crate) fn cells_of(world: &World) -> Vec<Planned> {
    let slate = world.edition.slate;
    let summaries = world.summaries_of(slate..=slate);
    world.training().into_iter().chain(world.prediction()).chain(summaries).chain(world.grading()).collect()
}

/// Whether a run has settled a task, and not planning alone.
fn was_run(task: &Task) -> bool {
    task.state.is_settled() && task.fingerprint.is_some()
}
