//! `boxscore_{game}.json`: before a game its line-ups, after it the final box score, players who did not appear included.

use domain::{
    Appearance, BoxScore, DidNotPlay, FinalScore, Game, Known, LineupSpot, PlayerId, PlayerName, Playtime, Provenance,
    Role, Spot, StatLine, Team,
};
use serde::Deserialize;

use super::scheduled_game;
use crate::delivery::Delivery;
use crate::source::{Directory, Expects, Fields, Parsed, Provider, Reject, RejectReason, Source, Unreadable, json};
use crate::{RawPayload, RawRequest};

/// Line-ups and final box scores.
pub(crate) struct NbaCdnBoxScore;

#[derive(Deserialize)]
struct Wire {
    game: WireGame,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireGame {
    game_id: String,
    game_status: u8,
    home_team: WireTeam,
    away_team: WireTeam,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTeam {
    team_tricode: String,
    score: u16,
    players: Vec<WirePlayer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePlayer {
    status: String,
    person_id: u32,
    starter: String,
    played: String,
    name: String,
    not_playing_reason: Option<String>,
    statistics: WireStatistics,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStatistics {
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

/// NBA.com's status of a game that has not begun, and of a finished one.
const TO_COME: u8 = 1;
const FINAL: u8 = 3;

impl Source for NbaCdnBoxScore {
    fn id(&self) -> &'static str {
        "nba_cdn_box_score"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::NbaCdn)
    }

    fn parser_version(&self) -> u32 {
        2
    }

    fn feeds_directory(&self) -> bool {
        true
    }

    /// Before anybody tells who starts there is only a roster.
    fn expects(&self) -> Expects {
        Expects::Nothing
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched: line-ups until the game begins, the box score once it is final"
    }

    fn fields(&self) -> Fields {
        Fields { wanted: &[], known: include_str!("box_score.fields") }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let source = self.id();
        let subject = |game: &Game| format!("static/json/liveData/boxscore/boxscore_{}.json", game.id);
        let wanted = |game: &&Game| delivery.wants_results(game) || delivery.wants_lineups(game);
        let games = delivery.games(directory).filter(wanted);
        games.map(|game| RawRequest { source, subject: subject(game) }).collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let Wire { game: wire } = json(payload)?;
        let mut parsed = Parsed::default();
        let Some(game) = scheduled_game(payload, &wire.game_id, directory, &mut parsed)? else { return Ok(parsed) };
        if wire.game_status == TO_COME {
            lineups(game, &wire, payload, &mut parsed);
            return Ok(parsed);
        }
        if wire.game_status != FINAL {
            let detail = format!("game {} has status {}, not final", game.id, wire.game_status);
            parsed.rejects.push(Reject { reason: RejectReason::NotFinal, row: 0, detail });
            return Ok(parsed);
        }
        let score = FinalScore {
            game: game.id,
            slate: game.slate,
            home_points: wire.home_team.score,
            away_points: wire.away_team.score,
        };
        parsed.facts.scores.push(Known::new(score, payload.fetched_at, Provenance::Observed));
        for team in [&wire.home_team, &wire.away_team] {
            for player in &team.players {
                let row = parsed.rows_read;
                parsed.rows_read += 1;
                match box_score(game, &team.team_tricode, player) {
                    Ok(row) => {
                        let name = PlayerName { player: row.player, name: player.name.clone() };
                        parsed.facts.players.push(Known::new(name, payload.fetched_at, Provenance::Observed));
                        parsed.facts.box_scores.push(Known::new(row, payload.fetched_at, Provenance::Observed));
                    }
                    Err((reason, detail)) => parsed.rejects.push(Reject { reason, row, detail }),
                }
            }
        }
        Ok(parsed)
    }
}

/// Who starts, sits or is out. Before somebody starts nobody has told anything: the list is only the roster.
fn lineups(game: &Game, wire: &WireGame, payload: &RawPayload, parsed: &mut Parsed) {
    for team in [&wire.home_team, &wire.away_team] {
        let told = team.players.iter().any(|player| player.starter == "1");
        for player in team.players.iter().filter(|_| told) {
            let row = parsed.rows_read;
            parsed.rows_read += 1;
            let Some(team) = team.team_tricode.parse().ok().filter(|team| game.side_of(*team).is_some()) else {
                let detail = format!("{} does not play in {}", team.team_tricode, game.id);
                parsed.rejects.push(Reject { reason: RejectReason::Malformed, row, detail });
                continue;
            };
            let spot = match (player.status.as_str(), player.starter.as_str()) {
                ("INACTIVE", _) => Spot::Out,
                (_, "1") => Spot::Starts,
                _ if player.not_playing_reason.is_some() => Spot::Out,
                _ => Spot::Bench,
            };
            let player = PlayerId::new(player.person_id);
            let told = LineupSpot { game: game.id, slate: game.slate, player, team, spot };
            parsed.facts.lineups.push(Known::new(told, payload.fetched_at, Provenance::Observed));
        }
    }
}

fn box_score(game: &Game, team: &str, player: &WirePlayer) -> Result<BoxScore, (RejectReason, String)> {
    let team: Team = team.parse().map_err(|error: domain::ParseError| (RejectReason::Malformed, error.to_string()))?;
    let (opponent, venue) =
        game.side_of(team).ok_or_else(|| (RejectReason::Malformed, format!("{team} does not play in {}", game.id)))?;
    Ok(BoxScore {
        game: game.id,
        slate: game.slate,
        player: PlayerId::new(player.person_id),
        team,
        opponent,
        venue,
        appearance: appearance(player)?,
    })
}

fn appearance(player: &WirePlayer) -> Result<Appearance, (RejectReason, String)> {
    if player.played != "1" {
        return Ok(Appearance::Absent(absence(&player.status, player.not_playing_reason.as_deref())));
    }
    let role = if player.starter == "1" { Role::Starter } else { Role::Bench };
    let wire = &player.statistics;
    let playtime = playtime(&wire.minutes)
        .ok_or_else(|| (RejectReason::Malformed, format!("minutes {:?} of {}", wire.minutes, player.name)))?;
    let line = StatLine {
        playtime,
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
    let line = line.checked().map_err(|why| (RejectReason::Implausible, format!("{}: {why}", player.name)))?;
    Ok(Appearance::Played(role, line))
}

/// `INACTIVE_INJURY`, `DND_REST`, `DNP_COACH`, ...: where the player was, then why.
fn absence(status: &str, reason: Option<&str>) -> DidNotPlay {
    let reason = reason.unwrap_or_default();
    let injured = reason.contains("INJURY") || reason.contains("ILLNESS");
    let coach = reason.contains("COACH");
    match reason.split('_').next().unwrap_or_default() {
        _ if status == "INACTIVE" && injured => DidNotPlay::InactiveInjury,
        _ if status == "INACTIVE" => DidNotPlay::InactiveOther,
        "DND" if injured => DidNotPlay::UndressedInjury,
        "DND" if coach => DidNotPlay::UndressedCoach,
        "DND" => DidNotPlay::UndressedOther,
        "NWT" if injured => DidNotPlay::AwayInjury,
        "NWT" => DidNotPlay::AwayOther,
        "DNP" if injured => DidNotPlay::Injury,
        "DNP" if coach => DidNotPlay::Coach,
        "DNP" => DidNotPlay::Other,
        _ => DidNotPlay::NoReason,
    }
}

/// `PT30M19.00S`.
fn playtime(text: &str) -> Option<Playtime> {
    let (minutes, seconds) = text.strip_prefix("PT")?.strip_suffix('S')?.split_once('M')?;
    let (minutes, seconds): (f64, f64) = (minutes.parse().ok()?, seconds.parse().ok()?);
    Playtime::from_minutes(minutes + seconds / 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn playing_time_is_exact_to_the_second() {
        assert_eq!(playtime("PT30M19.00S").map(Playtime::seconds), Some(1819));
        assert_eq!(playtime("PT05M00.40S").map(Playtime::seconds), Some(300));
        for text in ["30:19", "", "PT30M", "PTxM1S"] {
            assert_eq!(playtime(text), None, "{text}");
        }
    }

    #[test]
    fn before_a_game_its_line_ups_are_told_once_somebody_starts() {
        let told = parsed(TO_COME, true).facts;
        let spots: Vec<(u32, Spot)> = told
            .lineups
            .iter()
            .filter_map(|spot| spot.open(domain::Cutoff::at(now())))
            .map(|spot| (spot.player.number(), spot.spot))
            .collect();
        assert_eq!(spots, [(1, Spot::Starts), (2, Spot::Bench), (3, Spot::Out), (4, Spot::Out)]);
        assert!(told.box_scores.is_empty() && told.scores.is_empty());
        assert_eq!(parsed(TO_COME, false).facts.lineups, [], "it is only the roster");
        assert_eq!(parsed(2, true).facts, crate::source::Facts::default(), "a game under way tells nothing");
        assert_eq!(parsed(FINAL, true).facts.lineups, [], "who started is no news any more");
    }

    fn now() -> jiff::Timestamp {
        "2025-01-16T00:00:00Z".parse().unwrap()
    }

    /// What is made of a box score of one team, of which somebody starts or nobody does yet.
    fn parsed(status: u8, starts: bool) -> Parsed {
        let statistics = "minutes:PT00M00.00S fieldGoalsMade fieldGoalsAttempted threePointersMade \
            threePointersAttempted freeThrowsMade freeThrowsAttempted reboundsOffensive reboundsDefensive assists steals \
            blocks turnovers foulsPersonal points";
        let statistics: serde_json::Map<String, serde_json::Value> = statistics
            .split_whitespace()
            .map(|name| name.split_once(':').map_or((name, 0.into()), |(name, text)| (name, text.into())))
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let player = |number: u32, status: &str, starter: bool, reason: Option<&str>| {
            serde_json::json!({
                "status": status, "personId": number, "starter": if starter { "1" } else { "0" }, "played": "0",
                "name": "Somebody", "notPlayingReason": reason, "statistics": statistics,
            })
        };
        let players = [
            player(1, "ACTIVE", starts, None),
            player(2, "ACTIVE", false, None),
            player(3, "INACTIVE", false, Some("INACTIVE_INJURY")),
            player(4, "ACTIVE", false, Some("DND_INJURY")),
        ];
        let team = |code: &str, players: &[serde_json::Value]| serde_json::json!({ "teamTricode": code, "score": 0, "players": players });
        let id = "0022400561";
        let wire = serde_json::json!({ "game": {
            "gameId": id, "gameStatus": status, "homeTeam": team("BOS", &players), "awayTeam": team("NYK", &[]),
        } });
        let slate: domain::GameDate = "2025-01-15".parse().unwrap();
        let [home, away] = ["BOS", "NYK"].map(|code| code.parse().unwrap());
        let game = Game { id: id.parse().unwrap(), slate, tipoff: Some(slate.at(19, 30)), home, away };
        let directory = Directory::new(vec![game], Vec::new(), Vec::new());
        let payload = RawPayload {
            source: "nba_cdn_box_score".to_owned(),
            subject: String::new(),
            fetched_at: now(),
            etag: None,
            body: wire.to_string().into_bytes().into(),
        };
        NbaCdnBoxScore.parse(&payload, &directory).unwrap()
    }

    #[test]
    fn absences_keep_where_and_why() {
        let check = |status, reason, expected| assert_eq!(absence(status, reason), expected);
        check("INACTIVE", Some("INACTIVE_INJURY"), DidNotPlay::InactiveInjury);
        check("INACTIVE", Some("INACTIVE_GLEAGUE_TWOWAY"), DidNotPlay::InactiveOther);
        check("ACTIVE", Some("DND_LEAGUE_SUSPENSION"), DidNotPlay::UndressedOther);
        check("ACTIVE", Some("DNP_COACH"), DidNotPlay::Coach);
        check("ACTIVE", Some("NWT_INJURY_ILLNESS"), DidNotPlay::AwayInjury);
        check("ACTIVE", None, DidNotPlay::NoReason);
    }
}
