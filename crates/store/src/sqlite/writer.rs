//! The writer thread: everything that waits is committed together, so that one flush to disk serves many.

use std::sync::mpsc::Receiver;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use crate::error::Fault;

/// Work for the writer: done inside a group, answered after the group's commit.
pub(super) type Job = Box<dyn Work>;

/// So many at most share a commit.
const LARGEST_GROUP: usize = 64;

pub(super) trait Work: Send {
    /// Does the work; what it did is undone if this fails.
    fn run(&mut self, connection: &Connection) -> Outcome;

    /// Tells whoever waits, after the commit or the failure of the whole group.
    fn answer(self: Box<Self>, committed: Result<(), String>);
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Keep,
    Undo,
}

/// A job with the receiver of its answer.
pub(super) fn job<T: Send + 'static>(
    work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
) -> (Job, oneshot::Receiver<Result<T, Fault>>) {
    let (reply, answer) = oneshot::channel();
    (Box::new(Asked { work: Some(work), result: None, reply }), answer)
}

struct Asked<T, F> {
    work: Option<F>,
    result: Option<Result<T, Fault>>,
    reply: oneshot::Sender<Result<T, Fault>>,
}

impl<T: Send, F: FnOnce(&Connection) -> Result<T, Fault> + Send> Work for Asked<T, F> {
    fn run(&mut self, connection: &Connection) -> Outcome {
        self.result = self.work.take().map(|work| work(connection));
        if matches!(self.result, Some(Ok(_))) { Outcome::Keep } else { Outcome::Undo }
    }

    fn answer(self: Box<Self>, committed: Result<(), String>) {
        let result = match (self.result, committed) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(problem)) => Err(Fault::NotCommitted(problem)),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(Fault::Stopped),
        };
        // Nobody waits any more only when the caller was dropped; the work is done all the same.
        let _ = self.reply.send(result);
    }
}

/// Serves jobs until nobody can send any more.
pub(super) fn serve(connection: &mut Connection, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(LARGEST_GROUP - 1));
        let committed = commit(connection, &mut group).map_err(|fault| fault.to_string());
        for job in group {
            job.answer(committed.clone());
        }
    }
}

fn commit(connection: &mut Connection, group: &mut [Job]) -> Result<(), Fault> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in group {
        let savepoint = transaction.savepoint()?;
        match job.run(&savepoint) {
            Outcome::Keep => savepoint.commit()?,
            // Dropped without a commit, a savepoint takes back what was done since.
            Outcome::Undo => drop(savepoint),
        }
    }
    Ok(transaction.commit()?)
}
