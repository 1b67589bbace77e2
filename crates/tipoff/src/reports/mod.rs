//! Reports: what is shown, in the shapes that programs read. The command line prints them with `--json`, the API answers
//! with them, and the pages are drawn from them, so that all say the same.

mod doctor;
mod status;

use runtime::TaskState;

pub(crate) use doctor::{DoctorReport, worst};
pub(crate) use status::{StatusReport, elapsed};

/// A duration in milliseconds, to one decimal.
pub(crate) fn milliseconds(elapsed: jiff::SignedDuration) -> f64 {
    (elapsed.as_secs_f64() * 10_000.0).round() / 10.0
}

/// A task's state in words.
pub(crate) fn state_in_words(state: &TaskState) -> String {
    match state {
        TaskState::Dead { category, .. } => format!("dead ({category})"),
        TaskState::RetryAt { category, .. } => format!("retry at ({category})"),
        other => other.code().replace('_', " "),
    }
}
