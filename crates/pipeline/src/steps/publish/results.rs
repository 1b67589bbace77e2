//! `results/{date}.json`: how each prediction of a slate came out.

use std::collections::BTreeMap;

use domain::{Edition, Venue};
use predict::{Recommendation, Side};
use schemars::JsonSchema;
use serde::Serialize;

use super::leaderboard::Record;
use super::words;
use super::{HEADLINE, Head, confidence, is_headline, name, rounded};
use crate::MARKET;
use crate::page::bets;
use crate::rows::{Grade, Prediction, PredictionId, SystemPerformance, Verdict};
use crate::source::Directory;

/// How each prediction of a slate came out.
#[derive(JsonSchema, Serialize)]
pub(super) struct Results {
    #[serde(flatten)]
    head: Head,
    /// The newest instant at which one of these outcomes became known.
    #[schemars(extend("format" = "date-time"))]
    outcomes_known_at: Option<String>,
    /// The headline system's errors and the bets that were shown, in the original's words.
    summary: Summary,
    /// Each system over the whole slate, of points.
    systems: BTreeMap<&'static str, Record>,
    /// The same of each other market, where it was forecast.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    markets: BTreeMap<&'static str, BTreeMap<&'static str, Record>>,
    /// The headline system, by group, of points.
    breakdowns: Breakdowns,
    highlights: Highlights,
    /// The headline system, by player, in every market.
    results: Vec<ResultRow>,
}

#[derive(JsonSchema, Serialize)]
struct Summary {
    system: &'static str,
    /// Predictions, voided ones included.
    total: usize,
    /// Those that recommended a side.
    recommendations: usize,
    pass_count: usize,
    correct: usize,
    incorrect: usize,
    pushes: usize,
    voids: usize,
    #[schemars(range(min = 0.0, max = 1.0))]
    win_rate: Option<f64>,
    avg_mae: Option<f64>,
    avg_bias: Option<f64>,
    within_3_pct: Option<f64>,
    within_5_pct: Option<f64>,
}

#[derive(JsonSchema, Serialize)]
struct Breakdowns {
    by_player_tier: BTreeMap<&'static str, Group>,
    by_confidence: BTreeMap<&'static str, Group>,
    by_recommendation: BTreeMap<&'static str, Group>,
    by_venue: BTreeMap<&'static str, Group>,
}

#[derive(Default, JsonSchema, Serialize)]
struct Group {
    predictions: u32,
    wins: u32,
    losses: u32,
    mae: Option<f64>,
    #[serde(skip)]
    error_sum: f64,
}

#[derive(JsonSchema, Serialize)]
struct Highlights {
    best: Vec<String>,
    worst: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
struct ResultRow {
    id: String,
    player_lookup: String,
    name: String,
    team: String,
    opponent: String,
    #[schemars(schema_with = "words::market")]
    market: &'static str,
    predicted: f64,
    median: u16,
    line: Option<f64>,
    book: Option<String>,
    /// The posted price of the recommended side, at which the bet is settled.
    #[schemars(range(min = 1.0))]
    odds: Option<f64>,
    #[schemars(schema_with = "words::recommendation")]
    recommendation: &'static str,
    /// Whose bet it is: the one that the best bets show.
    bet_system: &'static str,
    #[schemars(range(min = 0.0, max = 1.0))]
    confidence: Option<f64>,
    actual: Option<u16>,
    #[schemars(schema_with = "words::verdict")]
    result: &'static str,
    void_reason: Option<String>,
    profit: Option<f64>,
    absolute_error: Option<f64>,
    signed_error: Option<f64>,
    within_3: Option<bool>,
    within_5: Option<bool>,
}

/// A headline with its grade, and the bet that is shown beside it with its own.
#[derive(Clone, Copy)]
struct Shown<'a> {
    prediction: &'a Prediction,
    grade: &'a Grade,
    bet: &'a Prediction,
    bet_grade: &'a Grade,
}

pub(super) fn document(
    edition: Edition,
    predictions: &[&Prediction],
    grades: &[Grade],
    records: &[SystemPerformance],
    directory: &Directory,
) -> Results {
    let by_id: BTreeMap<&PredictionId, &Prediction> = predictions.iter().map(|p| (&p.id, *p)).collect();
    let graded: BTreeMap<&PredictionId, &Grade> = grades.iter().map(|grade| (&grade.prediction, grade)).collect();
    let bets = bets(predictions);
    let all: Vec<Shown<'_>> = grades
        .iter()
        .filter(|grade| grade.system == HEADLINE)
        .filter_map(|grade| {
            let prediction = *by_id.get(&grade.prediction)?;
            let bet = *bets.get(&(grade.game, grade.player, grade.market))?;
            Some(Shown { prediction, grade, bet, bet_grade: graded.get(&bet.id)? })
        })
        .collect();
    let headline: Vec<Shown<'_>> = all.iter().copied().filter(|shown| is_headline(shown.prediction)).collect();
    let mut markets = BTreeMap::<_, BTreeMap<_, _>>::new();
    for record in records {
        markets.entry(record.market.code()).or_default().insert(record.system.code(), Record::of(&[record]));
    }
    Results {
        head: Head::of(edition),
        outcomes_known_at: grades.iter().map(|grade| grade.outcome_known_at).max().map(|at| at.to_string()),
        summary: summary(&headline, records),
        systems: markets.remove(MARKET.code()).unwrap_or_default(),
        markets,
        breakdowns: Breakdowns {
            by_player_tier: groups(&headline, |shown| Some(player_tier(shown.prediction.mean))),
            by_confidence: groups(&headline, |shown| confidence(shown.bet).map(confidence_tier)),
            by_recommendation: groups(&headline, |shown| Some(shown.bet.recommendation.label())),
            by_venue: groups(&headline, |shown| {
                Some(if shown.prediction.venue == Venue::Home { "home" } else { "away" })
            }),
        },
        highlights: highlights(&headline, directory),
        results: all.iter().map(|shown| row(shown, directory)).collect(),
    }
}

fn summary(headline: &[Shown<'_>], records: &[SystemPerformance]) -> Summary {
    let count = |wanted: fn(&Grade) -> bool| headline.iter().filter(|shown| wanted(shown.bet_grade)).count();
    let record: Vec<&SystemPerformance> =
        records.iter().filter(|record| record.system == HEADLINE && record.market == MARKET).collect();
    let record = Record::of(&record);
    let pass_count = count(|grade| matches!(grade.recommendation, Recommendation::Pass(_)));
    let (correct, incorrect) =
        (count(|grade| grade.verdict == Verdict::Win), count(|grade| grade.verdict == Verdict::Loss));
    let decided = correct + incorrect;
    Summary {
        system: HEADLINE.code(),
        total: headline.len(),
        recommendations: headline.len() - pass_count,
        pass_count,
        correct,
        incorrect,
        pushes: count(|grade| grade.verdict == Verdict::Push),
        voids: count(|grade| grade.verdict == Verdict::Void),
        win_rate: (decided > 0).then(|| rounded(correct as f64 / decided as f64)),
        avg_mae: record.mae,
        avg_bias: record.bias,
        within_3_pct: record.within_3_pct,
        within_5_pct: record.within_5_pct,
    }
}

/// By what was expected of the player before the game: grouping by what he then did would leak into the figures.
fn player_tier(expected: f64) -> &'static str {
    match expected {
        points if points >= 25.0 => "elite",
        points if points >= 15.0 => "starter",
        _ => "role",
    }
}

fn confidence_tier(confidence: f64) -> &'static str {
    match confidence {
        high if high >= 0.70 => "high",
        medium if medium >= 0.55 => "medium",
        _ => "low",
    }
}

fn groups(headline: &[Shown<'_>], group_of: fn(&Shown<'_>) -> Option<&'static str>) -> BTreeMap<&'static str, Group> {
    let mut groups = BTreeMap::<&'static str, Group>::new();
    for shown in headline {
        let (Some(name), Some(error)) = (group_of(shown), shown.grade.absolute_error) else { continue };
        let group = groups.entry(name).or_default();
        group.predictions += 1;
        group.error_sum += error;
        group.wins += u32::from(shown.bet_grade.verdict == Verdict::Win);
        group.losses += u32::from(shown.bet_grade.verdict == Verdict::Loss);
    }
    for group in groups.values_mut() {
        group.mae = Some(rounded(group.error_sum / f64::from(group.predictions)));
    }
    groups
}

/// The three bets that cleared their line by most, and the three that missed it by most.
fn highlights(headline: &[Shown<'_>], directory: &Directory) -> Highlights {
    let mut margins: Vec<(f64, String)> = headline
        .iter()
        .filter_map(|Shown { bet: prediction, bet_grade: grade, .. }| {
            let (Recommendation::Bet(side), Some(line), Some(actual)) =
                (prediction.recommendation, grade.line, grade.actual)
            else {
                return None;
            };
            let beyond = f64::from(actual) - line.points();
            let margin = if side == Side::Over { beyond } else { -beyond };
            let label = prediction.recommendation.label();
            Some((margin, format!("{} {label} {line}: {actual}", name(directory, prediction.player))))
        })
        .collect();
    margins.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let best = margins.iter().filter(|(margin, _)| *margin > 0.0).take(3).map(|(_, text)| text.clone()).collect();
    let worst =
        margins.iter().rev().filter(|(margin, _)| *margin < 0.0).take(3).map(|(_, text)| text.clone()).collect();
    Highlights { best, worst }
}

fn row(shown: &Shown<'_>, directory: &Directory) -> ResultRow {
    let Shown { prediction, grade, bet, bet_grade } = *shown;
    let name = name(directory, prediction.player);
    ResultRow {
        id: prediction.id.0.clone(),
        player_lookup: domain::PlayerName::lookup(&name),
        name,
        team: prediction.team.to_string(),
        opponent: prediction.opponent.to_string(),
        market: prediction.market.code(),
        predicted: rounded(prediction.mean),
        median: prediction.median,
        line: bet_grade.line.map(domain::HalfPoints::points),
        book: bet.quote.map(|quote| quote.book.to_string()),
        odds: bet.odds().map(domain::DecimalOdds::decimal),
        recommendation: bet.recommendation.label(),
        bet_system: bet.system.code(),
        confidence: confidence(bet),
        actual: grade.actual,
        result: bet_grade.verdict.code(),
        void_reason: grade.void_reason.clone(),
        profit: bet_grade.profit.map(rounded),
        absolute_error: grade.absolute_error.map(rounded),
        signed_error: grade.signed_error.map(rounded),
        within_3: grade.absolute_error.map(|error| error <= 3.0),
        within_5: grade.absolute_error.map(|error| error <= 5.0),
    }
}
