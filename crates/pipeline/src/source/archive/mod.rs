//! The season archive: Parquet files of schedules, box scores, shots, lines and injuries.
//!
//! Back-filled history has no landing times of its own, so each table has one rule that says when a row of it
//! counts as known ([`Source::known_at_rule`]). A row that differs from one imported earlier is a correction, and
//! known only from the moment it arrived.

mod injuries;
mod lineups;
mod player_games;
mod prop_lines;
mod schedule;
mod shot_zones;
mod table;
mod team_odds;
mod who;

use std::collections::BTreeSet;

use domain::{Known, Provenance};
use jiff::Timestamp;

use crate::delivery::Delivery;
use crate::source::{Directory, Parsed, Provider, Reject, RejectReason, Source, Unreadable};
use crate::{RawPayload, RawRequest};
use table::{Column, Rejection, Row, Table};

/// One file of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArchiveTable {
    /// Team codes and names.
    Teams,
    /// Player ids and names.
    Players,
    /// Schedule and final scores.
    Games,
    /// Box scores.
    PlayerGames,
    /// Shots by zone.
    ShotZones,
    /// Player prop lines.
    PropLines,
    /// Spreads, totals, moneylines.
    TeamOdds,
    /// The injury log.
    Injuries,
    /// What teams told before their games.
    Lineups,
}

impl ArchiveTable {
    /// All files, those that others refer to first.
    pub const ALL: [Self; 9] = [
        Self::Teams,
        Self::Players,
        Self::Games,
        Self::PlayerGames,
        Self::ShotZones,
        Self::PropLines,
        Self::TeamOdds,
        Self::Injuries,
        Self::Lineups,
    ];

    /// Its file name.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Teams => "teams.parquet",
            Self::Players => "players.parquet",
            Self::Games => "games.parquet",
            Self::PlayerGames => "player_games.parquet",
            Self::ShotZones => "shot_zones.parquet",
            Self::PropLines => "prop_lines.parquet",
            Self::TeamOdds => "team_odds.parquet",
            Self::Injuries => "injuries.parquet",
            Self::Lineups => "lineups.parquet",
        }
    }

    fn columns(self) -> &'static [Column] {
        match self {
            Self::Teams => who::TEAM_COLUMNS,
            Self::Players => who::PLAYER_COLUMNS,
            Self::Games => schedule::COLUMNS,
            Self::PlayerGames => player_games::COLUMNS,
            Self::ShotZones => shot_zones::COLUMNS,
            Self::PropLines => prop_lines::COLUMNS,
            Self::TeamOdds => team_odds::COLUMNS,
            Self::Injuries => injuries::COLUMNS,
            Self::Lineups => lineups::COLUMNS,
        }
    }

    /// Checks a file's shape without reading its rows, and counts them.
    ///
    /// # Errors
    /// When it is no Parquet file, or a column is missing or of another kind.
    pub fn check(self, payload: &RawPayload) -> Result<u64, Unreadable> {
        Ok(Table::open(payload, self.columns())?.rows())
    }
}

impl Source for ArchiveTable {
    fn id(&self) -> &'static str {
        match self {
            Self::Teams => "archive_teams",
            Self::Players => "archive_players",
            Self::Games => "archive_games",
            Self::PlayerGames => "archive_player_games",
            Self::ShotZones => "archive_shot_zones",
            Self::PropLines => "archive_prop_lines",
            Self::TeamOdds => "archive_team_odds",
            Self::Injuries => "archive_injuries",
            Self::Lineups => "archive_lineups",
        }
    }

    fn provider(&self) -> Option<Provider> {
        None
    }

    fn parser_version(&self) -> u32 {
        match self {
            Self::Injuries => 2,
            _ => 1,
        }
    }

    fn feeds_directory(&self) -> bool {
        matches!(self, Self::Teams | Self::Players | Self::Games)
    }

    fn known_at_rule(&self) -> &'static str {
        match self {
            Self::Teams | Self::Players => {
                "names are reference data, known since 1970; positions and careers are not read, because they were computed with hindsight"
            }
            Self::Games => {
                "the schedule two days before the game date, 00:00 Eastern; the score three hours after tip-off, or 06:00 the next morning when the tip-off is not known"
            }
            Self::PlayerGames | Self::ShotZones => {
                "three hours after tip-off, or 06:00 the next morning when the tip-off is not known"
            }
            Self::PropLines => "when the feed saw it (observed_at); at tip-off where that is not known",
            Self::TeamOdds => "at tip-off: these are closing numbers",
            Self::Injuries => "00:00 Eastern of the day after the log's date, which has no hour",
            Self::Lineups => "when it was seen (observed_at); half an hour before tip-off where that is not known",
        }
    }

    fn plan(&self, delivery: &Delivery, _: &Directory) -> Vec<RawRequest> {
        match delivery {
            Delivery::Archive(_) => vec![RawRequest { source: self.id(), subject: self.file_name().to_owned() }],
            _ => Vec::new(),
        }
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let table = Table::open(payload, self.columns())?;
        match self {
            Self::Teams => who::parse_teams(&table),
            Self::Players => who::parse_players(&table),
            Self::Games => schedule::parse(&table),
            Self::PlayerGames => player_games::parse(&table, directory),
            Self::ShotZones => shot_zones::parse(&table, directory),
            Self::PropLines => prop_lines::parse(&table, directory),
            Self::TeamOdds => team_odds::parse(&table, directory),
            Self::Injuries => injuries::parse(&table, directory),
            Self::Lineups => lineups::parse(&table, directory),
        }
    }
}

/// Reads every row, sorting what `read` makes of it into facts and rejects.
fn parse_rows(
    table: &Table<'_>,
    mut read: impl FnMut(Row<'_>, &mut Parsed) -> Result<(), Rejection>,
) -> Result<Parsed, Unreadable> {
    let mut parsed = Parsed::default();
    table.for_each(|index, row| {
        parsed.rows_read += 1;
        if let Err((reason, detail)) = read(row, &mut parsed) {
            parsed.rejects.push(Reject { reason, row: index, detail });
        }
    })?;
    Ok(parsed)
}

/// Refuses a key that occurred before: two versions of one fact in one file contradict each other.
fn once<K: Ord>(seen: &mut BTreeSet<K>, key: K) -> Result<(), Rejection> {
    if seen.insert(key) { Ok(()) } else { Err((RejectReason::Duplicate, "its key occurred before".to_owned())) }
}

/// Seals a back-filled fact.
fn reconstructed<T>(value: T, known_at: Timestamp) -> Known<T> {
    Known::new(value, known_at, Provenance::Reconstructed)
}

/// The game a row is about.
fn game_of<'a>(row: Row<'_>, directory: &'a Directory) -> Result<&'a domain::Game, Rejection> {
    let id = row.parse("game_id")?;
    directory.game(id).ok_or_else(|| (RejectReason::UnknownGame, format!("game {id} is not in the schedule")))
}
