//! The audit of the whole grid: what the ledger has is what was written, nobody starves, and all ends as it must.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{Audit, OPEN_AT_MOST, STARVED_AFTER};
use crate::simulation::trade::Expected;
use crate::{OpenAttempt, OutputId, Task, TaskKey, TaskState};

impl Audit {
    /// Compares everything the ledger has with everything that was written.
    pub(crate) fn check_grid(&mut self, tasks: &[Task], open: &[OpenAttempt]) {
        let mut wrong = Vec::new();
        let mut unseen: BTreeMap<&TaskKey, &Task> = self.tasks.iter().collect();
        for task in tasks {
            let key = &task.key;
            match unseen.remove(key) {
                Some(seen) if *seen == *task => {}
                Some(seen) => wrong.push(format!(
                    "{key} is {} (revision {}, output {:?}), and what was written is {} (revision {}, output {:?})",
                    task.state.code(),
                    task.revision,
                    task.output,
                    seen.state.code(),
                    seen.revision,
                    seen.output
                )),
                None => wrong.push(format!("{key} is in the grid, and nobody wrote it")),
            }
            if !self.rests_on_an_output(task) {
                wrong.push(format!("{key} is done with output {:?}, which no attempt committed", task.output));
            }
        }
        wrong.extend(unseen.into_keys().map(|key| format!("{key} was written, and it is not in the grid")));
        let attempts: Vec<_> = open.iter().map(|open| open.attempt.id).collect();
        if !attempts.iter().eq(self.open.keys()) {
            wrong.push(format!("open are {attempts:?}, and opened were {:?}", self.open.keys().collect::<Vec<_>>()));
        }
        wrong.into_iter().for_each(|what| self.violated(what));
    }

    /// Checks that nothing waits for ever: no task to be claimed, no attempt to be closed.
    pub(crate) fn check_progress(&mut self) {
        let now = self.now;
        let starved = |since| now.duration_since(since) > STARVED_AFTER;
        let waiting = self.claimable.iter().filter(|(_, from)| starved(**from));
        let waiting = waiting.map(|(key, from)| format!("{key} can be claimed since {from}, and nobody does"));
        let grace = SignedDuration::from_mins(30);
        let held = self.open.iter().filter(|(_, open)| now.duration_since(open.lease_until) > grace);
        let held = held.map(|(attempt, open)| {
            format!("attempt {attempt} of {} is open, and its lease ran out at {}", open.key, open.lease_until)
        });
        let endless = self.open.iter().filter(|(_, open)| now.duration_since(open.opened_at) > OPEN_AT_MOST);
        let endless = endless.map(|(attempt, open)| {
            format!("attempt {attempt} of {} began at {} and is open still", open.key, open.opened_at)
        });
        let wrong: Vec<String> = waiting.chain(held).chain(endless).collect();
        wrong.into_iter().for_each(|what| self.violated(what));
    }

    /// Checks that a task ended as it does on a calm day. `unpack` tells what an output holds.
    pub(crate) fn check_end(
        &mut self,
        expected: &BTreeMap<TaskKey, Expected>,
        unpack: &dyn Fn(OutputId) -> Option<u64>,
    ) {
        for (key, expected) in expected {
            let Some(task) = self.tasks.get(key) else {
                self.violated(format!("{key} never entered the grid"));
                continue;
            };
            let is_so = match expected {
                Expected::Done(content) => {
                    task.state == TaskState::Done && task.output.and_then(unpack) == Some(*content)
                }
                Expected::EmptyOk => matches!(task.state, TaskState::EmptyOk { .. }),
                Expected::Nothing => matches!(task.state, TaskState::Nothing { .. }),
                Expected::Dead => matches!(task.state, TaskState::Dead { .. }),
                Expected::Waits => matches!(task.state, TaskState::NotYet { .. }),
            };
            if !is_so {
                let content = task.output.and_then(unpack);
                let state = &task.state;
                self.violated(format!("{key} ended as {state:?} with {content:?}, and on a calm day as {expected:?}"));
            }
        }
    }
}
