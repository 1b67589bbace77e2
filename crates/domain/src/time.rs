//! The calendar: game dates in US Eastern, seasons and season types. Instants are jiff's `Timestamp`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::{self, TimeZone};
use jiff::{Span, Timestamp};

use crate::ParseError;

static EASTERN: TimeZone = tz::get!("America/New_York");

/// The US Eastern calendar date of a slate, as the NBA lists it; late west-coast games belong to it too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GameDate(Date);

impl GameDate {
    /// The league's calendar: from its first season to one nobody will import by accident.
    const FIRST: Self = Self(Date::constant(1946, 1, 1));
    const LAST: Self = Self(Date::constant(2199, 12, 31));

    /// The given civil date, if it lies in the league's calendar.
    pub fn new(date: Date) -> Option<Self> {
        (Self::FIRST.0..=Self::LAST.0).contains(&date).then_some(Self(date))
    }

    /// The Eastern date at `instant`: the one place where "today" is decided. Beyond the league's calendar it is its end.
    pub fn of(instant: Timestamp) -> Self {
        Self(instant.to_zoned(EASTERN.clone()).date()).within_the_calendar()
    }

    /// The first of a month, or the end of the league's calendar that lies nearest to it.
    pub fn first_of(year: i16, month: i8) -> Self {
        Date::new(year, month, 1).map_or(Self::LAST, |date| Self(date).within_the_calendar())
    }

    fn within_the_calendar(self) -> Self {
        self.clamp(Self::FIRST, Self::LAST)
    }

    /// The civil date.
    pub fn date(self) -> Date {
        self.0
    }

    /// The instant of `hour:minute` Eastern time on this date; a time skipped or doubled by daylight saving
    /// resolves as RFC 5545 does (jiff's "compatible").
    pub fn at(self, hour: i8, minute: i8) -> Timestamp {
        self.0
            .at(hour, minute, 0, 0)
            .to_zoned(EASTERN.clone())
            .expect("the league's calendar is far from the ends of time")
            .timestamp()
    }

    /// This date moved by `days`, which may be negative; the ends of the league's calendar stop it.
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(Span::new().days(days))).within_the_calendar()
    }

    /// Whole days from `earlier` to this date; negative when `earlier` is later.
    pub fn days_since(self, earlier: Self) -> i32 {
        (self.0 - earlier.0).get_days()
    }

    /// The first day of this date's month.
    pub fn first_of_month(self) -> Self {
        Self(self.0.first_of_month())
    }
}

impl FromStr for GameDate {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let expected = "a date such as 2025-01-15";
        if text.len() != 10 {
            return Err(ParseError::new(text, expected));
        }
        text.parse().ok().and_then(Self::new).ok_or_else(|| ParseError::new(text, expected))
    }
}

impl fmt::Display for GameDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for GameDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Instants as people in the league's own zone write them.
impl GameDate {
    /// The instant as the league prints tip-offs: `7:30 PM ET`.
    pub fn clock_text(instant: Timestamp) -> String {
        let local = instant.to_zoned(EASTERN.clone());
        let hour = match local.hour() % 12 {
            0 => 12,
            hour => hour,
        };
        let half = if local.hour() < 12 { "AM" } else { "PM" };
        format!("{hour}:{:02} {half} ET", local.minute())
    }

    /// The instant with its Eastern offset, as people type cut-offs: `2025-01-15T13:00:00-05:00`.
    pub fn offset_text(instant: Timestamp) -> String {
        let local = instant.to_zoned(EASTERN.clone());
        instant.display_with_offset(local.offset()).to_string()
    }
}

/// A season, named by the year it starts in (`2024-25`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Season(u16);

impl Season {
    /// The season that starts in `year`.
    pub fn starting(year: u16) -> Self {
        Self(year)
    }

    /// The year it starts in.
    pub fn start_year(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Season {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.0, (self.0 + 1) % 100)
    }
}

impl FromStr for Season {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let season = text.get(..4).and_then(|year| year.parse().ok()).map(Self);
        season
            .filter(|season| season.to_string() == text)
            .ok_or_else(|| ParseError::new(text, "a season such as 2024-25"))
    }
}

/// Part of a season, from the game id's third digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeasonType {
    /// The 82-game regular season, cup group games included.
    Regular,
    /// The play-in tournament before the play-offs.
    PlayIn,
    /// The play-offs.
    Playoffs,
    /// The final of the in-season cup, which counts in no season statistic.
    CupFinal,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_late_west_coast_game_belongs_to_the_evening_it_started() {
        assert_eq!(GameDate::of(instant("2025-01-16T03:30:00Z")).to_string(), "2025-01-15");
        assert_eq!(GameDate::of(instant("2025-01-16T05:00:00Z")).to_string(), "2025-01-16");
    }

    #[test]
    fn eastern_clock_follows_daylight_saving() {
        let winter: GameDate = "2025-01-15".parse().unwrap();
        let summer: GameDate = "2025-06-15".parse().unwrap();
        assert_eq!(winter.at(13, 0), instant("2025-01-15T18:00:00Z"));
        assert_eq!(summer.at(13, 0), instant("2025-06-15T17:00:00Z"));
        assert_eq!(GameDate::clock_text(instant("2025-01-16T00:30:00Z")), "7:30 PM ET");
        assert_eq!(GameDate::clock_text(instant("2025-06-15T16:05:00Z")), "12:05 PM ET");
        assert_eq!(GameDate::offset_text(winter.at(13, 0)), "2025-01-15T13:00:00-05:00");
    }

    #[test]
    fn the_hour_that_does_not_exist_is_still_an_instant() {
        let spring_forward: GameDate = "2025-03-09".parse().unwrap();
        assert_eq!(spring_forward.at(2, 30), instant("2025-03-09T07:30:00Z"));
    }

    #[test]
    fn dates_count_days_across_months_and_years() {
        let day: GameDate = "2025-01-01".parse().unwrap();
        assert_eq!(day.days_since("2024-12-31".parse().unwrap()), 1);
        assert_eq!(day.days_since("2024-01-01".parse().unwrap()), 366);
        assert_eq!(day.plus_days(-1).to_string(), "2024-12-31");
        assert_eq!(day.plus_days(40).first_of_month().to_string(), "2025-02-01");
    }

    #[test]
    fn seasons_read_and_print() {
        assert_eq!("1999-00".parse::<Season>().unwrap(), Season::starting(1999));
        assert_eq!(Season::starting(2024).to_string(), "2024-25");
        for text in ["2024-26", "2024", "24-25", ""] {
            assert!(text.parse::<Season>().is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_lies_beyond_the_calendar() {
        assert!("9999-12-31".parse::<GameDate>().is_err());
        assert!("0001-01-01".parse::<GameDate>().is_err());
        assert_eq!(GameDate::of(Timestamp::MAX), GameDate::LAST);
        assert_eq!(GameDate::LAST.plus_days(1), GameDate::LAST);
        assert_eq!(GameDate::FIRST.plus_days(-400), GameDate::FIRST);
        assert!(GameDate::LAST.at(23, 59) > GameDate::FIRST.at(0, 0));
    }

    #[test]
    fn what_is_not_a_date_says_so() {
        let error = "15/01/2025".parse::<GameDate>().unwrap_err();
        assert_eq!(error.to_string(), "\"15/01/2025\" is not a date such as 2025-01-15");
    }
}
