//! Tasks that used up their attempts and wait for a decision.

use runtime::{Attempt, FailureCategory, Task};
use serde::Serialize;
use utoipa::ToSchema;

/// Dead letters, oldest first, and what was done to them.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeadLettersReport {
    pub(crate) schema_version: u32,
    pub(crate) done: &'static str,
    pub(crate) letters: Vec<DeadLetterReport>,
}

/// A task that used up its attempts.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeadLetterReport {
    pub(crate) step: String,
    pub(crate) partition: String,
    pub(crate) state: &'static str,
    pub(crate) category: Option<&'static str>,
    pub(crate) why: Option<String>,
    pub(crate) since: String,
    pub(crate) attempts: Vec<LetterAttemptReport>,
}

/// One of its attempts.
#[derive(Serialize, ToSchema)]
pub(crate) struct LetterAttemptReport {
    pub(crate) number: u32,
    pub(crate) started_at: String,
    pub(crate) outcome: &'static str,
    pub(crate) category: Option<&'static str>,
    pub(crate) message: Option<String>,
}

impl DeadLetterReport {
    pub(crate) fn of(letter: &Task, attempts: &[Attempt]) -> Self {
        Self {
            step: letter.key.step.to_string(),
            partition: letter.key.partition.to_string(),
            state: letter.state.code(),
            category: letter.state.failure().map(FailureCategory::code),
            why: letter.state.why().map(ToOwned::to_owned),
            since: domain::GameDate::offset_text(letter.updated_at),
            attempts: attempts.iter().map(LetterAttemptReport::of).collect(),
        }
    }
}

impl LetterAttemptReport {
    pub(crate) fn of(attempt: &Attempt) -> Self {
        Self {
            number: attempt.number,
            started_at: domain::GameDate::offset_text(attempt.started_at),
            outcome: attempt.outcome.code(),
            category: attempt.outcome.category().map(FailureCategory::code),
            message: attempt.message.clone(),
        }
    }
}
