//! Why an attempt failed: a category decided by types, and a chain of causes to read.

use std::error::Error;
use std::fmt;

/// What kind of failure it was; decides who must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureCategory {
    /// An input this step depends on is missing or wrong; the cause lies upstream.
    UpstreamFailure,
    /// Our own code or data is at fault.
    ProcessingError,
    /// A setting, credential or permission is missing.
    ConfigurationError,
    /// A guard on the publishing path refused.
    BlockedByGuard,
    /// The process died while it ran.
    Lost,
}

impl FailureCategory {
    const ALL: [Self; 5] =
        [Self::UpstreamFailure, Self::ProcessingError, Self::ConfigurationError, Self::BlockedByGuard, Self::Lost];

    /// Name in tables and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::UpstreamFailure => "upstream_failure",
            Self::ProcessingError => "processing_error",
            Self::ConfigurationError => "configuration_error",
            Self::BlockedByGuard => "blocked_by_guard",
            Self::Lost => "lost",
        }
    }

    /// The category with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }
}

impl fmt::Display for FailureCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// A failed attempt: its category and what happened, causes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Who must act.
    pub category: FailureCategory,
    /// What happened, why, and what to do, outermost cause first.
    pub message: String,
}

impl Failure {
    /// A failure with a message of its own.
    pub fn new(category: FailureCategory, message: impl Into<String>) -> Self {
        Self { category, message: message.into() }
    }

    /// A failure caused by `error`, its whole chain spelled out.
    pub fn caused_by(category: FailureCategory, error: &dyn Error) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(source) = cause {
            message.push_str(": ");
            message.push_str(&source.to_string());
            cause = source.source();
        }
        Self { category, message }
    }
}
