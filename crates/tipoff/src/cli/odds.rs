//! `tipoff odds`: two prices in every notation and without their margin, and what a probability is worth at them.

use domain::{AmericanOdds, DecimalOdds, FractionalOdds, Probability, TwoWayPrice};
use predict::{Devig, PassReason, Recommendation, Staking, Thresholds, Wager};
use serde::Serialize;

use super::{Exit, Global, render};

/// Explain the two prices of a line: notations, margin, no-vig probabilities; what a bet is worth, given a probability.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff odds --over -115 --under -105
  tipoff odds --over 1.87 --under 1.95 --method shin
  tipoff odds --over -115 --under -105 --probability 0.57 --json

The stake is a quarter of Kelly's and at most 2 % of the bankroll; a bet needs an edge of 2 %.")]
pub(super) struct Arguments {
    /// Price of the over as the book prints it: -115, 1.87 or 20/23.
    #[arg(long, value_name = "PRICE", allow_hyphen_values = true)]
    over: DecimalOdds,
    /// Price of the under.
    #[arg(long, value_name = "PRICE", allow_hyphen_values = true)]
    under: DecimalOdds,
    /// How likely you hold the over to be, from 0 to 1.
    #[arg(long, value_name = "P", value_parser = probability)]
    probability: Option<Probability>,
    /// One method only: multiplicative, additive, power, shin, odds_ratio (or logit, its other name).
    #[arg(long)]
    method: Option<Devig>,
}

fn probability(text: &str) -> Result<Probability, String> {
    text.parse().ok().and_then(Probability::new).ok_or_else(|| "a probability is a number from 0 to 1".to_owned())
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    margin: f64,
    over: SideJson,
    under: SideJson,
    no_vig: Vec<NoVigJson>,
    recommendation: Option<&'static str>,
}

#[derive(Serialize)]
struct SideJson {
    american: i32,
    decimal: f64,
    fractional: String,
    break_even: f64,
    bet: Option<BetJson>,
}

#[derive(Serialize)]
struct BetJson {
    probability: f64,
    edge: f64,
    expected_value: f64,
    kelly: f64,
    stake: f64,
}

#[derive(Serialize)]
struct NoVigJson {
    method: &'static str,
    over: f64,
    under: f64,
    fair_over: Option<f64>,
    fair_under: Option<f64>,
}

pub(super) fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let price = TwoWayPrice { over: arguments.over, under: arguments.under };
    let bets = arguments.probability.map(|over| {
        let wager = |odds, probability| Wager { odds, probability, push: Probability::ZERO };
        (wager(price.over, over), wager(price.under, over.complement()))
    });
    let recommendation = bets.map(|(over, under)| {
        let side = Thresholds::default().side(over, under);
        side.map_or(Recommendation::Pass(PassReason::NoEdge), Recommendation::Bet).label()
    });
    let report = Report {
        schema_version: 1,
        margin: price.margin(),
        over: side(price.over, bets.map(|(over, _)| over)),
        under: side(price.under, bets.map(|(_, under)| under)),
        no_vig: Devig::ALL
            .into_iter()
            .filter(|method| arguments.method.is_none_or(|only| only == *method))
            .map(|method| no_vig(method, price))
            .collect(),
        recommendation,
    };
    match global.json {
        true => render::json(&report)?,
        false => print(&report),
    }
    Ok(Exit::Done)
}

fn side(odds: DecimalOdds, wager: Option<Wager>) -> SideJson {
    let bet = |wager: Wager| BetJson {
        probability: wager.probability.get(),
        edge: wager.edge(),
        expected_value: wager.expected_value(),
        kelly: wager.kelly(),
        stake: Staking::default().stake(wager),
    };
    SideJson {
        american: AmericanOdds::from(odds).get(),
        decimal: odds.decimal(),
        fractional: FractionalOdds::from(odds).to_string(),
        break_even: odds.break_even().get(),
        bet: wager.map(bet),
    }
}

fn no_vig(method: Devig, price: TwoWayPrice) -> NoVigJson {
    let over = method.over(price);
    let fair = |probability| DecimalOdds::fair(probability).map(DecimalOdds::decimal);
    NoVigJson {
        method: method.code(),
        over: over.get(),
        under: over.complement().get(),
        fair_over: fair(over),
        fair_under: fair(over.complement()),
    }
}

fn print(report: &Report) {
    use render::Column::{Name, Number};
    let sides = [("over", &report.over), ("under", &report.under)];
    let mut prices = render::table(&[
        Name("price"),
        Number("American"),
        Number("decimal"),
        Number("fractional"),
        Number("break-even"),
    ]);
    for (name, side) in sides {
        let american = format!("{:+}", side.american);
        let decimal = format!("{:.4}", side.decimal);
        prices.add_row([name.to_owned(), american, decimal, side.fractional.clone(), percent(side.break_even)]);
    }
    println!("{prices}\n\nThe margin is {}. Without it:\n", percent(report.margin));
    let mut methods =
        render::table(&[Name("no-vig"), Number("over"), Number("under"), Number("fair over"), Number("fair under")]);
    for row in &report.no_vig {
        let (over, under) = (fair(row.fair_over), fair(row.fair_under));
        methods.add_row([row.method.to_owned(), percent(row.over), percent(row.under), over, under]);
    }
    println!("{methods}");
    let Some(recommendation) = report.recommendation else { return };
    let mut bets = render::table(&[
        Name("bet"),
        Number("probability"),
        Number("edge"),
        Number("expected value"),
        Number("Kelly"),
        Number("stake"),
    ]);
    for (name, side) in sides {
        let Some(bet) = &side.bet else { continue };
        let numbers = [bet.probability, bet.edge, bet.expected_value, bet.kelly, bet.stake];
        bets.add_row(std::iter::once(name.to_owned()).chain(numbers.map(percent)));
    }
    println!("\n{bets}\n\n{recommendation}");
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

/// Fair odds as people in both halves of the world read them.
fn fair(decimal: Option<f64>) -> String {
    let odds = decimal.and_then(DecimalOdds::new);
    odds.map_or("none".to_owned(), |odds| format!("{} ({odds})", AmericanOdds::from(odds)))
}
