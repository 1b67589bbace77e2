//! A player on a slate: each system's law, every book's line and what it should pay, his features, and his newest games.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use domain::{GameDate, PlayerId};
use jiff::Timestamp;
use pipeline::rows::{Prediction, Scenario, Variant};
use pipeline::{MARKET, Rows, Step};
use predict::features::Feature;
use predict::{CountLaw, Side, SystemId};
use serde::Deserialize;
use store::Explanation;

use super::frame::{Frame, Looks};
use super::spark::{most, spark};
use super::words::clock;
use super::{Withheld, shown};
use crate::app::Laws;
use crate::http::Surface;
use crate::http::problem::Problem;
use crate::reports::named;

#[derive(Deserialize)]
pub(super) struct Asked {
    date: Option<String>,
}

/// A system's answer.
struct Answer {
    system: String,
    spark: Option<String>,
    mean: String,
    interval: String,
    law_over: String,
    over: String,
    pick: &'static str,
    id: String,
}

/// What his features and games were.
struct Behind {
    cutoff: String,
    features: Vec<(&'static str, Option<String>)>,
    games: Vec<(GameDate, String, String, String)>,
    line_from: Option<String>,
    grade: Option<String>,
}

#[derive(Template)]
#[template(path = "player.html")]
struct Page {
    frame: Frame,
    slate: GameDate,
    game: Option<String>,
    listed: &'static str,
    answers: Vec<Answer>,
    headline: &'static str,
    books: Vec<[String; 6]>,
    behind: Option<Behind>,
}

pub(super) async fn page(
    State(surface): State<Surface>,
    looks: Looks,
    Path(number): Path<u32>,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Withheld> {
    let (app, now) = (&surface.app, surface.app.now());
    let (player, headline) = (PlayerId::new(number), SystemId::Ensemble);
    let slate = match asked.date {
        Some(word) => crate::http::slate(&word, now)?,
        None => app.store.views.newest_published().await?.unwrap_or(GameDate::of(now)),
    };
    let directory = app.directory().await?;
    let name =
        directory.name(player).ok_or_else(|| Problem::not_found(format!("nobody is known by the number {number}")))?;
    let edition = app.published_edition(slate).await?;
    let page = app.page(edition).await?;
    let ours: Vec<Prediction> = page.predictions().into_iter().filter(|row| row.player == player).cloned().collect();
    let first = ours.iter().find(|row| row.system == headline && row.market == MARKET);
    let (mut books, mut behind) = (Vec::new(), None);
    if let Some(prediction) = first {
        let edition = page.edition_of(prediction.game).unwrap_or(edition);
        if let Some(Rows::Consolidation(merged)) = app.output(edition, Step::Consolidate).await?.as_deref() {
            let of = |line: &&Scenario| line.player == player && line.system == headline && line.market == MARKET;
            books = merged.scenarios.iter().filter(of).filter_map(book).collect();
        }
        behind = app.store.views.explain(prediction).await?.map(|explanation| Behind::of(&explanation, now));
    }
    shown(&Page {
        frame: Frame::of(name, &surface, &looks),
        slate,
        game: first.map(|first| {
            let at = if first.venue == domain::Venue::Home { "v" } else { "@" };
            format!("{} {at} {}", first.team, first.opponent)
        }),
        listed: first.map_or("", |first| first.availability.code()),
        answers: answers(&ours, &app.laws(&page).await?),
        headline: headline.code(),
        books,
        behind,
    })
}

fn answers(ours: &[Prediction], laws: &Laws) -> Vec<Answer> {
    let scale = most(ours.iter().filter_map(|prediction| laws.behind(prediction)));
    let percent = |p: f64| format!("{:.1} %", p * 100.0);
    let answer = |prediction: &Prediction| {
        let (law, quote) = (laws.behind(prediction), prediction.quote);
        Answer {
            system: named(prediction.system, prediction.market),
            spark: law.map(|law| spark(law, quote.map(|quote| quote.line), scale)),
            mean: format!("{:.2}", prediction.mean),
            interval: law.map(CountLaw::interval_80).map_or(String::new(), |(low, high)| format!("{low}–{high}")),
            law_over: quote.map_or(String::new(), |quote| percent(quote.law_over.get())),
            over: quote.and_then(|quote| quote.over).map_or(String::new(), |over| percent(over.get())),
            pick: prediction.recommendation.label(),
            id: prediction.id.0.clone(),
        }
    };
    ours.iter().map(answer).collect()
}

/// A book's line: its prices, the probability, and what it should pay.
fn book(line: &Scenario) -> Option<[String; 6]> {
    let Variant::Book(book) = line.variant else { return None };
    let over = line.over;
    let fair = |side| {
        let over = over?;
        let probability = if side == Side::Over { over } else { over.complement() };
        Some(format!("{:.2}", domain::DecimalOdds::fair(probability)?.decimal()))
    };
    let price = line.price.map(|price| format!("{:.2} / {:.2}", price.over.decimal(), price.under.decimal()));
    Some([
        book.to_string(),
        format!("{:.1}", line.line.points()),
        price.unwrap_or_default(),
        format!("{:.1} %", line.settlement.over_unless_push().get() * 100.0),
        over.map_or(String::new(), |over| format!("{:.1} %", over.get() * 100.0)),
        fair(Side::Over).zip(fair(Side::Under)).map_or(String::new(), |(over, under)| format!("{over} / {under}")),
    ])
}

impl Behind {
    fn of(explanation: &Explanation, now: Timestamp) -> Self {
        let value = |feature: Feature| {
            let known = explanation.features.as_ref().and_then(|row| row.vector.get(feature));
            (feature.name(), known.map(|value| format!("{value:.3}")))
        };
        let games = explanation.games.iter().map(|game| {
            let points = game.points.map_or("did not play".to_owned(), |points| points.to_string());
            let minutes = game.minutes.map_or(String::new(), |minutes| format!("{minutes:.0}"));
            (game.slate, points, minutes, clock(game.known_at, now))
        });
        let graded = explanation.grade.as_ref().map(|grade| match grade.actual {
            Some(actual) => format!("{actual}: {}", grade.verdict.code().replace('_', " ")),
            None => format!("{}: {}", grade.verdict.code(), grade.void_reason.as_deref().unwrap_or_default()),
        });
        Self {
            cutoff: clock(explanation.edition.cutoff.instant(), now),
            features: Feature::ALL.into_iter().map(value).collect(),
            games: games.collect(),
            line_from: explanation
                .line_source
                .as_ref()
                .map(|source| format!("{} ({:.12}…)", source.subject, source.hash.to_string())),
            grade: graded,
        }
    }
}
