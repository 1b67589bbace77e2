//! `tipoff tonight`: a slate's picks at a glance.

use domain::{Edition, Market};
use pipeline::MARKET;
use predict::SystemId;
use store::Store;

use super::{Exit, Global, render};
use crate::App;
use crate::clock_words::DateWord;
use crate::reports::{PickReport, PicksReport, Scope};

/// Show a published slate's picks: predictions beside lines, prices and probabilities.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff tonight                               the newest published slate
  tipoff tonight --date 2025-01-15
  tipoff tonight --date 2025-01-15 --all       players without a line too
  tipoff tonight --system xgboost_v1           the numbers and bets of one system")]
pub(super) struct Arguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date; by default the newest published one.
    #[arg(long)]
    date: Option<DateWord>,
    /// Whose predictions and bets; the ensemble's predictions beside the best bets unless said.
    #[arg(long, value_parser = SystemId::named)]
    system: Option<SystemId>,
    /// What is counted: points, or another market that is forecast (the setting `markets`).
    #[arg(long, default_value = "points")]
    market: Market,
    /// Players without a line too.
    #[arg(long)]
    all: bool,
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
    let Some(edition) = store.outputs.published_editions(slate..=slate).await?.pop() else {
        return nothing(store, slate).await;
    };
    let scope = if arguments.all { Scope::Everybody } else { Scope::Lined };
    let report = PicksReport::of(&app, edition, (arguments.market, arguments.system), scope).await?;
    let stranger = arguments.system.is_some_and(SystemId::is_external) && report.total_predictions == 0;
    anyhow::ensure!(!stranger, "no system {} has answered about {slate}", report.system);
    if global.json {
        render::json(&report)?;
    } else {
        print(&report, usize::MAX);
    }
    Ok(Exit::Done)
}

/// Prints an edition's best picks.
pub(super) async fn show(app: &App, edition: Edition, top: usize) -> anyhow::Result<()> {
    print(&PicksReport::of(app, edition, (MARKET, None), Scope::Lined).await?, top);
    Ok(())
}

async fn nothing(store: &Store, slate: domain::GameDate) -> anyhow::Result<Exit> {
    let newest = store.views.newest_published().await?;
    let hint = newest.map(|newest| format!("; the newest published slate is {newest}")).unwrap_or_default();
    eprintln!(
        "Nothing is published for {slate}{hint}. `tipoff run --date {slate}` predicts it, `tipoff status --date {slate}` says what is missing."
    );
    Ok(Exit::Degraded)
}

/// A pick as a row for people.
fn cells(pick: &PickReport) -> [String; 14] {
    let percent = |p: f64| format!("{:.1} %", p * 100.0);
    let signed = |value: f64| format!("{:+.1} %", value * 100.0);
    let fair = |(over, under): (f64, f64)| format!("{over:.2}/{under:.2}");
    let listed = if pick.availability == "available" { String::new() } else { format!(" ({})", pick.availability) };
    [
        format!("{}{listed}", pick.player),
        format!("{} {} {}", pick.team, if pick.home { "v" } else { "@" }, pick.opponent),
        format!("{:.1}", pick.predicted),
        pick.median.to_string(),
        pick.quantile_10.zip(pick.quantile_90).map_or(String::new(), |(low, high)| format!("{low}–{high}")),
        pick.line.map_or(String::new(), |line| format!("{line:.1}")),
        pick.p_over.map_or(String::new(), percent),
        pick.fair_over_odds.zip(pick.fair_under_odds).map_or(String::new(), fair),
        pick.recommendation.to_owned(),
        pick.odds.map_or(String::new(), |odds| format!("{odds:.2}")),
        pick.probability_edge.map_or(String::new(), signed),
        pick.expected_value.map_or(String::new(), signed),
        pick.stake.map_or(String::new(), |stake| format!("{:.2} %", stake * 100.0)),
        pick.bet_id.clone(),
    ]
}

fn print(report: &PicksReport, top: usize) {
    println!(
        "{}, as of {}: {} predictions of {} by {}, {} with a line, {} bets",
        report.date,
        report.as_of,
        report.total_predictions,
        report.market,
        report.system,
        report.total_with_lines,
        report.total_bets
    );
    if report.editions.len() > 1 {
        let made: Vec<String> =
            report.editions.iter().map(|made| format!("{} as of {}", made.games, made.as_of)).collect();
        println!("Games by edition: {}", made.join(", "));
    }
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
        table.add_row(cells(pick));
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
