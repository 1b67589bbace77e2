//! Systems outside this program: what they are asked, and where they send their answers.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use domain::{Cutoff, Edition, GameDate, PlayerId, PlayerName, RestDays, Venue};
use jiff::Timestamp;
use pipeline::MARKET;
use pipeline::ports::Heard;
use predict::features::Feature;
use predict::{BookQuote, CountLaw, ExternalSystem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::slates::OfSlate;
use crate::app::external::{Asked, Hearing, Refusal, Said};
use crate::http::Surface;
use crate::http::access::{Operates, Reads};
use crate::http::problem::Problem;

/// More answers in one post are refused: send them in several.
const MOST_ANSWERS: usize = 1_000;

/// What an edition of a slate asks.
#[derive(Serialize, ToSchema)]
pub(super) struct Questions {
    schema_version: u32,
    date: String,
    /// The edition's cutoff: nothing here was known later.
    as_of: String,
    /// What answers are sent under.
    batch_id: String,
    /// Answers are taken until then.
    answers_until: Option<String>,
    market: &'static str,
    questions: Vec<Question>,
}

/// A player before a game.
#[derive(Serialize, ToSchema)]
struct Question {
    player_id: u32,
    player_lookup: String,
    name: String,
    game_id: String,
    /// The earliest that the game may start.
    tipoff: String,
    team: String,
    opponent: String,
    is_home: bool,
    /// `available`, `questionable` or `out`, as the newest known injury-log entry says.
    availability: &'static str,
    /// Games played, up to the newest 30.
    games: u16,
    days_rest: Option<u16>,
    /// The 33 features by name; null where nothing was observed. Names with `vegas` are what the books say.
    features: BTreeMap<&'static str, Option<f64>>,
    /// Each book's newest main line with both prices.
    lines: Vec<Line>,
}

/// A book's line.
#[derive(Serialize, ToSchema)]
struct Line {
    book: String,
    line: f64,
    /// Decimal.
    over_odds: f64,
    /// Decimal.
    under_odds: f64,
    observed_at: String,
}

/// Answers of one system to one batch of questions. Other fields are ignored.
#[derive(Deserialize, ToSchema)]
pub(super) struct Completion {
    /// As the questions have it.
    #[schema(pattern = "^batch_[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9]{1,11}$")]
    batch_id: String,
    /// The system's own id: 3 to 40 lower-case letters, digits and underscores, a letter first, and none of Tipoff's.
    #[schema(pattern = "^[a-z][a-z0-9_]{2,39}$")]
    system: String,
    answers: Vec<Answer>,
}

/// A law of what a player counts: probabilities, or mean and deviation.
#[derive(Deserialize, ToSchema)]
pub(super) struct Answer {
    #[schema(value_type = u64, maximum = 4_294_967_295_u64)]
    player_id: u32,
    /// Needed only where a player is asked about in two games.
    game_id: Option<String>,
    /// `points`, unless it says otherwise.
    market: Option<String>,
    /// Of 0, 1, 2, ...: at most 401, which sum to 1.
    #[schema(max_items = 401)]
    probabilities: Option<Vec<f64>>,
    /// Of a negative binomial law.
    mean: Option<f64>,
    /// Its standard deviation, the square of which exceeds the mean.
    deviation: Option<f64>,
}

/// What came of a post.
#[derive(Serialize, ToSchema)]
pub(super) struct Completed {
    batch_id: String,
    system: &'static str,
    accepted: usize,
    same: usize,
    refused: usize,
    /// In the order of the post.
    answers: Vec<Outcome>,
}

/// What came of an answer.
#[derive(Serialize, ToSchema)]
struct Outcome {
    player_id: u32,
    /// `accepted`, `same` (it is what the system said last) or `refused`.
    outcome: &'static str,
    /// Why it was refused.
    reason: Option<String>,
}

/// What the newest published edition of a slate asks, or the one that is due, for systems outside this program. The date is a
/// day or TODAY, TOMORROW or YESTERDAY in US Eastern.
#[utoipa::path(get, path = "/api/v1/slates/{date}/questions", tag = "external systems",
    params(OfSlate),
    responses(
        (status = OK, body = Questions),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn questions(
    State(surface): State<Surface>,
    _: Reads,
    Path(OfSlate { date }): Path<OfSlate>,
) -> Result<Json<Questions>, Problem> {
    let app = &surface.app;
    let slate = date.resolve(app.now());
    let edition = app.published_edition(slate).await?;
    let Some(asked) = app.questions(edition).await? else {
        return Err(Problem::not_found(format!("nothing is asked about {slate} yet: its features are not made")));
    };
    Ok(Json(Questions {
        schema_version: 1,
        date: slate.to_string(),
        as_of: GameDate::offset_text(edition.cutoff.instant()),
        batch_id: batch_id(edition),
        answers_until: app.answers_close(edition).await?.map(GameDate::offset_text),
        market: MARKET.code(),
        questions: asked.iter().map(Question::of).collect(),
    }))
}

/// Takes answers of a system outside this program to a batch of questions, until the slate's first tip-off. They are merged, priced,
/// published and graded beside those of our own systems. Answers that a system gave before are not taken twice, so that
/// a post may be sent again; an answer that differs from the last one takes its place.
#[utoipa::path(post, path = "/complete", tag = "external systems", request_body = Completion, responses(
    (status = OK, body = Completed),
    (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
    (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
    (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
    (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn complete(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    body: Result<Json<Completion>, JsonRejection>,
) -> Result<Json<Completed>, Problem> {
    let Json(posted) = body.map_err(|rejection| Problem::bad_request(rejection.body_text()))?;
    let edition = edition_of(&posted.batch_id).ok_or_else(|| {
        let batch_id = &posted.batch_id;
        Problem::bad_request(format!("{batch_id:?} is no batch such as batch_2025-01-15_1736964000"))
    })?;
    let system: ExternalSystem =
        posted.system.parse().map_err(|error: domain::ParseError| Problem::bad_request(error.to_string()))?;
    if posted.answers.len() > MOST_ANSWERS {
        return Err(Problem::bad_request(format!("send at most {MOST_ANSWERS} answers at once")));
    }
    let players: Vec<u32> = posted.answers.iter().map(|answer| answer.player_id).collect();
    let said = posted.answers.into_iter().map(Answer::said).collect();
    match surface.app.hear(edition, system, said, &caller.name).await? {
        Hearing::Heard(heard) => Ok(Json(Completed::of(posted.batch_id, system, &players, &heard))),
        Hearing::NothingAsked => Err(Problem::bad_request(format!("nothing was asked under {}", posted.batch_id))),
        Hearing::Closed(closing) => {
            let when = GameDate::offset_text(closing);
            Err(Problem::conflict(format!(
                "answers to {} were taken until its first tip-off at {when}",
                posted.batch_id
            )))
        }
    }
}

/// An edition's name for systems outside.
fn batch_id(edition: Edition) -> String {
    format!("batch_{}_{}", edition.slate, edition.cutoff.instant().as_second())
}

/// The edition of this name.
fn edition_of(batch_id: &str) -> Option<Edition> {
    let (slate, cutoff) = batch_id.strip_prefix("batch_")?.split_once('_')?;
    let cutoff = Cutoff::at(Timestamp::from_second(cutoff.parse().ok()?).ok()?);
    Some(Edition { slate: slate.parse().ok()?, cutoff })
}

impl Question {
    fn of(asked: &Asked) -> Self {
        let Asked { row, context, name, quotes } = asked;
        Self {
            player_id: row.player.number(),
            player_lookup: PlayerName::lookup(name),
            name: name.clone(),
            game_id: row.game.to_string(),
            tipoff: GameDate::offset_text(row.tipoff),
            team: row.team.to_string(),
            opponent: row.opponent.to_string(),
            is_home: context.venue == Venue::Home,
            availability: context.availability.code(),
            games: row.games,
            days_rest: row.rest.map(RestDays::days),
            features: Feature::ALL.map(|feature| (feature.name(), row.vector.get(feature))).into(),
            lines: quotes.iter().map(Line::of).collect(),
        }
    }
}

impl Line {
    fn of(quote: &BookQuote) -> Self {
        Self {
            book: quote.book.to_string(),
            line: quote.line.points(),
            over_odds: quote.price.over.decimal(),
            under_odds: quote.price.under.decimal(),
            observed_at: quote.observed_at.to_string(),
        }
    }
}

impl Answer {
    /// The answer, or why it is none.
    fn said(self) -> Result<Said, Refusal> {
        if self.market.is_some_and(|market| market != MARKET.code()) {
            return Err(Refusal::NotAsked);
        }
        let game = self.game_id.map(|id| id.parse()).transpose().map_err(|_| Refusal::NotAsked)?;
        let law = match (self.probabilities, self.mean, self.deviation) {
            (Some(mass), None, None) => CountLaw::of_probabilities(mass),
            (None, Some(mean), Some(deviation)) => CountLaw::of_moments(mean, deviation),
            _ => return Err(Refusal::NoLaw),
        };
        Ok(Said { player: PlayerId::new(self.player_id), game, law: law.map_err(Refusal::NotALaw)? })
    }
}

impl Completed {
    fn of(batch_id: String, system: ExternalSystem, players: &[u32], heard: &[Result<Heard, Refusal>]) -> Self {
        let count = |wanted| heard.iter().filter(|outcome| **outcome == Ok(wanted)).count();
        let (accepted, same) = (count(Heard::New), count(Heard::Same));
        let outcome = |(player_id, heard): (&u32, &Result<Heard, Refusal>)| {
            let (outcome, reason) = match heard {
                Ok(Heard::New) => ("accepted", None),
                Ok(Heard::Same) => ("same", None),
                Err(refusal) => ("refused", Some(refusal.to_string())),
            };
            Outcome { player_id: *player_id, outcome, reason }
        };
        Self {
            batch_id,
            system: system.id(),
            accepted,
            same,
            refused: heard.len() - accepted - same,
            answers: players.iter().zip(heard).map(outcome).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_names_its_edition() {
        let edition = Edition::morning("2025-01-15".parse().unwrap(), None);
        assert_eq!(batch_id(edition), "batch_2025-01-15_1736964000");
        assert_eq!(edition_of(&batch_id(edition)), Some(edition));
        for damaged in ["", "batch_", "batch_2025-01-15", "batch_2025-01-15_x", "batch_2025-13-15_1", "2025-01-15_1"] {
            assert_eq!(edition_of(damaged), None, "{damaged}");
        }
        assert_eq!(edition_of(&format!("batch_2025-01-15_{}", i64::MAX)), None);
    }

    #[test]
    fn an_answer_is_one_law_or_says_why_not() {
        let said = |json: &str| serde_json::from_str::<Answer>(json).unwrap().said().map(|said| said.law);
        let even = CountLaw::from_mass(vec![0.5, 0.5]).unwrap();
        assert_eq!(said(r#"{"player_id": 1, "probabilities": [0.5, 0.5], "worker_instance": "a"}"#), Ok(even));
        assert!(said(r#"{"player_id": 1, "market": "points", "mean": 20, "deviation": 7}"#).is_ok());
        assert_eq!(
            said(r#"{"player_id": 1, "market": "assists", "mean": 20, "deviation": 7}"#),
            Err(Refusal::NotAsked)
        );
        assert_eq!(said(r#"{"player_id": 1, "game_id": "7", "mean": 20, "deviation": 7}"#), Err(Refusal::NotAsked));
        for neither in [
            r#"{"player_id": 1}"#,
            r#"{"player_id": 1, "mean": 20}"#,
            r#"{"player_id": 1, "mean": 20, "deviation": 7, "probabilities": [1]}"#,
        ] {
            assert_eq!(said(neither), Err(Refusal::NoLaw), "{neither}");
        }
    }
}
