//! PrizePicks: projections of players' statistics. They are lines without prices, and whole numbers occur.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Game, GameDate, HalfPoints, LineRole, Market, PlayerId, PropLine, Sportsbook, Team};
use jiff::Timestamp;
use serde::Deserialize;

use crate::delivery::Delivery;
use crate::source::{
    Directory, Fields, Mention, Parsed, Provider, RejectReason, Rejection, Source, Unreadable, json, seen,
};
use crate::{RawPayload, RawRequest};

/// Projections of the league's players.
pub(crate) struct PrizePicksProjections;

#[derive(Deserialize)]
struct Wire {
    data: Vec<Projection>,
    included: Vec<Included>,
}

#[derive(Deserialize)]
struct Projection {
    attributes: Attributes,
    relationships: Relationships,
}

#[derive(Deserialize)]
struct Attributes {
    line_score: Option<f64>,
    stat_type: String,
    start_time: Timestamp,
    updated_at: Option<Timestamp>,
    status: Option<String>,
    #[serde(default)]
    odds_type: Option<String>,
    #[serde(default)]
    is_promo: Option<bool>,
}

#[derive(Deserialize)]
struct Relationships {
    new_player: Link,
    league: Link,
}

#[derive(Deserialize)]
struct Link {
    data: Reference,
}

#[derive(Deserialize)]
struct Reference {
    id: String,
}

/// What projections refer to. Only players are read.
#[derive(Deserialize)]
struct Included {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    attributes: Described,
}

#[derive(Deserialize)]
struct Described {
    name: Option<String>,
    market: Option<String>,
    team_name: Option<String>,
    team: Option<String>,
}

/// The league's number there; its halves and quarters are leagues of their own.
const LEAGUE: &str = "7";

impl Source for PrizePicksProjections {
    fn id(&self) -> &'static str {
        "prizepicks_projections"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::PrizePicks)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        false
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched; a line's own moment is its last update"
    }

    /// One request is about every game.
    fn fields(&self) -> Fields {
        Fields { wanted: &["line_score", "status", "is_promo"], known: include_str!("prizepicks.fields") }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let mut games = delivery.games(directory);
        let subject = format!("projections?league_id={LEAGUE}&per_page=1000&single_stat=true");
        let request = RawRequest { source: self.id(), subject };
        games.any(|game| delivery.wants_lines(game)).then_some(request).into_iter().collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let players = wire.included.iter().filter(|included| included.kind == "new_player");
        let players: BTreeMap<&str, &Described> =
            players.map(|player| (player.id.as_str(), &player.attributes)).collect();
        let prizepicks: Sportsbook = "prizepicks".parse().expect("a key of ten letters");
        let feed: Arc<str> = "prizepicks".into();
        let mut parsed = Parsed::default();
        for projection in &wire.data {
            let Some(read) = parsed.row(read(projection, &players, payload, directory)) else { continue };
            let Read { game, player, market, line, role, observed_at } = read;
            let (game, slate, book, feed) = (game.id, game.slate, prizepicks, feed.clone());
            let (over, under, observed_at) = (None, None, Some(observed_at));
            let line = PropLine { game, slate, player, market, book, feed, line, role, over, under, observed_at };
            parsed.facts.prop_lines.push(seen(line, payload));
        }
        Ok(parsed)
    }
}

/// What one projection says.
struct Read<'d> {
    game: &'d Game,
    player: PlayerId,
    market: Market,
    line: HalfPoints,
    role: LineRole,
    observed_at: Timestamp,
}

fn read<'d>(
    projection: &Projection,
    players: &BTreeMap<&str, &Described>,
    payload: &RawPayload,
    directory: &'d Directory,
) -> Result<Read<'d>, Rejection> {
    let Attributes { line_score, stat_type, start_time, updated_at, status, odds_type, is_promo } =
        &projection.attributes;
    if projection.relationships.league.data.id != LEAGUE {
        return Err((RejectReason::NotCounted, format!("of league {}", projection.relationships.league.data.id)));
    }
    let market = market_of(stat_type).ok_or_else(|| (RejectReason::NotCounted, stat_type.clone()))?;
    let missing = |what: &str| (RejectReason::MissingValue, format!("{what} of a projection of {stat_type}"));
    let player = players.get(projection.relationships.new_player.data.id.as_str()).ok_or_else(|| missing("player"))?;
    let name = player.name.as_deref().ok_or_else(|| missing("name"))?;
    if name.contains(" + ") {
        return Err((RejectReason::NotCounted, format!("of several players: {name}")));
    }
    let observed_at = updated_at.unwrap_or(payload.fetched_at).min(payload.fetched_at);
    if status.as_deref().is_some_and(|status| status != "pre_game") || observed_at >= *start_time {
        return Err((RejectReason::InPlay, format!("{stat_type} of {name}, which began at {start_time}")));
    }
    let game = game_of(player, *start_time, directory)
        .ok_or_else(|| (RejectReason::UnknownGame, format!("of {:?} at {start_time}", player.team)))?;
    let score = line_score.ok_or_else(|| missing("line"))?;
    let malformed = || (RejectReason::Malformed, format!("line {score} of {name}"));
    let line = HalfPoints::from_points(score).filter(|line| line.halves() > 0).ok_or_else(malformed)?;
    // Demons, goblins and promotions are moved on purpose, and pay otherwise.
    let moved = odds_type.as_deref().is_some_and(|kind| kind != "standard") || *is_promo == Some(true);
    let role = if moved { LineRole::Alternate } else { LineRole::Main };
    let player = directory.resolve(Mention::named(name).of(&[game.home, game.away]))?;
    Ok(Read { game, player, market, line, role, observed_at })
}

fn market_of(stat_type: &str) -> Option<Market> {
    Some(match stat_type {
        "Points" => Market::Points,
        "Rebounds" => Market::Rebounds,
        "Assists" => Market::Assists,
        "3-PT Made" => Market::Threes,
        "Pts+Rebs" => Market::PointsRebounds,
        "Pts+Asts" => Market::PointsAssists,
        "Rebs+Asts" => Market::ReboundsAssists,
        "Pts+Rebs+Asts" => Market::PointsReboundsAssists,
        _ => return None,
    })
}

/// The game that a player's team plays that day. Its name is surer than its code, of which there are several for some.
fn game_of<'d>(player: &Described, start: Timestamp, directory: &'d Directory) -> Option<&'d Game> {
    let full = || Some(format!("{} {}", player.market.as_ref()?, player.team_name.as_ref()?));
    let by_name = full().and_then(|name| directory.team(&name));
    let by_code = || player.team.as_deref().and_then(|code| code.parse::<Team>().ok());
    let team = by_name.or_else(by_code)?;
    directory.games_of(GameDate::of(start)).find(|game| game.side_of(team).is_some())
}

#[cfg(test)]
mod tests {
    use domain::{Cutoff, PlayerName};
    use serde_json::json;

    use super::*;
    use crate::source::payload;

    fn read_one(attributes: &serde_json::Value, league: &str) -> Parsed {
        let slate: GameDate = "2025-01-15".parse().unwrap();
        let [home, away]: [Team; 2] = ["SAS", "MEM"].map(|code| code.parse().unwrap());
        let game = Game { id: "0022400561".parse().unwrap(), slate, tipoff: Some(slate.at(20, 0)), home, away };
        let player = PlayerName { player: PlayerId::new(1), name: "Ann Able".to_owned() };
        let directory = Directory::new(vec![game], vec![player], Vec::new());
        let mut whole = json!({
            "line_score": 21, "stat_type": "Points", "start_time": "2025-01-15T20:10:00-05:00", "status": "pre_game",
            "updated_at": "2025-01-15T12:00:00-05:00", "odds_type": "standard", "is_promo": false, "rank": 1,
        });
        for (key, value) in attributes.as_object().unwrap() {
            whole[key] = value.clone();
        }
        let link = |id: &str| json!({"data": {"type": "x", "id": id}});
        let wire = json!({
            "data": [{"type": "projection", "id": "5", "attributes": whole,
                      "relationships": {"new_player": link("9"), "league": link(league)}}],
            "included": [
                {"type": "stat_type", "id": "9", "attributes": {"name": "Points"}},
                {"type": "new_player", "id": "9", "attributes": {"name": "Ann Able", "team": "MEM", "market": "Memphis"}},
            ],
        });
        let body = wire.to_string().into_bytes();
        let fetched_at = "2025-01-15T18:00:00Z".parse().unwrap();
        PrizePicksProjections.parse(&payload(&PrizePicksProjections, fetched_at, body), &directory).unwrap()
    }

    #[test]
    fn a_projection_is_a_line_without_prices() {
        let role = |attributes| {
            let parsed = read_one(&attributes, LEAGUE);
            let now = Cutoff::at("2025-01-15T18:00:00Z".parse().unwrap());
            let line = parsed.facts.prop_lines[0].open(now).unwrap();
            assert_eq!((line.line.to_string().as_str(), line.two_way()), ("21.0", None));
            assert_eq!(line.observed_at, Some("2025-01-15T17:00:00Z".parse().unwrap()));
            line.role
        };
        assert_eq!(role(json!({})), LineRole::Main);
        assert_eq!(role(json!({"odds_type": "demon"})), LineRole::Alternate);
        assert_eq!(role(json!({"is_promo": true})), LineRole::Alternate);
    }

    #[test]
    fn what_is_no_line_from_before_the_game_says_why() {
        let reason = |attributes, league| {
            let parsed = read_one(&attributes, league);
            assert!(parsed.facts.prop_lines.is_empty());
            parsed.rejects.described()[0].reason
        };
        assert_eq!(reason(json!({"status": "in_game"}), LEAGUE), RejectReason::InPlay);
        assert_eq!(reason(json!({"start_time": "2025-01-15T11:00:00-05:00"}), LEAGUE), RejectReason::InPlay);
        assert_eq!(reason(json!({"stat_type": "Dunks"}), LEAGUE), RejectReason::NotCounted);
        assert_eq!(reason(json!({}), "84"), RejectReason::NotCounted);
        assert_eq!(reason(json!({"line_score": 21.3}), LEAGUE), RejectReason::Malformed);
        assert_eq!(reason(json!({"line_score": null}), LEAGUE), RejectReason::MissingValue);
        assert_eq!(reason(json!({"start_time": "2025-01-16T20:10:00-05:00"}), LEAGUE), RejectReason::UnknownGame);
    }
}
