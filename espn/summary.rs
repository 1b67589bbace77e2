//! `summary?event=`: a game's box score, minutes without seconds.

use domain::{Appearance, BoxScore, DidNotPlay, Game, Playtime, Role, StatLine, Team};
use serde::Deserialize;

use super::{Competition, WireTeam};
use crate::delivery::Delivery;
use crate::source::reading::{Rejection, box_score, malformed, null_as_default, player_named, seen};
use crate::source::{Directory, Parsed, Provider, Rank, RejectReason, Source, Unreadable, json};
use crate::{RawPayload, RawRequest};

/// Box scores of finished games.
pub(crate) struct EspnSummary;

#[derive(Deserialize)]
struct Wire {
    header: Header,
    boxscore: WireBox,
}

#[derive(Deserialize)]
struct Header {
    competitions: [Competition; 1],
}

#[derive(Deserialize)]
struct WireBox {
    #[serde(default, deserialize_with = "null_as_default")]
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
    athletes: Vec<Athlete>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Athlete {
    athlete: Person,
    starter: bool,
    did_not_play: bool,
    reason: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    stats: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    display_name: String,
}

impl Source for EspnSummary {
    fn id(&self) -> &'static str {
        "espn_summary"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::Espn)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn rank(&self) -> Rank {
        Rank::Backup
    }

    fn feeds_directory(&self) -> bool {
        false
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched, once the game is over"
    }

    /// A summary is asked for by ESPN's id of the game, which is not known yet: nothing is asked for.
    fn plan(&self, _: &Delivery, _: &Directory) -> Vec<RawRequest> {
        Vec::new()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let [competition] = &wire.header.competitions;
        let (game, score) = match competition.game(directory).and_then(|game| Ok((game, competition.score(game)?))) {
            Ok(over) => over,
            Err(rejection) => return Ok(Parsed::refused(rejection)),
        };
        let mut parsed = Parsed::default();
        parsed.facts.scores.push(seen(score, payload));
        for side in &wire.boxscore.players {
            let team = side.team.team();
            for (table, athlete) in side.statistics.iter().flat_map(|table| table.athletes.iter().map(move |a| (table, a))) {
                let row = team.clone().and_then(|team| read(game, team, &table.keys, athlete, directory));
                let row = parsed.row(row);
                parsed.facts.box_scores.extend(row.map(|row| seen(row, payload)));
            }
        }
        Ok(parsed)
    }
}

fn read(
    game: &Game,
    team: Team,
    keys: &[String],
    athlete: &Athlete,
    directory: &Directory,
) -> Result<BoxScore, Rejection> {
    let name = &athlete.athlete.display_name;
    let appearance = if athlete.did_not_play || athlete.stats.is_empty() {
        Appearance::Absent(absence(athlete.reason.as_deref().unwrap_or_default()))
    } else {
        let role = if athlete.starter { Role::Starter } else { Role::Bench };
        let line = stat_line(keys, &athlete.stats).map_err(|what| malformed(format!("{what} of {name}")))?;
        let line = line.checked().map_err(|why| (RejectReason::Implausible, format!("{name}: {why}")))?;
        Appearance::Played(role, line)
    };
    box_score(game, team, player_named(directory, name)?, appearance)
}

/// ESPN names what hurts, and nobody it names so was dressed.
fn absence(reason: &str) -> DidNotPlay {
    let has = |words: &[&str]| words.iter().any(|word| reason.to_uppercase().contains(word));
    match reason {
        "" => DidNotPlay::NoReason,
        _ if has(&["COACH"]) => DidNotPlay::Coach,
        _ if has(&["REST", "PERSONAL", "SUSPENSION", "G LEAGUE", "TRADE", "CONDITIONING"]) => DidNotPlay::UndressedOther,
        _ => DidNotPlay::UndressedInjury,
    }
}

/// A row of the table, by the keys above it; makes and attempts share a cell (`10-17`). Fails with the key that is
/// missing or has no count.
fn stat_line(keys: &[String], cells: &[String]) -> Result<StatLine, String> {
    let cell = |key: &str| {
        let index = keys.iter().position(|name| name == key);
        index.and_then(|index| cells.get(index)).map(String::as_str).ok_or_else(|| key.to_owned())
    };
    let number = |key: &str, text: &str| text.parse::<u16>().map_err(|_| format!("{key} {text:?}"));
    let count = |key: &str| number(key, cell(key)?);
    let pair = |key: &str| {
        let cell = cell(key)?;
        let (made, attempted) = cell.split_once('-').ok_or_else(|| format!("{key} {cell:?}"))?;
        Ok::<_, String>((number(key, made)?, number(key, attempted)?))
    };
    let (goals_made, goals_attempted) = pair("fieldGoalsMade-fieldGoalsAttempted")?;
    let (threes_made, threes_attempted) = pair("threePointFieldGoalsMade-threePointFieldGoalsAttempted")?;
    let (free_throws_made, free_throws_attempted) = pair("freeThrowsMade-freeThrowsAttempted")?;
    let minutes = count("minutes")?;
    Ok(StatLine {
        playtime: Playtime::from_minutes(f64::from(minutes)).ok_or_else(|| format!("minutes {minutes}"))?,
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
        plus_minus: cell("plusMinus").ok().and_then(|text| text.parse().ok()),
    })
}

#[cfg(test)]
mod tests {
    use domain::{PlayerId, PlayerName};
    use serde_json::json;

    use super::super::tests::{competition, directory};
    use super::*;

    fn parse(state: &str, athletes: &[serde_json::Value]) -> Parsed {
        let keys = [
            "points",
            "minutes",
            "fieldGoalsMade-fieldGoalsAttempted",
            "threePointFieldGoalsMade-threePointFieldGoalsAttempted",
            "freeThrowsMade-freeThrowsAttempted",
            "offensiveRebounds",
            "defensiveRebounds",
            "assists",
            "steals",
            "blocks",
            "turnovers",
            "fouls",
            "plusMinus",
        ];
        let body = json!({
            "header": { "competitions": [competition("STATUS", state, ["101", "99"])] },
            "boxscore": { "players": [{ "team": { "abbreviation": "NY" }, "statistics": [{ "keys": keys, "athletes": athletes }] }] },
        });
        let payload = RawPayload {
            source: String::new(),
            subject: String::new(),
            fetched_at: "2025-01-16T05:00:00Z".parse().unwrap(),
            body: body.to_string().into(),
        };
        let named = |number, name: &str| PlayerName { player: PlayerId::new(number), name: name.to_owned() };
        EspnSummary.parse(&payload, &directory(vec![named(1, "Ann Able"), named(2, "Bob Baker")])).unwrap()
    }

    fn athlete(name: &str, reason: &str, stats: &[&str]) -> serde_json::Value {
        json!({ "athlete": { "displayName": name }, "starter": true, "didNotPlay": stats.is_empty(), "reason": reason, "stats": stats })
    }

    #[test]
    fn rows_are_read_by_their_keys_and_a_bad_one_loses_nothing_else() {
        let sound = ["24", "34", "10-17", "3-8", "1-1", "1", "9", "3", "0", "1", "1", "4", "+4"];
        let mut unsound = sound;
        unsound[0] = "25";
        let parsed = parse(
            "post",
            &[
                athlete("Ann Able", "COACH'S DECISION", &sound),
                athlete("Bob Baker", "LEFT KNEE", &[]),
                athlete("Bob Baker", "", &unsound),
                athlete("Bob Baker", "", &sound[..4]),
                athlete("No Body", "", &sound),
            ],
        );
        let rows: Vec<_> = parsed.facts.box_scores.iter().map(|row| row.unseal()).collect();
        assert_eq!(rows.len(), 2);
        let line = rows[0].appearance.played().unwrap();
        assert_eq!((line.points, line.threes_attempted, line.rebounds(), line.plus_minus), (24, 8, 10, Some(4)));
        assert_eq!(line.playtime.seconds(), 34 * 60);
        assert_eq!(rows[1].appearance, Appearance::Absent(DidNotPlay::UndressedInjury));
        assert_eq!((rows[0].team.code(), rows[0].opponent.code()), ("NYK", "BOS"));
        let reasons: Vec<_> = parsed.rejects.counts().iter().map(|(reason, count)| (*reason, *count)).collect();
        let each_once = [RejectReason::Malformed, RejectReason::Implausible, RejectReason::UnresolvedPlayer];
        assert_eq!(reasons, each_once.map(|reason| (reason, 1)));
    }

    #[test]
    fn a_game_under_way_has_no_box_score() {
        let parsed = parse("in", &[athlete("Ann Able", "", &[])]);
        assert_eq!(parsed.facts, crate::source::Facts::default());
        assert_eq!(parsed.rejects.counts()[&RejectReason::NotFinal], 1);
    }
}
