//! A team, named by NBA.com's three-letter code.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

/// NBA.com three-letter code (`BKN`, `CHA`, `PHX`). Charlotte is `CHA` in every season.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Team([u8; 3]);

impl Team {
    /// The code as text.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("three ASCII letters, checked by from_str")
    }
}

impl FromStr for Team {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        <[u8; 3]>::try_from(text.as_bytes())
            .ok()
            .filter(|code| code.iter().all(u8::is_ascii_uppercase))
            .map(Self)
            .ok_or_else(|| ParseError::new(text, "a team code: three capital letters such as BOS"))
    }
}

impl fmt::Display for Team {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Team {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A team's full name, by which feeds without codes name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TeamName {
    /// Which team.
    pub team: Team,
    /// City and nickname (`Boston Celtics`).
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::Team;

    #[test]
    fn only_three_capitals_are_a_team() {
        assert_eq!("BOS".parse::<Team>().unwrap().code(), "BOS");
        for text in ["bos", "BO", "BOST", "B0S", "", "ÉS"] {
            assert!(text.parse::<Team>().is_err(), "{text}");
        }
    }
}
