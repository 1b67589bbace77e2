//! `scoreboard?dates=`: a day's games, their tip-offs until they begin and their scores once they are over.

use domain::{Game, GameDate};
use serde::Deserialize;

use super::{Competition, NBA};
use crate::delivery::Delivery;
use crate::source::reading::seen;
use crate::source::{Directory, Parsed, Provider, Rank, Source, Unreadable, json};
use crate::{RawPayload, RawRequest};

/// A day's games. Only those that the league's schedule has: ESPN does not know the league's ids.
pub(crate) struct EspnScoreboard;

#[derive(Deserialize)]
struct Wire {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    competitions: [Competition; 1],
}

impl Source for EspnScoreboard {
    fn id(&self) -> &'static str {
        "espn_scoreboard"
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
        true
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched: a game's tip-off until it begins, its score once it is over"
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let over = delivery.games(directory).any(|game| delivery.wants_results(game));
        let day = delivery.slate().filter(|_| over || delivery.wants_schedule());
        let subject = |day: GameDate| format!("{NBA}/scoreboard?dates={}", day.to_string().replace('-', ""));
        day.map(|day| RawRequest { source: self.id(), subject: subject(day) }).into_iter().collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let mut parsed = Parsed::default();
        for Event { competitions: [competition] } in &wire.events {
            let game = competition.game(directory);
            let to_come = competition.status.r#type.state == "pre";
            match game {
                Ok(game) if to_come => {
                    parsed.rows_read += 1;
                    let game = Game { tipoff: tipoff(competition, game), ..game.clone() };
                    parsed.facts.games.push(seen(game, payload));
                }
                _ => {
                    let score = parsed.row(game.and_then(|game| competition.score(game)));
                    parsed.facts.scores.extend(score.map(|score| seen(score, payload)));
                }
            }
        }
        Ok(parsed)
    }
}

/// ESPN's tip-off, or what the schedule has while ESPN knows none, or one on another day.
fn tipoff(competition: &Competition, game: &Game) -> Option<jiff::Timestamp> {
    let told = competition.time_valid != Some(false) && GameDate::of(competition.date) == game.slate;
    if told { Some(competition.date) } else { game.tipoff }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{competition, directory};
    use super::*;
    use crate::source::RejectReason;

    fn parse(competitions: &[serde_json::Value]) -> Parsed {
        let events: Vec<_> =
            competitions.iter().map(|game| serde_json::json!({ "name": "x", "competitions": [game] })).collect();
        let payload = RawPayload {
            source: String::new(),
            subject: String::new(),
            fetched_at: "2025-01-16T05:00:00Z".parse().unwrap(),
            body: serde_json::json!({ "leagues": [], "events": events }).to_string().into(),
        };
        EspnScoreboard.parse(&payload, &directory(Vec::new())).unwrap()
    }

    #[test]
    fn a_game_has_a_score_once_it_is_over_and_a_tip_off_before_it_begins() {
        let over = parse(&[competition("STATUS_FINAL", "post", ["101", "99"])]).facts;
        let score = over.scores[0].unseal();
        assert_eq!((score.home_points, score.away_points, score.game.to_string()), (101, 99, "0022400561".to_owned()));
        assert!(over.games.is_empty());
        let to_come = parse(&[competition("STATUS_SCHEDULED", "pre", ["0", "0"])]).facts;
        assert_eq!(to_come.games[0].unseal().tipoff, Some("2025-01-16T00:40:00Z".parse().unwrap()));
        assert!(to_come.scores.is_empty());
    }

    #[test]
    fn what_is_not_over_or_not_a_game_of_ours_says_so() {
        let mut all_stars = competition("STATUS_FINAL", "post", ["211", "186"]);
        all_stars["competitors"][0]["team"]["abbreviation"] = "LEB".into();
        let parsed = parse(&[
            all_stars,
            competition("STATUS_IN_PROGRESS", "in", ["50", "49"]),
            competition("STATUS_POSTPONED", "post", ["0", "0"]),
            competition("STATUS_FINAL", "post", ["99", "99"]),
            competition("STATUS_FINAL", "post", ["", "99"]),
        ]);
        assert_eq!((parsed.rows_read, parsed.facts.scores.len()), (5, 0));
        let reasons: Vec<_> = parsed.rejects.counts().iter().map(|(reason, count)| (*reason, *count)).collect();
        let expected = [
            (RejectReason::Malformed, 2),
            (RejectReason::Implausible, 1),
            (RejectReason::PostponedGame, 1),
            (RejectReason::NotFinal, 1),
        ];
        assert_eq!(reasons, expected);
    }

    #[test]
    fn a_day_without_games_is_no_error() {
        assert_eq!(parse(&[]), Parsed::default());
    }
}
