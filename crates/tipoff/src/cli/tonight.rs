//! `tipoff tonight`: a slate's picks at a glance.

use std::collections::BTreeMap;

use domain::{Edition, PlayerId};
use pipeline::rows::{Prediction, stakes};
use predict::{CountLaw, Recommendation, Side, SystemId, Wager};
use serde::Serialize;
use store::Store;

use super::{Exit, Global, render};
use crate::App;
use crate::app::Laws;
use crate::clock_words::DateWord;

/// Show a published slate's picks: predictions beside lines, prices and probabilities.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff tonight                               the newest published slate
  tipoff tonight --date 2025-01-15
  tipoff tonight --date 2025-01-15 --all       players without a line too
  tipoff tonight --system market_blend_v1      the system whose bets are the best bets")]
pub(super) struct Arguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date; by default the newest published one.
    #[arg(long)]
    date: Option<DateWord>,
    /// Whose predictions.
    #[arg(long, default_value = "ensemble_v1", value_parser = SystemId::named)]
    system: SystemId,
    /// Players without a line too.
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    date: String,
    as_of: String,
    system: &'static str,
    total_predictions: usize,
    total_with_lines: usize,
    total_bets: usize,
    picks: Vec<PickJson>,
}

#[derive(Serialize)]
struct PickJson {
    id: String,
    player_id: u32,
    player: String,
    team: String,
    opponent: String,
    home: bool,
    predicted: f64,
    median: u16,
    deviation: f64,
    quantile_10: Option<u16>,
    quantile_90: Option<u16>,
    line: Option<f64>,
    book: Option<String>,
    over_odds: Option<f64>,
    under_odds: Option<f64>,
    law_p_over: Option<f64>,
    p_over: Option<f64>,
    /// Decimal odds at which each side would break even by `p_over`.
    fair_over_odds: Option<f64>,
    fair_under_odds: Option<f64>,
    /// Probability less the price's break-even: of the recommended side, or else of the better one.
    probability_edge: Option<f64>,
    expected_value: Option<f64>,
    /// Fraction of the bankroll, among all bets of the system on the slate.
    stake: Option<f64>,
    recommendation: &'static str,
    /// The price of the recommended side.
    odds: Option<f64>,
    reason: &'static str,
    availability: &'static str,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let store = &app.store;
    let slate = match arguments.date {
        Some(word) => word.resolve(app.now()),
        None => store
            .views
            .newest_published()
            .await?
            .ok_or_else(|| anyhow::anyhow!("nothing is published yet: run `tipoff run --date ...` first"))?,
    };
    let Some(edition) = store.views.published_editions(slate..=slate).await?.pop() else {
        return nothing(store, slate).await;
    };
    let scope = if arguments.all { Scope::Everybody } else { Scope::Lined };
    let report = report(&app, edition, arguments.system, scope).await?;
    let stranger = arguments.system.is_external() && report.total_predictions == 0;
    anyhow::ensure!(!stranger, "no system {} has answered about {slate}", arguments.system);
    if global.json {
        render::json(&report)?;
    } else {
        print(&report, usize::MAX);
    }
    Ok(Exit::Done)
}

/// Prints an edition's best picks.
pub(super) async fn show(app: &App, edition: Edition, top: usize) -> anyhow::Result<()> {
    print(&report(app, edition, SystemId::Ensemble, Scope::Lined).await?, top);
    Ok(())
}

/// Whom to show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Lined,
    Everybody,
}

async fn report(app: &App, edition: Edition, system: SystemId, scope: Scope) -> anyhow::Result<Report> {
    let store = &app.store;
    let published = store.outputs.published(edition).await?.map(|published| published.predictions).unwrap_or_default();
    let (names, laws) = (names(store, &published).await?, app.laws(edition).await?);
    let mut rows: Vec<&Prediction> = published.iter().filter(|p| p.system == system).collect();
    let stakes = stakes(rows.iter().copied());
    rows.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then(b.mean.total_cmp(&a.mean)));
    Ok(Report {
        schema_version: 1,
        date: edition.slate.to_string(),
        as_of: domain::GameDate::offset_text(edition.cutoff.instant()),
        system: system.code(),
        total_predictions: rows.len(),
        total_with_lines: rows.iter().filter(|p| p.quote.is_some()).count(),
        total_bets: rows.iter().filter(|p| matches!(p.recommendation, Recommendation::Bet(_))).count(),
        picks: rows
            .iter()
            .filter(|p| scope == Scope::Everybody || p.quote.is_some())
            .map(|prediction| PickJson::of(prediction, &names, &laws, stakes.get(&prediction.id).copied()))
            .collect(),
    })
}

/// Bets first, best first; then players with a line; then the rest.
fn rank(prediction: &Prediction) -> f64 {
    match (prediction.recommendation, prediction.quote) {
        (Recommendation::Bet(_), Some(quote)) => 2.0 + quote.expected_value.unwrap_or(0.0),
        (_, Some(_)) => 1.0,
        (_, None) => 0.0,
    }
}

async fn nothing(store: &Store, slate: domain::GameDate) -> anyhow::Result<Exit> {
    let newest = store.views.newest_published().await?;
    let hint = newest.map(|newest| format!("; the newest published slate is {newest}")).unwrap_or_default();
    eprintln!(
        "Nothing is published for {slate}{hint}. `tipoff run --date {slate}` predicts it, `tipoff status --date {slate}` says what is missing."
    );
    Ok(Exit::Degraded)
}

async fn names(store: &Store, predictions: &[Prediction]) -> anyhow::Result<BTreeMap<PlayerId, String>> {
    let directory = store.facts.directory().await?;
    Ok(predictions
        .iter()
        .map(|prediction| prediction.player)
        .map(|player| (player, directory.name(player).map_or_else(|| format!("player {player}"), ToOwned::to_owned)))
        .collect())
}

impl PickJson {
    fn of(prediction: &Prediction, names: &BTreeMap<PlayerId, String>, laws: &Laws, stake: Option<f64>) -> Self {
        let quote = prediction.quote;
        let interval = laws.behind(prediction).map(CountLaw::interval_80);
        let fair = |side| Some(quote?.fair_odds(side)?.decimal());
        Self {
            id: prediction.id.0.clone(),
            player_id: prediction.player.number(),
            player: names.get(&prediction.player).cloned().unwrap_or_default(),
            team: prediction.team.to_string(),
            opponent: prediction.opponent.to_string(),
            home: prediction.venue == domain::Venue::Home,
            predicted: prediction.mean,
            median: prediction.median,
            deviation: prediction.deviation,
            quantile_10: interval.map(|(low, _)| low),
            quantile_90: interval.map(|(_, high)| high),
            line: quote.map(|quote| quote.line.points()),
            book: quote.map(|quote| quote.book.to_string()),
            over_odds: quote.and_then(|quote| quote.over_odds).map(domain::DecimalOdds::decimal),
            under_odds: quote.and_then(|quote| quote.under_odds).map(domain::DecimalOdds::decimal),
            law_p_over: quote.map(|quote| quote.law_over.get()),
            p_over: quote.and_then(|quote| quote.over).map(domain::Probability::get),
            fair_over_odds: fair(Side::Over),
            fair_under_odds: fair(Side::Under),
            probability_edge: prediction.wager().map(Wager::edge),
            expected_value: quote.and_then(|quote| quote.expected_value),
            stake,
            recommendation: prediction.recommendation.label(),
            odds: prediction.odds().map(domain::DecimalOdds::decimal),
            reason: prediction.recommendation.code(),
            availability: prediction.availability.code(),
        }
    }
}

impl PickJson {
    /// The pick as a row for people.
    fn cells(&self) -> [String; 14] {
        let percent = |p: f64| format!("{:.1} %", p * 100.0);
        let signed = |value: f64| format!("{:+.1} %", value * 100.0);
        let fair = |(over, under): (f64, f64)| format!("{over:.2}/{under:.2}");
        let listed = if self.availability == "available" { String::new() } else { format!(" ({})", self.availability) };
        [
            format!("{}{listed}", self.player),
            format!("{} {} {}", self.team, if self.home { "v" } else { "@" }, self.opponent),
            format!("{:.1}", self.predicted),
            self.median.to_string(),
            self.quantile_10.zip(self.quantile_90).map_or(String::new(), |(low, high)| format!("{low}–{high}")),
            self.line.map_or(String::new(), |line| format!("{line:.1}")),
            self.p_over.map_or(String::new(), percent),
            self.fair_over_odds.zip(self.fair_under_odds).map_or(String::new(), fair),
            self.recommendation.to_owned(),
            self.odds.map_or(String::new(), |odds| format!("{odds:.2}")),
            self.probability_edge.map_or(String::new(), signed),
            self.expected_value.map_or(String::new(), signed),
            self.stake.map_or(String::new(), |stake| format!("{:.2} %", stake * 100.0)),
            self.id.clone(),
        ]
    }
}

fn print(report: &Report, top: usize) {
    println!(
        "{}, as of {}: {} predictions by {}, {} with a line, {} bets",
        report.date, report.as_of, report.total_predictions, report.system, report.total_with_lines, report.total_bets
    );
    if report.picks.is_empty() {
        match report.total_predictions {
            0 => println!("Nobody is predicted: `tipoff status --date {}` says why.", report.date),
            _ => println!("Nobody has a line: `tipoff tonight --date {} --all` shows everybody.", report.date),
        }
        return;
    }
    use render::Column::{Name, Number, Text};
    let mut table = render::table(&[
        Text("player"),
        Name("game"),
        Number("mean"),
        Number("median"),
        Name("80 %"),
        Number("line"),
        Number("P(over)"),
        Name("fair"),
        Name("pick"),
        Number("price"),
        Number("edge"),
        Number("EV"),
        Number("stake"),
        Name("id"),
    ]);
    for pick in report.picks.iter().take(top) {
        table.add_row(pick.cells());
    }
    println!("{table}");
    if report.picks.len() > top {
        println!("... and {} more", report.picks.len() - top);
    }
    println!(
        "P(over) is shrunk to the price; fair: what over and under should pay; edge: probability less the price's break-even,\n\
         of the pick or else of the better side; stake: of the bankroll. `tipoff why ID` shows where a number comes from."
    );
}
