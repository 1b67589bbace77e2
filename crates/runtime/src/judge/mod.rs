//! Judging runs by what earlier ones took: no clock, no I/O, no SQL in this folder; durations in, verdicts out.

mod durations;
mod eta;
mod latency;
mod regression;
mod slowdown;

pub use durations::{Durations, Part, Parts, RunSample, StepDay, by_day};
pub use eta::{Finish, Remaining, Sla, SlaVerdict, eta};
pub use latency::{Distribution, ItemLatency, ItemVerdict, LatencyReport, LatencySla, Mark, PhaseLatency, latency};
pub use regression::{Period, Regression, RegressionLimits, RegressionVerdict, regressions};
pub use slowdown::{Finding, Slowdown, SlowdownLimits, slowdown};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing to say.
    Fine,
    /// Worth a look in daylight.
    Warning,
    /// Worth being woken for.
    Critical,
}

impl Severity {
    /// Name in tables and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// From which value on something is bad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// Worth a warning from here on.
    pub warning: f64,
    /// Critical from here on.
    pub critical: f64,
}

impl Threshold {
    /// How bad a value is.
    pub fn judge(self, value: f64) -> Severity {
        if value >= self.critical {
            Severity::Critical
        } else if value >= self.warning {
            Severity::Warning
        } else {
            Severity::Fine
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Severity, Threshold};

    #[test]
    fn a_threshold_belongs_to_what_lies_above_it() {
        let threshold = Threshold { warning: 2.0, critical: 3.0 };
        assert_eq!(threshold.judge(1.99), Severity::Fine);
        assert_eq!(threshold.judge(2.0), Severity::Warning);
        assert_eq!(threshold.judge(3.0), Severity::Critical);
        assert_eq!(threshold.judge(f64::NAN), Severity::Fine);
    }
}
