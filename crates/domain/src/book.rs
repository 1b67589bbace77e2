//! A sportsbook, by the short key the feeds use.

use std::fmt;
use std::str::FromStr;

use crate::ParseError;

const MAX_KEY: usize = 24;

/// A book's key (`draftkings`, `williamhill_us`): lower-case letters, digits and underscores, at most 24 of them.
/// Held inline, because a season has more lines than anything else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sportsbook([u8; MAX_KEY]);

impl Sportsbook {
    /// The key as text.
    pub fn key(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(MAX_KEY);
        std::str::from_utf8(&self.0[..length]).expect("ASCII, checked by from_str")
    }
}

impl FromStr for Sportsbook {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if text.is_empty() || text.len() > MAX_KEY || !text.bytes().all(allowed) {
            return Err(ParseError::new(text, "a book key such as draftkings"));
        }
        let mut key = [0; MAX_KEY];
        key[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self(key))
    }
}

impl fmt::Display for Sportsbook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

impl fmt::Debug for Sportsbook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::Sportsbook;

    #[test]
    fn keys_read_back_and_sort_by_text() {
        let books: Vec<Sportsbook> = ["betmgm", "williamhill_us"].iter().map(|key| key.parse().unwrap()).collect();
        assert_eq!(books[1].key(), "williamhill_us");
        assert!(books[0] < books[1]);
        for text in ["", "Draft Kings", "a_key_far_too_long_to_be_a_book"] {
            assert!(text.parse::<Sportsbook>().is_err(), "{text}");
        }
    }
}
