//! Executes a plan in one process: in the plan's order, one attempt a task, skipping what has not changed.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Handle;

use crate::state::{decide, replan};
use crate::{
    AttemptContext, Clock, Event, Failure, FailureCategory, Fingerprint, Handler, Ledger, LedgerError, Observer,
    OutputId, Partition, PlannedTask, Produced, Readiness, Registry, Settlement, StepId, Task, TaskKey, TaskState,
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

    /// Executes `plan`, whose tasks stand after those they need. A failed task does not stop the others; those
    /// that need it wait, and say for what.
    ///
    /// # Errors
    /// When the ledger itself fails or this process has lost its lease; a failing step is no error here.
    pub async fn run(&self, plan: &[PlannedTask]) -> Result<RunReport, LedgerError> {
        let mut grid = self.enter_into_grid(plan).await?;
        let mut report = RunReport::default();
        for planned in plan {
            let outcome = self.advance(planned, &mut grid).await?;
            report.tasks.push(outcome);
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
                let existing = grid.get(&planned.key).map(|task| &task.state);
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

    async fn advance(
        &self,
        planned: &PlannedTask,
        grid: &mut BTreeMap<TaskKey, Task>,
    ) -> Result<TaskReport, LedgerError> {
        let Readiness::Ready { inputs: outside } = &planned.readiness else {
            return Ok(report_as_is(planned, grid, Disposition::NotReady));
        };
        let inputs = match upstream(planned, grid) {
            Ok(inputs) => inputs,
            Err(why) => return self.hold(planned, why, grid).await,
        };
        let fingerprint = fingerprint(planned, *outside, &inputs);
        let task = &grid[&planned.key];
        if task.state == TaskState::Done && task.fingerprint == Some(fingerprint) {
            return Ok(report_as_is(planned, grid, Disposition::Unchanged));
        }
        self.attempt(planned, inputs, fingerprint, grid).await
    }

    /// Marks a task whose upstream is not there as waiting.
    async fn hold(
        &self,
        planned: &PlannedTask,
        why: String,
        grid: &mut BTreeMap<TaskKey, Task>,
    ) -> Result<TaskReport, LedgerError> {
        let now = self.clock.now();
        let readiness = Readiness::NotYet { until: None, why };
        if let Some(state) = replan(Some(&grid[&planned.key].state), &readiness) {
            self.ledger.replan(&[(planned.key.clone(), state.clone())], now).await?;
            set_state(grid, &planned.key, state, now);
        }
        Ok(report_as_is(planned, grid, Disposition::NotReady))
    }

    async fn attempt(
        &self,
        planned: &PlannedTask,
        inputs: BTreeMap<StepId, OutputId>,
        fingerprint: Fingerprint,
        grid: &mut BTreeMap<TaskKey, Task>,
    ) -> Result<TaskReport, LedgerError> {
        let key = &planned.key;
        let started_at = self.clock.now();
        self.observer.on(&Event::Started { key });
        let lease = self.ledger.claim(key, &inputs, started_at).await?;
        let outcome = self.execute(key, inputs).await;
        let state = decide(&outcome);
        let rows = match outcome {
            Ok(Produced::Rows(rows)) => Some(rows),
            Ok(Produced::Nothing { .. }) | Err(_) => None,
        };
        let attempt = lease.attempt;
        let settlement = Settlement { state: state.clone(), rows, fingerprint };
        let (state, settled) = match self.ledger.settle(lease, settlement, self.clock.now()).await {
            Ok(settled) => (state, Some(settled)),
            // The rows themselves are at fault: the attempt is closed as failed, and the plan goes on.
            Err(LedgerError::Refused(cause)) => {
                let failure = Failure::caused_by(FailureCategory::ProcessingError, cause.as_ref());
                let state = decide::<R>(&Err(failure));
                let lease = crate::Lease { key: key.clone(), attempt };
                let settlement = Settlement { state: state.clone(), rows: None, fingerprint };
                self.ledger.settle(lease, settlement, self.clock.now()).await?;
                (state, None)
            }
            Err(error) => return Err(error),
        };
        let ended_at = self.clock.now();
        set_state(grid, key, state.clone(), ended_at);
        if let (Some(task), Some(settled)) = (grid.get_mut(key), settled) {
            task.output = settled.output;
            task.fingerprint = Some(fingerprint);
        }
        let report = TaskReport {
            key: key.clone(),
            disposition: Disposition::Ran,
            state,
            rows_written: settled.map_or(0, |settled| settled.rows_written),
            elapsed: ended_at.duration_since(started_at),
        };
        self.observer.on(&Event::Settled { report: &report });
        Ok(report)
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

fn fingerprint(planned: &PlannedTask, outside: Fingerprint, inputs: &BTreeMap<StepId, OutputId>) -> Fingerprint {
    let mut parts: Vec<Vec<u8>> =
        vec![planned.key.step.as_str().into(), planned.step_version.to_le_bytes().into(), outside.bytes().into()];
    for (step, output) in inputs {
        parts.push(step.as_str().into());
        parts.push(output.0.to_le_bytes().into());
    }
    Fingerprint::of(parts)
}

/// Whether a task will run, as far as can be told before its upstream has.
fn is_due(planned: &PlannedTask, grid: &BTreeMap<TaskKey, Task>) -> bool {
    matches!(planned.readiness, Readiness::Ready { .. })
        && grid.get(&planned.key).is_none_or(|task| task.state != TaskState::Done)
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

fn report_as_is(planned: &PlannedTask, grid: &BTreeMap<TaskKey, Task>, disposition: Disposition) -> TaskReport {
    TaskReport {
        key: planned.key.clone(),
        disposition,
        state: grid[&planned.key].state.clone(),
        rows_written: 0,
        elapsed: SignedDuration::ZERO,
    }
}
