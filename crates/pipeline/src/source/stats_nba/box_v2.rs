//! `boxscoretraditionalv2`: one game's box score.

use domain::{Appearance, BoxScore, FinalScore, Game, PlayerId, PlayerName, Role, StatLine};

use super::table::{Row, Tables};
use super::{absence, over, scheduled};
use crate::delivery::Delivery;
use crate::source::box_row::{box_row, clock, played};
use crate::source::{Directory, Fields, Parsed, Provider, RejectReason, Rejection, Source, Unreadable, seen};
use crate::{RawPayload, RawRequest};

/// One game's box score, as it was sent until the third version. It is read, and no longer asked for.
pub(crate) struct StatsNbaBoxV2;

const PLAYERS: &[&str] = &[
    "GAME_ID",
    "TEAM_ABBREVIATION",
    "PLAYER_ID",
    "PLAYER_NAME",
    "START_POSITION",
    "COMMENT",
    "MIN",
    "FGM",
    "FGA",
    "FG3M",
    "FG3A",
    "FTM",
    "FTA",
    "OREB",
    "DREB",
    "AST",
    "STL",
    "BLK",
    "TO",
    "PF",
    "PTS",
];
const TEAMS: &[&str] = &["GAME_ID", "TEAM_ABBREVIATION", "MIN", "PTS"];

impl Source for StatsNbaBoxV2 {
    fn id(&self) -> &'static str {
        "stats_nba_box_v2"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::NbaStats)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        true
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched, once the game is over"
    }

    fn fields(&self) -> Fields {
        Fields { wanted: &[], known: include_str!("box_v2.fields") }
    }

    fn plan(&self, _: &Delivery, _: &Directory) -> Vec<RawRequest> {
        Vec::new()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let tables = Tables::of(payload)?;
        let mut parsed = Parsed::default();
        let teams: Vec<Row<'_>> = tables.rows("TeamStats", TEAMS, payload)?.collect();
        let players = tables.rows("PlayerStats", PLAYERS, payload)?;
        let Some((game, score)) = parsed.row(score(&teams, directory)) else { return Ok(parsed) };
        parsed.facts.scores.push(seen(score, payload));
        for row in players {
            let Some((name, row)) = parsed.row(read(row, game)) else { continue };
            parsed.facts.players.push(seen(name, payload));
            parsed.facts.box_scores.push(seen(row, payload));
        }
        Ok(parsed)
    }
}

/// The game, and what it came to, once it is over.
fn score<'d>(teams: &[Row<'_>], directory: &'d Directory) -> Result<(&'d Game, FinalScore), Rejection> {
    let first = teams.first().ok_or_else(|| (RejectReason::MissingValue, "teams".to_owned()))?;
    let game = scheduled(first.text("GAME_ID")?, directory)?;
    let points = |team: domain::Team| -> Result<u16, Rejection> {
        let row = teams.iter().find(|row| row.text_if_any("TEAM_ABBREVIATION") == team.code());
        row.ok_or_else(|| (RejectReason::MissingValue, format!("{team} in {}", game.id)))?.count("PTS")
    };
    let (home_points, away_points) = (points(game.home)?, points(game.away)?);
    let minutes = first.text("MIN")?;
    let playtime = clock(minutes).ok_or_else(|| (RejectReason::Malformed, format!("MIN is {minutes:?}")))?;
    if !over(playtime, [home_points, away_points]) {
        let detail = format!("game {} after {minutes}, {home_points} to {away_points}", game.id);
        return Err((RejectReason::NotFinal, detail));
    }
    Ok((game, FinalScore { game: game.id, slate: game.slate, home_points, away_points }))
}

fn read(row: Row<'_>, game: &Game) -> Result<(PlayerName, BoxScore), Rejection> {
    let malformed = |error: domain::ParseError| (RejectReason::Malformed, error.to_string());
    let team = row.text("TEAM_ABBREVIATION")?.parse().map_err(malformed)?;
    let player = PlayerId::new(row.count("PLAYER_ID")?);
    let name = row.text("PLAYER_NAME")?;
    let appearance = match row.text_if_any("MIN") {
        "" => Appearance::Absent(absence(row.text_if_any("COMMENT"))),
        minutes => {
            let role = if row.text_if_any("START_POSITION").is_empty() { Role::Bench } else { Role::Starter };
            let playtime = clock(minutes).ok_or_else(|| (RejectReason::Malformed, format!("MIN is {minutes:?}")))?;
            let line = StatLine {
                playtime,
                goals_made: row.count("FGM")?,
                goals_attempted: row.count("FGA")?,
                threes_made: row.count("FG3M")?,
                threes_attempted: row.count("FG3A")?,
                free_throws_made: row.count("FTM")?,
                free_throws_attempted: row.count("FTA")?,
                offensive_rebounds: row.count("OREB")?,
                defensive_rebounds: row.count("DREB")?,
                assists: row.count("AST")?,
                steals: row.count("STL")?,
                blocks: row.count("BLK")?,
                turnovers: row.count("TO")?,
                fouls: row.count("PF")?,
                points: row.count("PTS")?,
                plus_minus: row.count("PLUS_MINUS").ok(),
            };
            played(role, line, name)?
        }
    };
    let name = PlayerName { player, name: name.to_owned() };
    Ok((name, box_row(game, team, player, appearance)?))
}
