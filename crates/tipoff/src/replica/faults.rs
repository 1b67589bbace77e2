//! Faults: what a provider does wrong, from when to when, as one writes them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use domain::{GameDate, ParseError};
use jiff::Timestamp;
use jiff::civil::Time;
use pipeline::source::Provider;

/// What a provider does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// It answers so much later.
    Latency(Duration),
    /// It answers nothing but this status.
    Status(u16),
    /// It wants to be left alone for so many seconds.
    TooMany(u32),
    /// It takes the request and never answers.
    Hang,
    /// It sends a byte a second.
    SlowLoris,
    /// Its answers stop in the middle.
    Truncated,
    /// It answers a page for people, as if all were well.
    Html,
    /// The field that holds its rows has another name.
    RenamedField,
    /// Points come times ten, prices and shares times a hundred.
    WrongUnits,
    /// It answers what it would have answered a day before.
    Stale,
    /// Every row comes twice.
    Duplicated,
    /// Rows come in the reverse order.
    OutOfOrder,
    /// Odds come as if the game had begun an hour ago.
    InPlay,
    /// All is well, and there are no rows.
    Empty,
    /// It sends one to another host.
    Redirect,
    /// It sends half a gigabyte that was packed small.
    Bomb,
}

/// The kinds as they are written, with what they do.
const KINDS: [(&str, FaultKind, &str); 19] = [
    ("latency", FaultKind::Latency(Duration::from_secs(1)), "answers later; VALUE in milliseconds, 1000 if not told"),
    ("403", FaultKind::Status(403), "keeps everybody out"),
    ("404", FaultKind::Status(404), "has nothing"),
    ("429", FaultKind::TooMany(60), "is asked too often; VALUE in seconds goes into Retry-After, 60 if not told"),
    ("500", FaultKind::Status(500), "fails"),
    ("503", FaultKind::Status(503), "is overloaded"),
    ("hang", FaultKind::Hang, "takes requests and never answers"),
    ("slow-loris", FaultKind::SlowLoris, "sends a byte a second"),
    ("truncated", FaultKind::Truncated, "stops in the middle of its answers"),
    ("html", FaultKind::Html, "answers a page with status 200"),
    ("renamed-field", FaultKind::RenamedField, "renames the field with the rows"),
    ("wrong-units", FaultKind::WrongUnits, "sends points times ten, prices and shares times a hundred"),
    ("stale", FaultKind::Stale, "answers what it would have answered a day before"),
    ("duplicated", FaultKind::Duplicated, "sends every row twice"),
    ("out-of-order", FaultKind::OutOfOrder, "sends rows in the reverse order"),
    ("in-play", FaultKind::InPlay, "sends odds as if the game had begun an hour ago"),
    ("empty", FaultKind::Empty, "sends no rows, as if there were none"),
    ("redirect", FaultKind::Redirect, "sends one to another host"),
    ("gzip-bomb", FaultKind::Bomb, "sends half a gigabyte packed small"),
];

impl FaultKind {
    /// Each kind as it is written, and what a provider does then.
    pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
        KINDS.iter().map(|(name, _, does)| (*name, *does))
    }

    fn named(name: &str, value: Option<&str>) -> Option<Self> {
        let usual = KINDS.iter().find(|(known, _, _)| *known == name).map(|(_, kind, _)| *kind)?;
        match (usual, value) {
            (usual, None) => Some(usual),
            (Self::Latency(_), Some(value)) => {
                value.parse().ok().map(|millis| Self::Latency(Duration::from_millis(millis)))
            }
            (Self::TooMany(_), Some(value)) => value.parse().ok().map(Self::TooMany),
            (_, Some(_)) => None,
        }
    }
}

/// A provider, what it does wrong, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Nobody in particular means all.
    provider: Option<Provider>,
    kind: FaultKind,
    /// From one time of the Eastern day until another; always, if not told.
    hours: Option<(Time, Time)>,
}

impl Fault {
    /// What a provider does wrong at an instant, if this is about it then.
    pub(crate) fn strikes(&self, provider: Provider, now: Timestamp) -> Option<FaultKind> {
        let is_meant = self.provider.is_none_or(|meant| meant == provider);
        let is_time = self.hours.is_none_or(|(from, to)| {
            let day = GameDate::of(now);
            let [from, to] = [from, to].map(|time| day.at(time.hour(), time.minute()));
            if from <= to { (from..to).contains(&now) } else { now >= from || now < to }
        });
        (is_meant && is_time).then_some(self.kind)
    }
}

/// How a fault is written.
const EXPECTED: &str =
    "a fault: PROVIDER:KIND[:VALUE][@FROM-TO], such as odds_api:429:120@12:00-13:00 or all:latency:900";

impl FromStr for Fault {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new(text, EXPECTED);
        let (what, hours) = text.split_once('@').map_or((text, None), |(what, hours)| (what, Some(hours)));
        let mut parts = what.splitn(3, ':');
        let provider = match parts.next() {
            Some("all") => None,
            name => Some(name.and_then(Provider::named).ok_or_else(error)?),
        };
        let kind = parts.next().and_then(|name| FaultKind::named(name, parts.next())).ok_or_else(error)?;
        let hours = hours.map(|hours| {
            let (from, to) = hours.split_once('-')?;
            Some((from.parse().ok()?, to.parse().ok()?))
        });
        Ok(Self { provider, kind, hours: hours.map(|hours| hours.ok_or_else(error)).transpose()? })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let same = |kind: &FaultKind| match (*kind, self.kind) {
            (FaultKind::Latency(_), FaultKind::Latency(_)) | (FaultKind::TooMany(_), FaultKind::TooMany(_)) => true,
            (kind, own) => kind == own,
        };
        let name = KINDS.iter().find(|(_, kind, _)| same(kind)).map_or("", |(name, _, _)| name);
        write!(f, "{}:{name}", self.provider.map_or("all", Provider::name))?;
        match self.kind {
            FaultKind::Latency(by) => write!(f, ":{}", by.as_millis())?,
            FaultKind::TooMany(seconds) => write!(f, ":{seconds}")?,
            _ => {}
        }
        match self.hours {
            Some((from, to)) => write!(f, "@{}-{}", from.strftime("%H:%M"), to.strftime("%H:%M")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Fault {
        text.parse().unwrap()
    }

    #[test]
    fn a_fault_reads_back_as_it_is_written() {
        for text in ["odds_api:429:120@12:00-13:00", "all:latency:900", "nba_cdn:hang", "espn:503@23:00-01:30"] {
            assert_eq!(fault(text).to_string(), text);
        }
        for (name, _) in FaultKind::all() {
            assert!(fault(&format!("all:{name}")).to_string().starts_with(&format!("all:{name}")), "{name}");
        }
        for text in ["nba:hang", "all:sulks", "all:hang:7", "all", "all:500@noon", "all:latency:soon"] {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains("odds_api:429:120@12:00-13:00"), "{error}");
        }
    }

    #[test]
    fn a_fault_strikes_whom_it_names_while_it_lasts() {
        let day: GameDate = "2025-01-15".parse().unwrap();
        let strikes =
            |text: &str, provider, hour, minute| fault(text).strikes(provider, day.at(hour, minute)).is_some();
        let noon = "odds_api:500@12:00-13:00";
        assert!(strikes(noon, Provider::OddsApi, 12, 0) && !strikes(noon, Provider::OddsApi, 13, 0));
        assert!(!strikes(noon, Provider::NbaCdn, 12, 30));
        let night = "all:500@23:00-01:30";
        assert!(strikes(night, Provider::Espn, 23, 30) && strikes(night, Provider::NbaCdn, 1, 0));
        assert!(!strikes(night, Provider::Espn, 12, 0));
    }
}
