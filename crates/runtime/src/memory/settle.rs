//! Settling in memory: rows, verdict and history together, or nothing.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Kept;
use crate::{AttemptOutcome, OutputId, Settled, Settlement, Task, Timing};

impl<R: PartialEq> Kept<R> {
    /// Closes the attempt, if it holds its task or was closed in this very way before.
    pub(super) fn settle(&mut self, how: &Settlement<R>, now: Timestamp) -> Option<Settled> {
        let entry = self.entry(&how.task.key)?;
        let current = entry.task.output;
        if entry.open != Some(how.attempt) {
            return self.closed_so(how);
        }
        let (output, rows_written) = self.write(how, current);
        let entry = self.entry_mut(&how.task.key)?;
        entry.open = None;
        entry.task = Task {
            output,
            // A settlement moves the task; what it is made from is the plan's to say.
            recipe: entry.task.recipe.clone(),
            revision: entry.task.revision + 1,
            ..how.task.clone()
        };
        let attempt = &mut self.attempts.get_mut(&how.attempt)?.attempt;
        attempt.ended_at = Some(now);
        attempt.outcome = how.outcome;
        attempt.message = how.message.clone();
        attempt.rows_written = rows_written;
        attempt.timing = Timing { write: SignedDuration::ZERO, ..how.timing };
        self.note_written(&how.task.key);
        Some(Settled { output, rows_written, write: SignedDuration::ZERO })
    }

    /// Keeps a set of rows, unless it is the current one. A set counts as one row.
    fn write(&mut self, how: &Settlement<R>, current: Option<OutputId>) -> (Option<OutputId>, u64) {
        let Some(rows) = &how.rows else { return (current, 0) };
        let stands = current.and_then(|current| self.outputs.get(&current));
        if stands.is_some_and(|stands| stands == rows) {
            return (current, 0);
        }
        let output = OutputId(how.attempt.0);
        self.outputs.insert(output, Arc::clone(rows));
        (Some(output), 1)
    }

    /// What had been settled, where this very attempt was closed with this very outcome.
    fn closed_so(&self, how: &Settlement<R>) -> Option<Settled> {
        let attempt = &self.attempts.get(&how.attempt)?.attempt;
        if attempt.outcome == AttemptOutcome::Open || attempt.outcome != how.outcome {
            return None;
        }
        let output = self.entry(&attempt.key)?.task.output;
        Some(Settled { output, rows_written: attempt.rows_written, write: attempt.timing.write })
    }
}
