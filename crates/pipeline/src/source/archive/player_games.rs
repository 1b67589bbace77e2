//! `player_games.parquet`: box scores, one row a player and game.

use std::collections::BTreeSet;

use domain::{Appearance, BoxScore, DidNotPlay, PlayerId, Playtime, Role, StatLine, Team};

use super::table::{Column, Kind, Rejection, Row, Table, malformed};
use super::{game_of, once, parse_rows, reconstructed};
use crate::source::{Directory, Parsed, RejectReason, Unreadable};

pub(super) const COLUMNS: &[Column] = &[
    ("game_id", Kind::Text),
    ("player_id", Kind::Integer),
    ("team", Kind::Text),
    ("is_starter", Kind::Flag),
    ("status", Kind::Text),
    ("minutes", Kind::Number),
    ("fgm", Kind::Integer),
    ("fga", Kind::Integer),
    ("fg3m", Kind::Integer),
    ("fg3a", Kind::Integer),
    ("ftm", Kind::Integer),
    ("fta", Kind::Integer),
    ("oreb", Kind::Integer),
    ("dreb", Kind::Integer),
    ("ast", Kind::Integer),
    ("stl", Kind::Integer),
    ("blk", Kind::Integer),
    ("tov", Kind::Integer),
    ("pf", Kind::Integer),
    ("pts", Kind::Integer),
    ("plus_minus", Kind::Integer),
];

pub(super) fn parse(table: &Table<'_>, directory: &Directory) -> Result<Parsed, Unreadable> {
    let mut seen = BTreeSet::new();
    parse_rows(table, |row, parsed| {
        let game = game_of(row, directory)?;
        let team: Team = row.parse("team")?;
        let (opponent, venue) =
            game.side_of(team).ok_or_else(|| malformed("team", format!("{team} does not play in {}", game.id)))?;
        let box_score = BoxScore {
            game: game.id,
            slate: game.slate,
            player: PlayerId::new(row.integer("player_id")?),
            team,
            opponent,
            venue,
            appearance: appearance(row)?,
        };
        once(&mut seen, (box_score.game, box_score.player))?;
        parsed.facts.box_scores.push(reconstructed(box_score, game.box_known_at()));
        Ok(())
    })
}

fn appearance(row: Row<'_>) -> Result<Appearance, Rejection> {
    match row.text("status")? {
        "played" => {
            let role = if row.flag("is_starter")? { Role::Starter } else { Role::Bench };
            Ok(Appearance::Played(role, stat_line(row)?))
        }
        absent => DidNotPlay::from_code(absent)
            .map(Appearance::Absent)
            .ok_or_else(|| malformed("status", format!("{absent:?} is no known status"))),
    }
}

fn stat_line(row: Row<'_>) -> Result<StatLine, Rejection> {
    let minutes = row.number("minutes")?;
    let playtime = Playtime::from_minutes(minutes)
        .ok_or_else(|| malformed("minutes", format!("{minutes} is no time on court")))?;
    let line = StatLine {
        playtime,
        goals_made: row.integer("fgm")?,
        goals_attempted: row.integer("fga")?,
        threes_made: row.integer("fg3m")?,
        threes_attempted: row.integer("fg3a")?,
        free_throws_made: row.integer("ftm")?,
        free_throws_attempted: row.integer("fta")?,
        offensive_rebounds: row.integer("oreb")?,
        defensive_rebounds: row.integer("dreb")?,
        assists: row.integer("ast")?,
        steals: row.integer("stl")?,
        blocks: row.integer("blk")?,
        turnovers: row.integer("tov")?,
        fouls: row.integer("pf")?,
        points: row.integer("pts")?,
        plus_minus: row.integer_if_any("plus_minus")?,
    };
    line.checked().map_err(|contradiction| (RejectReason::Implausible, contradiction.to_string()))
}
