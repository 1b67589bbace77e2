//! Dates and instants as operators write and read them: TODAY, TOMORROW, YESTERDAY, 2025-01-15, 13:00.

use std::str::FromStr;

use domain::{GameDate, ParseError};
use jiff::Timestamp;
use serde::Deserialize;

/// A date, symbolic or not; symbols resolve in US Eastern, and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum DateWord {
    /// The Eastern date it is now.
    Today,
    /// The next.
    Tomorrow,
    /// The one before.
    Yesterday,
    /// A given one.
    Date(GameDate),
}

impl DateWord {
    /// The date meant at `now`.
    pub fn resolve(self, now: Timestamp) -> GameDate {
        let today = GameDate::of(now);
        match self {
            Self::Today => today,
            Self::Tomorrow => today.plus_days(1),
            Self::Yesterday => today.plus_days(-1),
            Self::Date(date) => date,
        }
    }
}

impl FromStr for DateWord {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text.to_ascii_uppercase().as_str() {
            "TODAY" => Ok(Self::Today),
            "TOMORROW" => Ok(Self::Tomorrow),
            "YESTERDAY" => Ok(Self::Yesterday),
            _ => text
                .parse()
                .map(Self::Date)
                .map_err(|_| ParseError::new(text, "a date: TODAY, TOMORROW, YESTERDAY or one such as 2025-01-15")),
        }
    }
}

impl TryFrom<String> for DateWord {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

/// A cutoff: an instant with its offset, or a time of the slate's day in US Eastern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// An instant.
    Instant(Timestamp),
    /// `hour:minute` Eastern on the slate's date.
    Clock(i8, i8),
}

impl AsOf {
    /// The instant meant for a slate.
    pub fn resolve(self, slate: GameDate) -> Timestamp {
        match self {
            Self::Instant(instant) => instant,
            Self::Clock(hour, minute) => slate.at(hour, minute),
        }
    }
}

impl FromStr for AsOf {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let clock = || {
            let (hour, minute) = text.split_once(':')?;
            let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
            ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(Self::Clock(hour, minute))
        };
        clock().or_else(|| text.parse().ok().map(Self::Instant)).ok_or_else(|| {
            ParseError::new(text, "an instant such as 2025-01-15T13:00-05:00, or a time in US Eastern such as 13:00")
        })
    }
}

/// An instant as people read it: with its Eastern offset, to the second.
pub fn moment(instant: Timestamp) -> String {
    GameDate::offset_text(Timestamp::from_second(instant.as_second()).unwrap_or(instant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_resolve_in_eastern_time() {
        // 01:30 in New York on the 16th is still the evening of the 15th in Los Angeles, and already the 16th here.
        let late: Timestamp = "2025-01-16T04:30:00Z".parse().unwrap();
        let date = |word: &str| word.parse::<DateWord>().unwrap().resolve(late).to_string();
        assert_eq!([date("TODAY"), date("tomorrow"), date("Yesterday")], ["2025-01-15", "2025-01-16", "2025-01-14"]);
        assert_eq!(date("2024-12-24"), "2024-12-24");
        assert!("someday".parse::<DateWord>().is_err());
    }

    #[test]
    fn a_cutoff_has_an_offset_or_is_eastern() {
        let slate: GameDate = "2025-01-15".parse().unwrap();
        let at = |text: &str| text.parse::<AsOf>().unwrap().resolve(slate);
        assert_eq!(at("13:00"), slate.at(13, 0));
        assert_eq!(at("2025-01-15T13:00-05:00"), slate.at(13, 0));
        assert_eq!(at("2025-01-15T18:00:00Z"), slate.at(13, 0));
        for text in ["25:00", "2025-01-15 13:00", "noon", "2025-01-15"] {
            assert!(text.parse::<AsOf>().is_err(), "{text}");
        }
    }
}
