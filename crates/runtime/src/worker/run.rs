//! A plan run to its end by one worker: entered into the grid, then claimed and settled until nothing is left to attempt.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::{Disposition, SIDE_BY_SIDE, TaskReport, Worker};
use crate::state::{Asked, Grid, stand};
use crate::{Event, Lane, LedgerError, OpenAttempt, Partition, PlannedTask, Task, TaskKey, TaskState, Work};

/// What came of a plan.
#[derive(Debug, Clone, Default)]
pub struct RunReport {
    /// One report a planned task, in plan order.
    pub tasks: Vec<TaskReport>,
}

/// A plan's claimable tasks are offered so many at a time.
const OFFERED: usize = 4 * SIDE_BY_SIDE;

/// How long a run waits before it looks again at what others do.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_millis(250);

impl RunReport {
    /// Whether any attempt was made.
    pub fn made_attempts(&self) -> bool {
        self.tasks.iter().any(|task| task.disposition == Disposition::Ran)
    }
}

impl<R: Send + Sync + 'static> Worker<R> {
    /// Executes `plan`, whose tasks stand after those they need; those that do not need each other run side by side.
    /// A failed task does not stop the others; those that need it wait, and say for what. A task is attempted once:
    /// retries are left to whoever works here for longer.
    ///
    /// # Errors
    /// When the ledger itself fails; a failing step is no error here.
    pub async fn run(&self, plan: &[PlannedTask], asked: Asked) -> Result<RunReport, LedgerError> {
        let mut grid = self.enter(plan, asked).await?;
        let ready = plan.iter().filter_map(|planned| grid.get(&planned.key)).filter(|task| is_open(task)).count();
        self.observer.on(&Event::Planned { ready });
        let mut attempted = BTreeSet::<TaskKey>::new();
        let mut reports = Vec::<TaskReport>::new();
        let mut around = Around::Moved;
        loop {
            let offered = offered(plan, &grid, &attempted);
            let tick = self.tick(&Work::Of(offered.clone())).await?;
            let moved = !tick.settled.is_empty() || !tick.started.is_empty();
            for key in tick.started {
                if let Some(task) = grid.get_mut(&key) {
                    task.state = TaskState::Running;
                }
                attempted.insert(key);
            }
            reports.extend(tick.settled);
            grid.extend(tick.tasks.into_iter().map(|task| (task.key.clone(), task)));
            if moved {
                continue;
            }
            if self.busy() == 0 {
                let before = std::mem::replace(&mut around, self.look_around(plan, &offered, &mut grid).await?);
                match around {
                    Around::Moved => continue,
                    Around::Held => {}
                    // Whoever kept it from being claimed a moment ago may have let go of it just now.
                    Around::Quiet if before != Around::Quiet && !offered.is_empty() => continue,
                    Around::Quiet => return Ok(report(plan, &grid, &reports)),
                }
            }
            self.finished(LOOK_AGAIN).await;
            self.keep().await?;
        }
    }

    /// Writes what planning decides, and returns the grid as it then stands.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn enter(&self, plan: &[PlannedTask], asked: Asked) -> Result<Grid, LedgerError> {
        let partitions = partitions(plan);
        loop {
            let mut grid = self.grid_of(&partitions).await?;
            let now = self.clock.now();
            let mut changes = Vec::new();
            for planned in plan {
                if let Some(task) = stand(grid.get(&planned.key), planned, &grid, asked, now) {
                    grid.insert(task.key.clone(), task.clone());
                    changes.push(task);
                }
            }
            if changes.is_empty() {
                return Ok(grid);
            }
            let written = self.ledger.put(&changes).await?;
            let all = written.len() == changes.len();
            grid.extend(written.into_iter().map(|task| (task.key.clone(), task)));
            if all {
                return Ok(grid);
            }
            // Somebody else wrote meanwhile: what they wrote decides anew.
        }
    }

    pub(super) async fn grid_of(&self, partitions: &[Partition]) -> Result<Grid, LedgerError> {
        Ok(self.ledger.tasks(partitions).await?.into_iter().map(|task| (task.key.clone(), task)).collect())
    }

    /// What others do about the plan's tasks, as the ledger has it now. What they hold, they will settle, or their lease
    /// runs out. Who settled may not have let those that waited stand anew yet, or have died before it did.
    async fn look_around(
        &self,
        plan: &[PlannedTask],
        offered: &[TaskKey],
        grid: &mut Grid,
    ) -> Result<Around, LedgerError> {
        // What is settled, or held back by planning alone, is nobody's to move.
        if !plan.iter().any(|planned| grid.get(&planned.key).is_some_and(is_open)) {
            return Ok(Around::Quiet);
        }
        let stands = |grid: &Grid| plan.iter().map(|planned| state(grid, &planned.key).cloned()).collect::<Vec<_>>();
        let stood = stands(grid);
        let partitions = partitions(plan);
        grid.extend(self.grid_of(&partitions).await?);
        let moved = self.advance(&partitions).await?;
        grid.extend(moved.into_iter().map(|task| (task.key.clone(), task)));
        if stands(grid) != stood {
            return Ok(Around::Moved);
        }
        if plan.iter().any(|planned| state(grid, &planned.key) == Some(&TaskState::Running)) {
            return Ok(Around::Held);
        }
        let waiting = plan.iter().filter(|planned| offered.contains(&planned.key));
        let lanes: BTreeSet<&Lane> = waiting.filter_map(|planned| planned.lane.as_ref()).collect();
        let held = |open: OpenAttempt| open.lease.task.recipe.lane.is_some_and(|lane| lanes.contains(&lane));
        let held = !lanes.is_empty() && self.ledger.open_attempts().await?.into_iter().any(held);
        Ok(if held { Around::Held } else { Around::Quiet })
    }
}

/// What others do about a plan's tasks.
#[derive(PartialEq, Eq)]
enum Around {
    /// Some stand elsewhere than was known here.
    Moved,
    /// They hold some, or a lane that one waits for.
    Held,
    /// Nothing.
    Quiet,
}

/// The plan's tasks that can be claimed, in order; of a lane only its first.
fn offered(plan: &[PlannedTask], grid: &Grid, attempted: &BTreeSet<TaskKey>) -> Vec<TaskKey> {
    let runs = |planned: &&PlannedTask| state(grid, &planned.key) == Some(&TaskState::Running);
    let mut lanes: BTreeSet<&Lane> = plan.iter().filter(runs).filter_map(|planned| planned.lane.as_ref()).collect();
    let claimable = plan.iter().filter(|planned| {
        let wanted = is_claimable(grid, &planned.key) && !attempted.contains(&planned.key);
        wanted && planned.lane.as_ref().is_none_or(|lane| lanes.insert(lane))
    });
    claimable.map(|planned| planned.key.clone()).take(OFFERED).collect()
}

/// Whether a task will run once its upstream has.
fn is_open(task: &Task) -> bool {
    !task.state.is_settled() && task.recipe.outside.is_some()
}

fn is_claimable(grid: &Grid, key: &TaskKey) -> bool {
    matches!(state(grid, key), Some(TaskState::Ready { .. }))
}

fn state<'g>(grid: &'g Grid, key: &TaskKey) -> Option<&'g TaskState> {
    grid.get(key).map(|task| &task.state)
}

fn partitions(plan: &[PlannedTask]) -> Vec<Partition> {
    let partitions: BTreeSet<&Partition> = plan.iter().map(|planned| &planned.key.partition).collect();
    partitions.into_iter().cloned().collect()
}

/// One report a planned task.
fn report(plan: &[PlannedTask], grid: &Grid, reports: &[TaskReport]) -> RunReport {
    let tasks = plan.iter().map(|planned| {
        let ran = reports.iter().rev().find(|report| report.key == planned.key);
        ran.cloned().unwrap_or_else(|| {
            let state = state(grid, &planned.key).cloned().unwrap_or(TaskState::Planned);
            let disposition = if state.is_settled() && !matches!(state, TaskState::Nothing { .. }) {
                Disposition::Unchanged
            } else {
                Disposition::NotReady
            };
            TaskReport { key: planned.key.clone(), disposition, state, rows_written: 0, elapsed: SignedDuration::ZERO }
        })
    });
    RunReport { tasks: tasks.collect() }
}
