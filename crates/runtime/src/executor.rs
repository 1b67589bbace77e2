//! Executes a plan in one process: in the plan's order, one attempt a task, skipping what has not changed.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Handle;

use crate::state::{decide, replan};
use crate::{
    AttemptContext, Clock, Event, Failure, FailureCategory, Fingerprint, Handler, Lease, Ledger, LedgerError, Observer,
    Order, OutputId, Partition, PlannedTask, Produced, Readiness, Registry, Settled, Settlement, StepId, Task, TaskKey,
    TaskState,
};

/// Runs planned tasks against a ledger.
pub struct Executor<R> {
    ledger: Arc<dyn Ledger<Rows = R>>,
    registry: Registry<R>,
    clock: Arc<dyn Clock>,
    observer: Arc<dyn Observer>,
}

/// What came of one planned task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskReport {
    /// Which task.
    pub key: TaskKey,
    /// Whether it ran.
    pub disposition: Disposition,
    /// Where it stands now.
    pub state: TaskState,
    /// Rows added, counted by the store.
    pub rows_written: u64,
    /// Time from claim to settlement.
    pub elapsed: SignedDuration,
}

/// Whether a task ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// An attempt was made.
    Ran,
    /// Its inputs are those of its last success.
    Unchanged,
    /// It was not ready.
    NotReady,
}

/// What came of a plan.
#[derive(Debug, Clone, Default)]
pub struct RunReport {
    /// One report a planned task, in plan order.
    pub tasks: Vec<TaskReport>,
}

impl TaskReport {
    fn of(task: &Task, disposition: Disposition) -> Self {
        Self {
            key: task.key.clone(),
            disposition,
            state: task.state.clone(),
            rows_written: 0,
            elapsed: SignedDuration::ZERO,
        }
    }
}

impl RunReport {
    /// Whether any attempt was made.
    pub fn made_attempts(&self) -> bool {
        self.tasks.iter().any(|task| task.disposition == Disposition::Ran)
    }
}

impl<R: Send + 'static> Executor<R> {
    /// An executor of `registry`'s steps.
    pub fn new(
        ledger: Arc<dyn Ledger<Rows = R>>,
        registry: Registry<R>,
        clock: Arc<dyn Clock>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        Self { ledger, registry, clock, observer }
    }

    /// Executes `plan`, whose tasks stand after those they need; neighbours that do not need each other run together.
    /// A failed task does not stop the others; those that need it wait, and say for what.
    ///
    /// # Errors
    /// When the ledger itself fails or this process has lost its lease; a failing step is no error here.
    pub async fn run(&self, plan: &[PlannedTask]) -> Result<RunReport, LedgerError> {
        let mut grid = self.enter_into_grid(plan).await?;
        let mut report = RunReport::default();
        let mut rest = plan;
        while !rest.is_empty() {
            let (wave, later) = rest.split_at(wave(rest));
            let advanced = stream::iter(wave).map(|planned| self.advance(planned, &grid)).buffered(SIDE_BY_SIDE);
            let advanced: Vec<(TaskReport, Option<Task>)> = advanced.try_collect().await?;
            for (outcome, task) in advanced {
                grid.extend(task.map(|task| (task.key.clone(), task)));
                report.tasks.push(outcome);
            }
            rest = later;
        }
        Ok(report)
    }

    /// Writes what planning alone decides, and returns the grid as it then stands.
    async fn enter_into_grid(&self, plan: &[PlannedTask]) -> Result<BTreeMap<TaskKey, Task>, LedgerError> {
        let mut partitions: Vec<Partition> = plan.iter().map(|task| task.key.partition.clone()).collect();
        partitions.sort();
        partitions.dedup();
        let mut grid: BTreeMap<TaskKey, Task> =
            self.ledger.tasks(&partitions).await?.into_iter().map(|task| (task.key.clone(), task)).collect();
        let now = self.clock.now();
        let changes: Vec<(TaskKey, TaskState)> = plan
            .iter()
            .filter_map(|planned| {
                let existing = grid.get(&planned.key);
                Some((planned.key.clone(), replan(existing, &planned.readiness)?))
            })
            .collect();
        self.ledger.replan(&changes, now).await?;
        for (key, state) in changes {
            set_state(&mut grid, &key, state, now);
        }
        let ready = plan.iter().filter(|planned| is_due(planned, &grid)).count();
        self.observer.on(&Event::Planned { ready });
        Ok(grid)
    }

    /// Does what can be done about a task, and returns it as it then stands if it has moved.
    async fn advance(
        &self,
        planned: &PlannedTask,
        grid: &BTreeMap<TaskKey, Task>,
    ) -> Result<(TaskReport, Option<Task>), LedgerError> {
        let task = &grid[&planned.key];
        let Readiness::Ready { inputs: outside } = &planned.readiness else {
            return Ok((TaskReport::of(task, Disposition::NotReady), None));
        };
        let inputs = match upstream(planned, grid) {
            Ok(inputs) => inputs,
            Err(why) => return self.hold(task, why).await,
        };
        let fingerprint = fingerprint(planned, *outside, &inputs);
        if stands(task, fingerprint) {
            return Ok((TaskReport::of(task, Disposition::Unchanged), None));
        }
        let (report, task) = self.attempt(task, inputs, fingerprint).await?;
        Ok((report, Some(task)))
    }

    /// Marks a task whose upstream is not there as waiting.
    async fn hold(&self, task: &Task, why: String) -> Result<(TaskReport, Option<Task>), LedgerError> {
        let Some(state) = replan(Some(task), &Readiness::NotYet { until: None, why }) else {
            return Ok((TaskReport::of(task, Disposition::NotReady), None));
        };
        let now = self.clock.now();
        self.ledger.replan(&[(task.key.clone(), state.clone())], now).await?;
        let task = Task { state, updated_at: now, ..task.clone() };
        Ok((TaskReport::of(&task, Disposition::NotReady), Some(task)))
    }

    async fn attempt(
        &self,
        task: &Task,
        inputs: BTreeMap<StepId, OutputId>,
        fingerprint: Fingerprint,
    ) -> Result<(TaskReport, Task), LedgerError> {
        let key = &task.key;
        let started_at = self.clock.now();
        self.observer.on(&Event::Started { key });
        let lease = self.ledger.claim(key, &inputs, started_at).await?;
        let attempt = lease.attempt;
        let outcome = self.execute(key, inputs).await;
        let (state, settled) = match self.settle(lease, outcome, fingerprint).await {
            // The rows themselves are at fault: the attempt is closed as failed, and the plan goes on.
            Err(LedgerError::Refused(cause)) => {
                let failure = Failure::caused_by(FailureCategory::ProcessingError, cause.as_ref());
                self.settle(Lease { key: key.clone(), attempt }, Err(failure), fingerprint).await?
            }
            settled => settled?,
        };
        let ended_at = self.clock.now();
        let (output, fingerprint) = match state {
            TaskState::Done => (settled.output, Some(fingerprint)),
            TaskState::Nothing { .. } => (task.output, Some(fingerprint)),
            _ => (task.output, task.fingerprint),
        };
        let task = Task { key: key.clone(), state, fingerprint, output, updated_at: ended_at };
        let report = TaskReport {
            rows_written: settled.rows_written,
            elapsed: ended_at.duration_since(started_at),
            ..TaskReport::of(&task, Disposition::Ran)
        };
        self.observer.on(&Event::Settled { report: &report });
        Ok((report, task))
    }

    async fn settle(
        &self,
        lease: Lease,
        outcome: Result<Produced<R>, Failure>,
        fingerprint: Fingerprint,
    ) -> Result<(TaskState, Settled), LedgerError> {
        let state = decide(&outcome);
        let rows = match outcome {
            Ok(Produced::Rows(rows)) => Some(rows),
            Ok(Produced::Nothing { .. }) | Err(_) => None,
        };
        let settlement = Settlement { state: state.clone(), rows, fingerprint };
        Ok((state, self.ledger.settle(lease, settlement, self.clock.now()).await?))
    }

    /// Runs the step on a thread where it may block, behind a panic fence.
    async fn execute(&self, key: &TaskKey, inputs: BTreeMap<StepId, OutputId>) -> Result<Produced<R>, Failure> {
        let Some(handler) = self.registry.get(&key.step).cloned() else {
            return Err(Failure::new(FailureCategory::ProcessingError, format!("no step named {}", key.step)));
        };
        let context = AttemptContext { key: key.clone(), inputs, observer: self.observer.clone() };
        let runtime = Handle::current();
        let attempt = tokio::task::spawn_blocking(move || runtime.block_on(run(handler.as_ref(), &context)));
        attempt.await.unwrap_or_else(|join_error| {
            let message = match join_error.try_into_panic() {
                Ok(panic) => format!("the step panicked: {}", panic_message(panic.as_ref())),
                Err(cancelled) => format!("the step was cancelled: {cancelled}"),
            };
            Err(Failure::new(FailureCategory::ProcessingError, message))
        })
    }
}

async fn run<R: Send>(handler: &dyn Handler<Rows = R>, context: &AttemptContext) -> Result<Produced<R>, Failure> {
    handler.run(context).await
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// The outputs a task reads, or why it must wait for them.
fn upstream(planned: &PlannedTask, grid: &BTreeMap<TaskKey, Task>) -> Result<BTreeMap<StepId, OutputId>, String> {
    let mut inputs = BTreeMap::new();
    for step in &planned.needs {
        let key = TaskKey { step: step.clone(), partition: planned.key.partition.clone() };
        match grid.get(&key).map(|task| (&task.state, task.output)) {
            Some((TaskState::Done, Some(output))) => {
                inputs.insert(step.clone(), output);
            }
            Some((TaskState::Nothing { .. }, _)) => {}
            Some((state, _)) => {
                let why = state.why().map(|why| format!(" ({why})")).unwrap_or_default();
                return Err(format!("waits for {step}, which is {}{why}", state.code().replace('_', " ")));
            }
            None => return Err(format!("waits for {step}, which is not planned")),
        }
    }
    Ok(inputs)
}

/// Whether a task's newest run stands for inputs with this fingerprint.
fn stands(task: &Task, fingerprint: Fingerprint) -> bool {
    task.state.is_settled() && task.fingerprint == Some(fingerprint)
}

/// Whether the next run would attempt a task, as its upstream stands now.
pub fn would_run(planned: &PlannedTask, grid: &BTreeMap<TaskKey, Task>) -> bool {
    let Readiness::Ready { inputs: outside } = &planned.readiness else { return false };
    let Ok(inputs) = upstream(planned, grid) else { return false };
    let fingerprint = fingerprint(planned, *outside, &inputs);
    grid.get(&planned.key).is_none_or(|task| !stands(task, fingerprint))
}

fn fingerprint(planned: &PlannedTask, outside: Fingerprint, inputs: &BTreeMap<StepId, OutputId>) -> Fingerprint {
    let mut parts: Vec<Vec<u8>> =
        vec![planned.key.step.as_str().into(), planned.step_version.to_le_bytes().into(), outside.bytes().into()];
    for (step, output) in inputs {
        parts.push(step.as_str().into());
        parts.push(output.0.to_le_bytes().into());
    }
    Fingerprint::of(parts)
}

/// Tasks that run side by side: enough to keep two cores and the writer busy, few enough to bound memory.
const SIDE_BY_SIDE: usize = 4;

/// How many tasks from the front of a plan may run side by side: none needs another of them.
fn wave(plan: &[PlannedTask]) -> usize {
    let mut members = BTreeSet::new();
    for (index, planned) in plan.iter().enumerate() {
        let partition = &planned.key.partition;
        if planned.order == Order::AsPlanned {
            return index.max(1);
        }
        if planned.needs.iter().any(|step| members.contains(&(partition, step))) {
            return index;
        }
        members.insert((partition, &planned.key.step));
    }
    plan.len()
}

/// Whether a task will run, as far as can be told before its upstream has.
fn is_due(planned: &PlannedTask, grid: &BTreeMap<TaskKey, Task>) -> bool {
    matches!(planned.readiness, Readiness::Ready { .. })
        && grid.get(&planned.key).is_none_or(|task| !task.state.is_settled())
}

fn set_state(grid: &mut BTreeMap<TaskKey, Task>, key: &TaskKey, state: TaskState, now: Timestamp) {
    let task = grid.entry(key.clone()).or_insert_with(|| Task {
        key: key.clone(),
        state: TaskState::Planned,
        fingerprint: None,
        output: None,
        updated_at: now,
    });
    task.state = state;
    task.updated_at = now;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(step: &str, partition: &str, needs: &[&str], order: Order) -> PlannedTask {
        PlannedTask {
            key: TaskKey::new(step, partition),
            step_version: 1,
            needs: needs.iter().map(|need| StepId::from(*need)).collect(),
            readiness: Readiness::Ready { inputs: Fingerprint::of(["x"]) },
            order,
        }
    }

    #[test]
    fn a_wave_ends_before_a_task_that_needs_one_of_it() {
        let plan = [
            planned("roast", "monday", &[], Order::Any),
            planned("roast", "tuesday", &[], Order::Any),
            planned("grind", "monday", &["roast"], Order::Any),
        ];
        assert_eq!(wave(&plan), 2);
        assert_eq!(wave(&plan[1..]), 2, "tuesday's roast is not what monday's grind needs");
    }

    #[test]
    fn what_must_keep_its_order_runs_alone() {
        let plan = [
            planned("roast", "monday", &[], Order::AsPlanned),
            planned("roast", "tuesday", &[], Order::Any),
            planned("roast", "wednesday", &[], Order::AsPlanned),
        ];
        assert_eq!([wave(&plan), wave(&plan[1..]), wave(&plan[2..])], [1, 1, 1]);
    }
}
