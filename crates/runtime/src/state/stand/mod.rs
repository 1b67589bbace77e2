//! Where a planned task stands: the one decision about whether there is work, made before any.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Fingerprint, OutputId, PlannedTask, Readiness, Recipe, StepId, Task, TaskKey, TaskState};

/// Tasks by their keys.
pub type Grid = BTreeMap<TaskKey, Task>;

/// Whether somebody asks for what has failed to be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The clock does: what is dead stays so until its inputs change.
    ByClock,
    /// A person does: what failed, was put off or cancelled is ready again.
    ByPerson,
}

/// The task after planning it (again), or nothing when the ledger need not change.
///
/// Work that was done, or that came to nothing, stays so until a run replaces it; what planning alone decided does
/// not. A reason that changed is recorded, so that the grid always tells the newest one. What is due again because its
/// inputs differ is ready, with all its retries. What runs belongs to its attempt: the plan made after it counts.
pub fn stand(
    existing: Option<&Task>,
    planned: &PlannedTask,
    grid: &Grid,
    asked: Asked,
    now: Timestamp,
) -> Option<Task> {
    if existing.is_some_and(|task| task.state == TaskState::Running) {
        return None;
    }
    let mut task = existing.cloned().unwrap_or_else(|| Task::unplanned(planned.key.clone(), now));
    let outside = match &planned.readiness {
        Readiness::Ready { inputs } => Some(*inputs),
        Readiness::NotYet { .. } | Readiness::Nothing { .. } => None,
    };
    task.recipe = Recipe {
        step_version: planned.step_version,
        needs: planned.needs.clone(),
        outside,
        lane: planned.lane.clone(),
        priority: planned.priority,
    };
    match &planned.readiness {
        Readiness::Ready { .. } => weigh(&mut task, grid, asked, now),
        Readiness::NotYet { until, why } => {
            withhold(&mut task, TaskState::NotYet { until: *until, why: why.clone() });
        }
        Readiness::Nothing { why } => withhold(&mut task, TaskState::Nothing { why: why.clone() }),
    }
    changed(existing, task, now)
}

/// A task whose upstream may have moved, by the recipe of its newest plan; or nothing when the ledger need not change.
pub fn advance(existing: &Task, grid: &Grid, now: Timestamp) -> Option<Task> {
    existing.recipe.outside?;
    let mut task = existing.clone();
    weigh(&mut task, grid, Asked::ByClock, now);
    changed(Some(existing), task, now)
}

/// What a task would be made from now, or why it must wait for its upstream.
pub fn wanted(task: &Task, grid: &Grid) -> Result<Fingerprint, String> {
    Ok(task.recipe.fingerprint(&task.key.step, &upstream(task, grid)?))
}

/// The outputs a task reads, or why it must wait for them.
fn upstream(task: &Task, grid: &Grid) -> Result<BTreeMap<StepId, OutputId>, String> {
    let mut inputs = BTreeMap::new();
    for step in &task.recipe.needs {
        let key = TaskKey { step: step.clone(), partition: task.key.partition.clone() };
        match grid.get(&key).map(|task| (&task.state, task.output)) {
            Some((TaskState::Done, Some(output))) => {
                inputs.insert(step.clone(), output);
            }
            Some((TaskState::Nothing { .. } | TaskState::EmptyOk { .. }, _)) => {}
            Some((state, _)) => {
                let why = state.why().map(|why| format!(" ({why})")).unwrap_or_default();
                return Err(format!("waits for {step}, which is {}{why}", state.code().replace('_', " ")));
            }
            None => return Err(format!("waits for {step}, which is not planned")),
        }
    }
    Ok(inputs)
}

/// What planning alone decides, unless work stands.
fn withhold(task: &mut Task, state: TaskState) {
    if task.state == TaskState::Done {
        return;
    }
    // No run of the past stands for it any more.
    task.fingerprint = None;
    forget_the_ask(task);
    task.state = state;
}

fn weigh(task: &mut Task, grid: &Grid, asked: Asked, now: Timestamp) {
    if task.state == TaskState::Running {
        return;
    }
    let wanted = match wanted(task, grid) {
        Ok(wanted) => wanted,
        // What was made stands until it can be made anew.
        Err(_) if matches!(task.state, TaskState::Done | TaskState::EmptyOk { .. }) => return,
        Err(why) => {
            forget_the_ask(task);
            task.state = TaskState::NotYet { until: None, why };
            return;
        }
    };
    let stands = match &task.state {
        TaskState::Done | TaskState::EmptyOk { .. } => task.fingerprint == Some(wanted),
        TaskState::Ready { .. } => task.wanted == Some(wanted),
        TaskState::RetryAt { .. }
        | TaskState::Snoozed { .. }
        | TaskState::Dead { .. }
        | TaskState::Cancelled { .. } => asked == Asked::ByClock && task.wanted == Some(wanted),
        TaskState::Planned | TaskState::NotYet { .. } | TaskState::Nothing { .. } | TaskState::Running => false,
    };
    if !stands {
        task.state = TaskState::Ready { since: now };
        task.wanted = Some(wanted);
        task.failures = 0;
        task.wanted_since = Some(now);
    }
}

fn forget_the_ask(task: &mut Task) {
    task.wanted = None;
    task.failures = 0;
    task.wanted_since = None;
}

fn changed(existing: Option<&Task>, mut task: Task, now: Timestamp) -> Option<Task> {
    if existing == Some(&task) {
        return None;
    }
    if existing.is_none_or(|existing| existing.state != task.state) {
        task.updated_at = now;
    }
    Some(task)
}

#[cfg(test)]
mod tests;
