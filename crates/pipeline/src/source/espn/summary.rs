//! `summary`: one game's box score. Columns go by their names, which the payload itself lists.

use domain::{Appearance, BoxScore, DidNotPlay, Game, PlayerId, Role, StatLine, Team};
use serde::Deserialize;

use super::{Competition, SITE, WireTeam};
use crate::delivery::Delivery;
use crate::source::box_row::{box_row, clock, made_of, played};
use crate::source::{
    Directory, Fields, Mention, Parsed, Provider, Rank, RejectReason, Rejection, Source, Unreadable, json, seen,
};
use crate::{RawPayload, RawRequest};

/// One game's box score.
pub(crate) struct EspnSummary;

#[derive(Deserialize)]
struct Wire {
    header: Header,
    boxscore: WireBox,
}

#[derive(Deserialize)]
struct Header {
    competitions: Vec<Competition>,
}

#[derive(Deserialize)]
struct WireBox {
    #[serde(default)]
    players: Vec<Side>,
}

#[derive(Deserialize)]
struct Side {
    team: WireTeam,
    statistics: Vec<Table>,
}

#[derive(Deserialize)]
struct Table {
    keys: Vec<String>,
    athletes: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    athlete: Athlete,
    #[serde(default)]
    starter: bool,
    #[serde(default)]
    did_not_play: bool,
    reason: Option<String>,
    #[serde(default)]
    stats: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Athlete {
    id: String,
    display_name: String,
}

impl Source for EspnSummary {
    fn id(&self) -> &'static str {
        "espn_summary"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::Espn)
    }

    fn rank(&self) -> Rank {
        Rank::Backup
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        false
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched, once the game is final; minutes are whole"
    }

    /// One request a game whose id there a scoreboard has told.
    fn fields(&self) -> Fields {
        Fields { wanted: &["players", "starter", "didNotPlay", "stats"], known: "" }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        delivery
            .games(directory)
            .filter(|game| delivery.wants_results(game))
            .filter_map(|game| directory.event_of(Provider::Espn, game.id))
            .map(|event| RawRequest { source: self.id(), subject: format!("{SITE}/summary?event={event}") })
            .collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let mut parsed = Parsed::default();
        for meeting in &wire.header.competitions {
            let told = meeting.game(directory).and_then(|game| Ok((game, meeting.score(game)?)));
            let Some((game, score)) = parsed.row(told) else { continue };
            parsed.facts.scores.push(seen(score, payload));
            for side in &wire.boxscore.players {
                for (table, row) in
                    side.statistics.iter().flat_map(|table| table.athletes.iter().map(move |row| (table, row)))
                {
                    let read = read(row, &table.keys, &side.team, game, directory);
                    let Some(row) = parsed.row(read) else { continue };
                    parsed.facts.box_scores.push(seen(row, payload));
                }
            }
        }
        Ok(parsed)
    }
}

fn read(
    row: &Row,
    keys: &[String],
    team: &WireTeam,
    game: &Game,
    directory: &Directory,
) -> Result<BoxScore, Rejection> {
    let nowhere = || (RejectReason::Malformed, format!("no team is called {:?}", team.display_name));
    let team: Team = directory.team(&team.display_name).ok_or_else(nowhere)?;
    let Athlete { id, display_name: name } = &row.athlete;
    let teams = [team];
    let player: PlayerId = directory.resolve(Mention::named(name).called(Provider::Espn, id).of(&teams))?;
    let appearance = if row.did_not_play || row.stats.is_empty() {
        Appearance::Absent(absence(row.reason.as_deref()))
    } else {
        let role = if row.starter { Role::Starter } else { Role::Bench };
        played(role, line(row, keys)?, name)?
    };
    box_row(game, team, player, appearance)
}

fn line(row: &Row, keys: &[String]) -> Result<StatLine, Rejection> {
    let name = &row.athlete.display_name;
    let text = |key: &str| {
        let value = keys.iter().position(|listed| listed == key).and_then(|column| row.stats.get(column));
        value.ok_or_else(|| (RejectReason::MissingValue, format!("{key} of {name}")))
    };
    let malformed = |key: &str| (RejectReason::Malformed, format!("{key} of {name}"));
    let count = |key| text(key)?.parse::<u16>().map_err(|_| malformed(key));
    let shots = |key| made_of(text(key)?).ok_or_else(|| malformed(key));
    let (goals_made, goals_attempted) = shots("fieldGoalsMade-fieldGoalsAttempted")?;
    let (threes_made, threes_attempted) = shots("threePointFieldGoalsMade-threePointFieldGoalsAttempted")?;
    let (free_throws_made, free_throws_attempted) = shots("freeThrowsMade-freeThrowsAttempted")?;
    Ok(StatLine {
        playtime: clock(text("minutes")?).ok_or_else(|| malformed("minutes"))?,
        goals_made,
        goals_attempted,
        threes_made,
        threes_attempted,
        free_throws_made,
        free_throws_attempted,
        offensive_rebounds: count("offensiveRebounds")?,
        defensive_rebounds: count("defensiveRebounds")?,
        assists: count("assists")?,
        steals: count("steals")?,
        blocks: count("blocks")?,
        turnovers: count("turnovers")?,
        fouls: count("fouls")?,
        points: count("points")?,
        plus_minus: text("plusMinus").ok().and_then(|points| points.parse().ok()),
    })
}

/// ESPN names what keeps somebody out, and not whether he was there.
fn absence(reason: Option<&str>) -> DidNotPlay {
    let reason = reason.unwrap_or_default().to_uppercase();
    match reason.as_str() {
        "" => DidNotPlay::NoReason,
        _ if reason.contains("COACH") => DidNotPlay::Coach,
        _ if reason.contains("NOT WITH TEAM") => DidNotPlay::AwayOther,
        _ if reason.contains("REST") || reason.contains("PERSONAL") || reason.contains("SUSPEN") => {
            DidNotPlay::InactiveOther
        }
        _ => DidNotPlay::InactiveInjury,
    }
}
