//! `boxscoretraditionalv3`: one game's box score.

use domain::{Appearance, BoxScore, FinalScore, Game, PlayerId, PlayerName, Role, StatLine};
use serde::Deserialize;

use super::{absence, over, scheduled};
use crate::delivery::Delivery;
use crate::source::box_row::{box_row, clock, played};
use crate::source::{Directory, Fields, Parsed, Provider, RejectReason, Rejection, Source, Unreadable, json, seen};
use crate::{RawPayload, RawRequest};

/// One game's box score.
pub(crate) struct StatsNbaBoxV3;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    box_score_traditional: WireBox,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireBox {
    game_id: String,
    home_team: Side,
    away_team: Side,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Side {
    team_tricode: String,
    players: Vec<WirePlayer>,
    statistics: Statistics,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePlayer {
    person_id: u32,
    first_name: String,
    family_name: String,
    #[serde(default)]
    position: String,
    #[serde(default)]
    comment: String,
    statistics: Statistics,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statistics {
    minutes: String,
    field_goals_made: u16,
    field_goals_attempted: u16,
    three_pointers_made: u16,
    three_pointers_attempted: u16,
    free_throws_made: u16,
    free_throws_attempted: u16,
    rebounds_offensive: u16,
    rebounds_defensive: u16,
    assists: u16,
    steals: u16,
    blocks: u16,
    turnovers: u16,
    fouls_personal: u16,
    points: u16,
    plus_minus_points: Option<f64>,
}

impl Source for StatsNbaBoxV3 {
    fn id(&self) -> &'static str {
        "stats_nba_box_v3"
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
        Fields { wanted: &[], known: include_str!("box_v3.fields") }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let period = "StartPeriod=0&EndPeriod=0&StartRange=0&EndRange=0&RangeType=0";
        let subject = |game: &Game| format!("stats/boxscoretraditionalv3?GameID={}&LeagueID=00&{period}", game.id);
        let games = delivery.games(directory).filter(|game| delivery.wants_results(game));
        games.map(|game| RawRequest { source: self.id(), subject: subject(game) }).collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let Wire { box_score_traditional: wire } = json(payload)?;
        let mut parsed = Parsed::default();
        let Some((game, score)) = parsed.row(score(&wire, directory)) else { return Ok(parsed) };
        parsed.facts.scores.push(seen(score, payload));
        for side in [&wire.home_team, &wire.away_team] {
            for player in &side.players {
                let Some(row) = parsed.row(read(player, &side.team_tricode, game)) else { continue };
                let name = format!("{} {}", player.first_name, player.family_name).trim().to_owned();
                parsed.facts.players.push(seen(PlayerName { player: row.player, name }, payload));
                parsed.facts.box_scores.push(seen(row, payload));
            }
        }
        Ok(parsed)
    }
}

/// The game, and what it came to, once it is over.
fn score<'d>(wire: &WireBox, directory: &'d Directory) -> Result<(&'d Game, FinalScore), Rejection> {
    let game = scheduled(&wire.game_id, directory)?;
    let [home, away] = [&wire.home_team, &wire.away_team].map(|side| &side.statistics);
    let minutes = &home.minutes;
    let playtime = clock(minutes).ok_or_else(|| (RejectReason::Malformed, format!("minutes are {minutes:?}")))?;
    let (home_points, away_points) = (home.points, away.points);
    if !over(playtime, [home_points, away_points]) {
        let detail = format!("game {} after {minutes}, {home_points} to {away_points}", game.id);
        return Err((RejectReason::NotFinal, detail));
    }
    Ok((game, FinalScore { game: game.id, slate: game.slate, home_points, away_points }))
}

fn read(player: &WirePlayer, team: &str, game: &Game) -> Result<BoxScore, Rejection> {
    let team = team.parse().map_err(|error: domain::ParseError| (RejectReason::Malformed, error.to_string()))?;
    let wire = &player.statistics;
    let appearance = if wire.minutes.is_empty() {
        Appearance::Absent(absence(&player.comment))
    } else {
        let malformed = || (RejectReason::Malformed, format!("minutes {:?} of {}", wire.minutes, player.family_name));
        let line = StatLine {
            playtime: clock(&wire.minutes).ok_or_else(malformed)?,
            goals_made: wire.field_goals_made,
            goals_attempted: wire.field_goals_attempted,
            threes_made: wire.three_pointers_made,
            threes_attempted: wire.three_pointers_attempted,
            free_throws_made: wire.free_throws_made,
            free_throws_attempted: wire.free_throws_attempted,
            offensive_rebounds: wire.rebounds_offensive,
            defensive_rebounds: wire.rebounds_defensive,
            assists: wire.assists,
            steals: wire.steals,
            blocks: wire.blocks,
            turnovers: wire.turnovers,
            fouls: wire.fouls_personal,
            points: wire.points,
            plus_minus: wire.plus_minus_points.map(|points| points as i16),
        };
        played(if player.position.is_empty() { Role::Bench } else { Role::Starter }, line, &player.family_name)?
    };
    box_row(game, team, PlayerId::new(player.person_id), appearance)
}
