//! Figures as the commands about runs write them: durations, parts of a run, shares, and what a severity exits with.

use jiff::SignedDuration;
use pipeline::Step;
use runtime::judge::{Parts, Severity};
use serde::Serialize;

use super::Exit;
use super::render::milliseconds;

/// A step by its name.
pub(super) fn step(name: &str) -> Result<Step, String> {
    Step::named(name).ok_or_else(|| format!("{name:?} is no step; `tipoff registry` lists them"))
}

/// A duration for people, in the two units that matter.
pub(super) fn duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        ..1 => format!("{} ms", milliseconds(duration).round()),
        1..60 => format!("{:.1} s", duration.as_secs_f64()),
        60..3_600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{} h {:02} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {:02} h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// A ratio or a share, to hundredths.
pub(super) fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// Milliseconds of a run, or their means, by part.
#[derive(Serialize)]
pub(super) struct PartsJson {
    wait: f64,
    fetch: f64,
    compute: f64,
    write: f64,
    /// All but the wait.
    at_work: f64,
}

impl From<Parts> for PartsJson {
    fn from(parts: Parts) -> Self {
        Self {
            wait: milliseconds(parts.wait),
            fetch: milliseconds(parts.fetch),
            compute: milliseconds(parts.compute),
            write: milliseconds(parts.write),
            at_work: milliseconds(parts.at_work()),
        }
    }
}

/// The exit code of a command that judges: 0 fine, 3 worth a look, 1 critical.
pub(super) fn exit_of(worst: Severity) -> Exit {
    match worst {
        Severity::Fine => Exit::Done,
        Severity::Warning => Exit::Degraded,
        Severity::Critical => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units_at_most() {
        let check = |millis, expected: &str| assert_eq!(duration(SignedDuration::from_millis(millis)), expected);
        check(0, "0 ms");
        check(999, "999 ms");
        check(1_000, "1.0 s");
        check(59_940, "59.9 s");
        check(60_000, "1 min 00 s");
        check(3_599_000, "59 min 59 s");
        check(3_660_000, "1 h 01 min");
        check(86_400_000 + 3_600_000, "1 d 01 h");
        check(-5_000, "-5000 ms");
    }

    #[test]
    fn the_worst_finding_is_the_exit_code() {
        assert_eq!(
            [Severity::Fine, Severity::Warning, Severity::Critical].map(exit_of),
            [Exit::Done, Exit::Degraded, Exit::Failed]
        );
    }
}
