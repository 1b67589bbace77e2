//! Conditions: what is true now and may concern somebody. Whoever watches the grid, the clock or a route states them.

use std::fmt;

use jiff::Timestamp;

/// What is wrong. Each says whether it threatens an SLA by itself; where it does not, whoever states the condition must
/// know what hangs on it, and says [`Threat::Nothing`] if nothing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A task used up its attempts. Threatens what its output is due for, and nothing if nobody waits for it.
    TaskDead,
    /// A task is not done and its deadline has passed. Threatens an SLA by itself: it has broken it.
    TaskLate,
    /// At its present pace a task ends after its deadline. Threatens an SLA by itself.
    WillBeLate,
    /// An open attempt beats no more. Threatens nothing by itself: it will be closed and tried again.
    AttemptSilent,
    /// A process died during an attempt. Threatens nothing by itself: it will be tried again.
    AttemptLost,
    /// A breaker is open. Threatens what waits for the dependency behind it.
    BreakerOpen,
    /// Little is left of what a dependency allows. Threatens what waits for it, if it will not last.
    QuotaLow,
    /// A dependency was asked again as often as it may be. Threatens what waits for it.
    RetryBudgetSpent,
    /// A scheduled tick did not happen. Threatens an SLA by itself: what it starts will not start.
    TickMissed,
    /// Something expected by a time did not occur. Threatens an SLA by itself: the time was its deadline.
    NothingHappened,
    /// A step takes far longer than it used to. Threatens nothing by itself until it will be late.
    SlowdownCritical,
    /// A dead letter waits for a decision. Threatens nothing by itself: its death was told.
    DeadLetterOld,
    /// A route has not proven for too long that alerts arrive. Threatens an SLA by itself: people would not hear of others.
    RouteSilent,
    /// The store fails. Threatens an SLA by itself: nothing can be committed.
    StoreTrouble,
    /// The disk is full. Threatens an SLA by itself: nothing can be committed.
    DiskFull,
    /// The system's clock jumped. Threatens nothing by itself: leases and deadlines are judged anew.
    ClockStepped,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::TaskDead,
        Self::TaskLate,
        Self::WillBeLate,
        Self::AttemptSilent,
        Self::AttemptLost,
        Self::BreakerOpen,
        Self::QuotaLow,
        Self::RetryBudgetSpent,
        Self::TickMissed,
        Self::NothingHappened,
        Self::SlowdownCritical,
        Self::DeadLetterOld,
        Self::RouteSilent,
        Self::StoreTrouble,
        Self::DiskFull,
        Self::ClockStepped,
    ];

    /// Name in tables, documents and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::TaskDead => "task_dead",
            Self::TaskLate => "task_late",
            Self::WillBeLate => "will_be_late",
            Self::AttemptSilent => "attempt_silent",
            Self::AttemptLost => "attempt_lost",
            Self::BreakerOpen => "breaker_open",
            Self::QuotaLow => "quota_low",
            Self::RetryBudgetSpent => "retry_budget_spent",
            Self::TickMissed => "tick_missed",
            Self::NothingHappened => "nothing_happened",
            Self::SlowdownCritical => "slowdown_critical",
            Self::DeadLetterOld => "dead_letter_old",
            Self::RouteSilent => "route_silent",
            Self::StoreTrouble => "store_trouble",
            Self::DiskFull => "disk_full",
            Self::ClockStepped => "clock_stepped",
        }
    }

    /// The cause with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Somebody should look today.
    Warning,
    /// Somebody must act now.
    Critical,
}

impl Severity {
    /// All of them, mildest first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];

    /// Name in tables, documents and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// The severity with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.code() == code)
    }
}

/// What stands in danger.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Threat {
    /// No promise: an expected state, or one that repairs itself. It is recorded, and no one is told.
    Nothing,
    /// A promise. Each day's is another one: its name tells them apart.
    Sla {
        /// When it must be kept.
        deadline: Timestamp,
        /// Its name, for people.
        what: String,
    },
}

/// What an alert is about, and its signature: conditions of one root are one alert. Never the text of a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootCause {
    /// What is wrong at the root.
    pub cause: Cause,
    /// With what: a dependency, a task, a schedule, a route.
    pub subject: String,
}

impl RootCause {
    /// `cause` of `subject`.
    pub fn new(cause: Cause, subject: impl Into<String>) -> Self {
        Self { cause, subject: subject.into() }
    }
}

impl fmt::Display for RootCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.cause.code(), self.subject)
    }
}

/// Something that is true now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// What is affected: a task, a schedule, a route.
    pub subject: String,
    /// What is wrong with it.
    pub cause: Cause,
    /// How bad it is.
    pub severity: Severity,
    /// What stands in danger.
    pub threatens: Threat,
    /// What it follows from, if that is known; otherwise it is its own root.
    pub root: Option<RootCause>,
    /// What happened and why, for people.
    pub message: String,
    /// What somebody can do about it, for people.
    pub what_to_do: String,
}

impl Condition {
    /// What it follows from: its root, or itself.
    pub fn root_cause(&self) -> RootCause {
        self.root.clone().unwrap_or_else(|| RootCause::new(self.cause, self.subject.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back() {
        assert!(Cause::ALL.into_iter().all(|cause| Cause::from_code(cause.code()) == Some(cause)));
        assert!(Severity::ALL.into_iter().all(|severity| Severity::from_code(severity.code()) == Some(severity)));
        assert_eq!(Cause::from_code("basket"), None);
    }
}
