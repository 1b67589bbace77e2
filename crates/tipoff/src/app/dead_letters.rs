//! Dead letters: tasks that used up their attempts. They are listed, explained, replayed, put aside, and never tried again
//! by themselves unless their inputs change.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use runtime::{Attempt, FailureCategory, Priority, Recipe, StepId, Task, TaskState};

use super::App;

/// Which dead letters are meant.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Of this step.
    pub step: Option<StepId>,
    /// Whose partition contains this text.
    pub partition: Option<String>,
    /// Of this category.
    pub category: Option<FailureCategory>,
}

/// What is done to the selected ones.
#[derive(Debug, Clone)]
pub enum Treatment {
    /// Ready again, with all retries; so many a minute.
    Replay {
        /// How many are replayed a minute.
        per_minute: u32,
    },
    /// Claimed earlier or later than others, once they are replayed.
    Reorder {
        /// The lower number goes first.
        priority: Priority,
    },
    /// Never to be done, for a reason.
    Drop {
        /// Why.
        why: String,
    },
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = self.step.as_ref().map(|step| format!("of {step}"));
        let partition = self.partition.as_ref().map(|part| format!("about {part}"));
        let category = self.category.map(|category| format!("for {category}"));
        let said: Vec<String> = [step, partition, category].into_iter().flatten().collect();
        match said.is_empty() {
            true => f.write_str("all dead letters"),
            false => write!(f, "dead letters {}", said.join(" ")),
        }
    }
}

impl Selection {
    fn contains(&self, task: &Task) -> bool {
        self.step.as_ref().is_none_or(|step| *step == task.key.step)
            && self.partition.as_ref().is_none_or(|part| task.key.partition.as_str().contains(part.as_str()))
            && self.category.is_none_or(|category| task.state.failure() == Some(category))
    }
}

impl App {
    /// The dead letters of a selection, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn dead_letters(&self, selection: &Selection) -> anyhow::Result<Vec<Task>> {
        let mut tasks = self.store.ledger.unsettled().await?;
        tasks.retain(|task| matches!(task.state, TaskState::Dead { .. }) && selection.contains(task));
        Ok(tasks)
    }

    /// The newest attempt of a task.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn attempts_of(&self, task: &Task) -> anyhow::Result<Vec<Attempt>> {
        let mut attempts = self.store.ledger.newest_attempts(std::slice::from_ref(&task.key.partition)).await?;
        attempts.retain(|attempt| attempt.key == task.key);
        Ok(attempts)
    }

    /// Treats dead letters, and returns them as they then stand: those that somebody else moved meanwhile are left out.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn treat(&self, letters: &[Task], treatment: &Treatment) -> anyhow::Result<Vec<Task>> {
        let treated = treated(letters, treatment, self.now());
        Ok(self.store.ledger.put(&treated).await?)
    }
}

/// Dead letters as a treatment leaves them.
pub(crate) fn treated(letters: &[Task], treatment: &Treatment, now: Timestamp) -> Vec<Task> {
    let treat = |(index, letter): (usize, &Task)| match treatment {
        Treatment::Replay { per_minute } => {
            // The first minute's are ready now, the others wait their turn.
            let minute = index as i64 / i64::from((*per_minute).max(1));
            let since = now + SignedDuration::from_mins(minute);
            let state = TaskState::Ready { since };
            Task { state, failures: 0, wanted_since: Some(since), updated_at: now, ..letter.clone() }
        }
        Treatment::Reorder { priority } => {
            let recipe = Recipe { priority: *priority, ..letter.recipe.clone() };
            Task { recipe, ..letter.clone() }
        }
        Treatment::Drop { why } => {
            Task { state: TaskState::Cancelled { why: why.clone() }, updated_at: now, ..letter.clone() }
        }
    };
    letters.iter().enumerate().map(treat).collect()
}
