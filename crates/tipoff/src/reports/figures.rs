//! Figures as reports give them: durations, parts of a run, ratios.

use jiff::SignedDuration;
use runtime::judge::Parts;
use serde::Serialize;
use utoipa::ToSchema;

/// A duration for people, in the two units that matter.
pub(crate) fn duration(duration: SignedDuration) -> String {
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
pub(crate) fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// Milliseconds of a run, or their means, by part.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartsReport {
    pub(crate) wait: f64,
    pub(crate) fetch: f64,
    pub(crate) compute: f64,
    pub(crate) write: f64,
    /// All but the wait.
    pub(crate) at_work: f64,
}

impl From<Parts> for PartsReport {
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

/// A duration in milliseconds, to one decimal.
pub(crate) fn milliseconds(elapsed: SignedDuration) -> f64 {
    (elapsed.as_secs_f64() * 10_000.0).round() / 10.0
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
}
