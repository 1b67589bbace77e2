//! Partitions: what one task is about, as values and as the ledger's text.

use std::fmt;
use std::str::FromStr;

use domain::{Edition, GameDate, ParseError};
use jiff::Timestamp;

use crate::PayloadHash;
use crate::delivery::Delivery;

/// What one task is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Partition {
    /// What one source wants of one delivery of raw bytes: each source is asked by itself, and fails by itself.
    Delivery {
        /// The occasion.
        delivery: Delivery,
        /// The source.
        source: String,
    },
    /// One payload, as one version of its source's parser reads it: a mended parser reads it anew.
    Payload {
        /// The source.
        source: String,
        /// The parser's version.
        parser: u32,
        /// The payload.
        hash: PayloadHash,
        /// When the same bytes landed again, after others did; nothing for the first time.
        again: Option<Timestamp>,
    },
    /// One slate.
    Slate(GameDate),
    /// The month that starts on this date.
    Month(GameDate),
    /// One slate at one cutoff.
    Edition(Edition),
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivery { delivery, source } => write!(f, "delivery {delivery} of {source}"),
            Self::Payload { source, parser, hash, again } => {
                write!(f, "payload {source}.{parser} {hash}")?;
                again.map_or(Ok(()), |again| write!(f, " {again}"))
            }
            Self::Slate(slate) => write!(f, "slate {slate}"),
            Self::Month(first) => write!(f, "month {first}"),
            Self::Edition(edition) => write!(f, "edition {edition}"),
        }
    }
}

impl FromStr for Partition {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new(text, "a partition such as `slate 2025-01-15`");
        let (kind, rest) = text.split_once(' ').ok_or_else(error)?;
        match kind {
            "delivery" => {
                let (delivery, source) = rest.rsplit_once(" of ").ok_or_else(error)?;
                Ok(Self::Delivery { delivery: delivery.parse()?, source: source.to_owned() })
            }
            "payload" => {
                let (reader, rest) = rest.split_once(' ').ok_or_else(error)?;
                let (hash, again) = match rest.split_once(' ') {
                    Some((hash, again)) => (hash, Some(again.parse().map_err(|_| error())?)),
                    None => (rest, None),
                };
                let (source, parser) = reader.split_once('.').ok_or_else(error)?;
                Ok(Self::Payload {
                    source: source.to_owned(),
                    parser: parser.parse().map_err(|_| error())?,
                    hash: PayloadHash::from_hex(hash).ok_or_else(error)?,
                    again,
                })
            }
            "slate" => Ok(Self::Slate(rest.parse()?)),
            "month" => Ok(Self::Month(rest.parse()?)),
            "edition" => Ok(Self::Edition(rest.parse()?)),
            _ => Err(error()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Moment;

    #[test]
    fn partitions_read_what_they_print() {
        let slate: GameDate = "2025-01-15".parse().unwrap();
        let hash = PayloadHash::of(b"x");
        let game = "0022400561".parse().unwrap();
        let deliveries = [
            Delivery::Archive(hash),
            Delivery::Visit { slate, moment: Moment::AfterGames },
            Delivery::Watch { slate, at: slate.at(12, 15) },
            Delivery::Closing { slate, game, minutes: 30 },
            Delivery::Final { slate, game, minutes: 4320 },
        ];
        let deliveries =
            deliveries.map(|delivery| Partition::Delivery { delivery, source: "nba_cdn_box_score".to_owned() });
        for partition in deliveries.into_iter().chain([
            Partition::Payload { source: "archive_games".to_owned(), parser: 1, hash, again: None },
            Partition::Payload { source: "espn_roster".to_owned(), parser: 2, hash, again: Some(slate.at(12, 15)) },
            Partition::Slate(slate),
            Partition::Month(slate.first_of_month()),
            Partition::Edition(Edition::morning(slate, None)),
        ]) {
            assert_eq!(partition.to_string().parse::<Partition>().unwrap(), partition);
        }
        assert!("slate".parse::<Partition>().is_err());
        assert!("era 2025".parse::<Partition>().is_err());
    }
}
