//! Why an attempt failed: a category decided by types, whether trying again can help, and a chain of causes to read.

use std::error::Error;
use std::fmt;

/// What kind of failure it was; decides who must act, whether it pages, and whether it counts against the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureCategory {
    /// The source legitimately has nothing: expected, pages nobody.
    NoDataAvailable,
    /// An input this step depends on is missing or wrong; the cause lies upstream and alerts there.
    UpstreamFailure,
    /// Our own code or data is at fault.
    ProcessingError,
    /// A deadline passed: of the attempt, or of its silence.
    Timeout,
    /// A setting, credential or permission is missing.
    ConfigurationError,
    /// A guard on the publishing path refused.
    BlockedByGuard,
    /// The process died, or lost its lease, while it ran.
    Lost,
}

impl FailureCategory {
    /// Every category.
    pub const ALL: [Self; 7] = [
        Self::NoDataAvailable,
        Self::UpstreamFailure,
        Self::ProcessingError,
        Self::Timeout,
        Self::ConfigurationError,
        Self::BlockedByGuard,
        Self::Lost,
    ];

    /// Name in tables and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoDataAvailable => "no_data_available",
            Self::UpstreamFailure => "upstream_failure",
            Self::ProcessingError => "processing_error",
            Self::Timeout => "timeout",
            Self::ConfigurationError => "configuration_error",
            Self::BlockedByGuard => "blocked_by_guard",
            Self::Lost => "lost",
        }
    }

    /// The category with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }

    /// Whether it is the fault of our own processing: only that may open a step's breaker.
    pub fn is_ours(self) -> bool {
        matches!(self, Self::ProcessingError | Self::Timeout)
    }
}

impl fmt::Display for FailureCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// Whether another attempt at the same inputs can come to something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// It can: something outside was not there.
    Transient,
    /// It cannot: the same inputs fail the same way.
    Permanent,
}

/// A failed attempt: its category and what happened, causes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Who must act.
    pub category: FailureCategory,
    /// Whether trying again can help.
    pub persistence: Persistence,
    /// What happened, why, and what to do, outermost cause first.
    pub message: String,
}

impl Failure {
    /// A failure that the same inputs would bring again.
    pub fn permanent(category: FailureCategory, message: impl Into<String>) -> Self {
        Self { category, persistence: Persistence::Permanent, message: message.into() }
    }

    /// A failure that may be over the next time.
    pub fn transient(category: FailureCategory, message: impl Into<String>) -> Self {
        Self { category, persistence: Persistence::Transient, message: message.into() }
    }
}

/// An error and its causes on one line, outermost first.
pub fn chain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        message.push_str(": ");
        message.push_str(&source.to_string());
        cause = source.source();
    }
    message
}
