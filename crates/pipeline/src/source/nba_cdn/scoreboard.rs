//! `todaysScoreboard_00.json`: the games of the day that the league calls today, and what they came to.

use domain::{FinalScore, Game, GameDate};
use serde::Deserialize;

use super::schedule::tipoff;
use crate::delivery::Delivery;
use crate::source::{Directory, Fields, Parsed, Provider, RejectReason, Rejection, Source, Unreadable, json, seen};
use crate::{RawPayload, RawRequest};

/// Today's games.
pub(crate) struct NbaCdnScoreboard;

#[derive(Deserialize)]
struct Wire {
    scoreboard: Scoreboard,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scoreboard {
    game_date: String,
    games: Vec<WireGame>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireGame {
    game_id: String,
    game_status: u8,
    #[serde(rename = "gameTimeUTC")]
    game_time_utc: String,
    home_team: Side,
    away_team: Side,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Side {
    team_tricode: String,
    score: u16,
}

/// The status of a finished game.
const FINAL: u8 = 3;

impl Source for NbaCdnScoreboard {
    fn id(&self) -> &'static str {
        "nba_cdn_scoreboard"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::NbaCdn)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        true
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched; scores once a game is final"
    }

    fn fields(&self) -> Fields {
        Fields { wanted: &[], known: include_str!("scoreboard.fields") }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let wanted = delivery.wants_schedule() || delivery.games(directory).any(|game| delivery.wants_results(game));
        let subject = "static/json/liveData/scoreboard/todaysScoreboard_00.json".to_owned();
        wanted.then_some(RawRequest { source: self.id(), subject }).into_iter().collect()
    }

    fn parse(&self, payload: &RawPayload, _: &Directory) -> Result<Parsed, Unreadable> {
        let Wire { scoreboard: wire } = json(payload)?;
        let slate: GameDate = wire.game_date.parse().map_err(|error: domain::ParseError| Unreadable {
            subject: payload.subject.clone(),
            problem: error.to_string(),
        })?;
        let mut parsed = Parsed::default();
        for told in &wire.games {
            let Some(game) = parsed.row(game(told, slate)) else { continue };
            if told.game_status == FINAL {
                let (home_points, away_points) = (told.home_team.score, told.away_team.score);
                let score = FinalScore { game: game.id, slate, home_points, away_points };
                parsed.facts.scores.push(seen(score, payload));
            }
            parsed.facts.games.push(seen(game, payload));
        }
        Ok(parsed)
    }
}

/// The game as the schedule has it.
fn game(wire: &WireGame, slate: GameDate) -> Result<Game, Rejection> {
    let uncounted = |error: domain::ParseError| (RejectReason::NotCounted, error.to_string());
    let malformed = |error: domain::ParseError| (RejectReason::Malformed, error.to_string());
    Ok(Game {
        id: wire.game_id.parse().map_err(uncounted)?,
        slate,
        tipoff: tipoff(&wire.game_time_utc, slate),
        home: wire.home_team.team_tricode.parse().map_err(malformed)?,
        away: wire.away_team.team_tricode.parse().map_err(malformed)?,
    })
}

#[cfg(test)]
mod tests {
    use domain::Cutoff;
    use serde_json::json;

    use super::*;
    use crate::source::payload;

    #[test]
    fn todays_games_are_the_schedules_and_their_scores_final_ones() {
        let game = |id: &str, status: u8| {
            json!({"gameId": id, "gameStatus": status, "gameTimeUTC": "2025-01-16T00:30:00Z", "period": 4,
                   "homeTeam": {"teamTricode": "BOS", "score": 110}, "awayTeam": {"teamTricode": "NYK", "score": 99}})
        };
        let games = json!([game("0022400561", 1), game("0022400562", 2), game("0022400563", 3), game("0032400001", 3)]);
        let wire = json!({"meta": {}, "scoreboard": {"gameDate": "2025-01-15", "leagueId": "00", "games": games}});
        let now = "2025-01-16T04:00:00Z".parse().unwrap();
        let payload = payload(&NbaCdnScoreboard, now, wire.to_string().into_bytes());
        let parsed = NbaCdnScoreboard.parse(&payload, &Directory::default()).unwrap();
        let slate: GameDate = "2025-01-15".parse().unwrap();
        let games: Vec<_> = parsed.facts.games.iter().filter_map(|game| game.open(Cutoff::at(now))).collect();
        assert_eq!((games.len(), games[0].tipoff), (3, Some(slate.at(19, 30))));
        let scores: Vec<_> = parsed.facts.scores.iter().filter_map(|score| score.open(Cutoff::at(now))).collect();
        assert_eq!((scores.len(), scores[0].game.to_string().as_str(), scores[0].home_points), (1, "0022400563", 110));
        assert_eq!(parsed.rejects.counts()[&RejectReason::NotCounted], 1);
    }
}
