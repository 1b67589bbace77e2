//! Identities: NBA.com's game and player numbers, and a player's name.

use std::fmt;
use std::str::FromStr;

use crate::{ParseError, Season, SeasonType};

/// NBA.com game id: ten digits, leading zeros kept (`0022400561`).
///
/// The third digit is the season type, the fourth and fifth the start year of the season.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GameId(u64);

impl GameId {
    /// The season the game belongs to.
    pub fn season(self) -> Season {
        Season::starting(2000 + (self.0 / 100_000 % 100) as u16)
    }

    /// Regular season, play-in, play-offs or cup final.
    pub fn season_type(self) -> SeasonType {
        season_type_digit(self.0).expect("checked by from_str")
    }
}

fn season_type_digit(number: u64) -> Option<SeasonType> {
    match number / 10_000_000 {
        2 => Some(SeasonType::Regular),
        4 => Some(SeasonType::Playoffs),
        5 => Some(SeasonType::PlayIn),
        6 => Some(SeasonType::CupFinal),
        _ => None,
    }
}

impl FromStr for GameId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new(text, "an NBA game id: ten digits such as 0022400561, of a game that counts");
        if text.len() != 10 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(error());
        }
        let number = text.parse().map_err(|_| error())?;
        season_type_digit(number).map(|_| Self(number)).ok_or_else(error)
    }
}

impl fmt::Display for GameId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

/// NBA.com player id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlayerId(u32);

impl PlayerId {
    /// The player with this NBA.com number.
    pub fn new(number: u32) -> Self {
        Self(number)
    }

    /// NBA.com's number.
    pub fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for PlayerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A player's name as NBA.com spells it today.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlayerName {
    /// Whose name.
    pub player: PlayerId,
    /// Full name with accents and suffix (`Nikola Jokić`, `Jimmy Butler III`).
    pub name: String,
}

impl PlayerName {
    /// The name folded for matching across providers: accents, dots, apostrophes, hyphens, spaces and the
    /// suffixes Jr, Sr, II, III, IV removed, lower case. Two different people may share one lookup.
    pub fn lookup(name: &str) -> String {
        let plain: String = name.chars().flat_map(char::to_lowercase).map(unaccented).collect();
        let mut words: Vec<String> = plain
            .split(|c: char| c.is_whitespace())
            .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect())
            .filter(|word: &String| !word.is_empty())
            .collect();
        while words.len() > 2 && matches!(words[words.len() - 1].as_str(), "jr" | "sr" | "ii" | "iii" | "iv") {
            words.pop();
        }
        words.concat()
    }
}

/// The base letter of the accented Latin letters that occur in the league's names.
fn unaccented(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ģ' | 'ğ' => 'g',
        'í' | 'ì' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ķ' => 'k',
        'ł' | 'ļ' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ú' | 'ù' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ž' | 'ź' | 'ż' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_game_id_knows_its_season() {
        let game: GameId = "0022400561".parse().unwrap();
        assert_eq!((game.to_string().as_str(), game.season().to_string().as_str()), ("0022400561", "2024-25"));
        assert_eq!(game.season_type(), SeasonType::Regular);
        assert_eq!("0042300405".parse::<GameId>().unwrap().season_type(), SeasonType::Playoffs);
    }

    #[test]
    fn games_that_do_not_count_are_refused() {
        for text in ["22400561", "002240056x", "0012400001", "0032400001", "00224005611", ""] {
            assert!(text.parse::<GameId>().is_err(), "{text}");
        }
    }

    #[test]
    fn spellings_of_one_player_share_a_lookup() {
        for (a, b) in [
            ("Nikola Jokić", "Nikola Jokic"),
            ("Jimmy Butler III", "Jimmy Butler"),
            ("P.J. Washington", "PJ Washington Jr."),
            ("D'Angelo Russell", "DAngelo Russell"),
            ("Shai Gilgeous-Alexander", "Shai Gilgeous Alexander"),
            ("Dāvis Bertāns", "Davis Bertans"),
        ] {
            assert_eq!(PlayerName::lookup(a), PlayerName::lookup(b), "{a} / {b}");
        }
        assert_ne!(PlayerName::lookup("Jalen Williams"), PlayerName::lookup("Jaylin Williams"));
    }
}
