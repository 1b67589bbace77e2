//! Instants, durations and states as the pages write them.

use domain::GameDate;
use jiff::tz::{self, TimeZone};
use jiff::{SignedDuration, Timestamp};
use runtime::TaskState;

static EASTERN: TimeZone = tz::get!("America/New_York");

/// How good something is; shown by a word and a sign as well as by a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tone {
    Good,
    Calm,
    Warn,
    Bad,
}

impl Tone {
    /// Its class in the style sheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Calm => "quiet",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    /// Its sign.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Calm => "·",
            Self::Warn => "!",
            Self::Bad => "✗",
        }
    }
}

/// How good a state is.
pub(super) fn tone_of(state: &TaskState) -> Tone {
    match state {
        TaskState::Done | TaskState::EmptyOk { .. } | TaskState::Nothing { .. } => Tone::Good,
        TaskState::Planned | TaskState::NotYet { .. } | TaskState::Ready { .. } | TaskState::Running => Tone::Calm,
        TaskState::RetryAt { .. } | TaskState::Snoozed { .. } => Tone::Warn,
        TaskState::Dead { .. } | TaskState::Cancelled { .. } => Tone::Bad,
    }
}

/// A state's sign, beside its word.
pub(super) fn sign_of(state: &TaskState) -> &'static str {
    match state {
        TaskState::Done => "✓",
        TaskState::EmptyOk { .. } | TaskState::Nothing { .. } => "∅",
        TaskState::Planned => "·",
        TaskState::NotYet { .. } => "◷",
        TaskState::Ready { .. } => "▷",
        TaskState::Running => "▶",
        TaskState::RetryAt { .. } => "↻",
        TaskState::Snoozed { .. } => "⏸",
        TaskState::Dead { .. } => "✗",
        TaskState::Cancelled { .. } => "⊘",
    }
}

/// An instant on the league's clock: the time of day, with the date where it is not today's.
pub(super) fn clock(instant: Timestamp, now: Timestamp) -> String {
    let local = instant.to_zoned(EASTERN.clone());
    let form = if GameDate::of(instant) == GameDate::of(now) { "%H:%M:%S" } else { "%Y-%m-%d %H:%M" };
    local.strftime(form).to_string()
}

/// How long ago something was, or in how long it will be.
pub(super) fn ago(instant: Timestamp, now: Timestamp) -> String {
    let away = now.duration_since(instant);
    if away.is_negative() { format!("in {}", span(away.abs())) } else { format!("{} ago", span(away)) }
}

/// A duration in the two units that matter.
pub(super) fn span(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        ..1 => format!("{:.0} ms", duration.as_secs_f64() * 1000.0),
        1..60 => format!("{:.1} s", duration.as_secs_f64()),
        60..3_600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{} h {:02} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {:02} h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// A partition cut short, enough to tell it: a hash to its beginning, an edition to its slate.
pub(super) fn short(name: &str) -> String {
    match name.rsplit_once(' ') {
        Some((kind, hash)) if hash.len() == 64 => format!("{kind} {hash:.12}…"),
        Some(("edition", edition)) => format!("edition {}", edition.split('@').next().unwrap_or(edition)),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_the_league_s_and_have_a_date_on_other_days() {
        let now: Timestamp = "2025-01-15T18:30:00Z".parse().unwrap();
        let at = |text: &str| clock(text.parse().unwrap(), now);
        assert_eq!(at("2025-01-16T00:00:00Z"), "19:00:00");
        assert_eq!(at("2025-01-16T05:00:00Z"), "2025-01-16 00:00");
        assert_eq!(ago("2025-01-15T18:27:00Z".parse().unwrap(), now), "3 min 00 s ago");
        assert_eq!(ago("2025-01-15T20:30:00Z".parse().unwrap(), now), "in 2 h 00 min");
    }
}
