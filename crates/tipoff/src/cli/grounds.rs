//! What `tipoff why` shows behind a number besides its own chain: the systems, the shrink, reasons, a stake.

use pipeline::learn::{Reason, Reasons};
use predict::MarketShrink;
use serde::Serialize;
use store::Explanation;

use super::render;
use crate::App;

/// The inputs shown: those that move the trees' mean most.
const TOP_REASONS: usize = 8;

#[derive(Serialize)]
pub(super) struct GroundsJson {
    /// Fraction of the bankroll, among all bets of the system on the slate.
    stake: Option<f64>,
    systems: Vec<MeanJson>,
    shrink: Option<ShrinkJson>,
    reasons: Option<ReasonsJson>,
}

#[derive(Serialize)]
struct MeanJson {
    system: &'static str,
    saw_market: bool,
    mean: f64,
}

/// Weights of log-odds.
#[derive(Serialize)]
struct ShrinkJson {
    intercept: f64,
    law: f64,
    price: f64,
}

#[derive(Serialize)]
struct ReasonsJson {
    /// The mean of `xgboost_v1`.
    mean: f64,
    /// What the trees say on average of those they learned from.
    average: f64,
    inputs: Vec<ReasonJson>,
    /// What all other inputs add together.
    others: f64,
}

#[derive(Serialize)]
struct ReasonJson {
    input: &'static str,
    value: Option<f64>,
    adds: f64,
    meaning: &'static str,
}

impl GroundsJson {
    pub(super) async fn of(app: &App, explanation: &Explanation) -> anyhow::Result<Self> {
        let grounds = app.grounds(explanation).await?;
        let mean = |(system, mean): (predict::SystemId, f64)| MeanJson {
            system: system.code(),
            saw_market: system.saw_market(),
            mean,
        };
        Ok(Self {
            stake: grounds.stake,
            systems: grounds.systems.into_iter().map(mean).collect(),
            shrink: grounds.shrink.map(|MarketShrink { intercept, law, price }| ShrinkJson { intercept, law, price }),
            reasons: grounds.reasons.as_ref().map(ReasonsJson::from),
        })
    }

    pub(super) fn print(&self) {
        if let Some(stake) = self.stake {
            println!("\n  stake {:.2} % of the bankroll, a quarter of Kelly's within the caps", stake * 100.0);
        }
        if let Some(ShrinkJson { intercept, law, price }) = &self.shrink {
            println!(
                "  shrink: {:.0} % of the law's log-odds, {:.0} % of the price's, {intercept:+.3}",
                law * 100.0,
                price * 100.0
            );
        }
        println!("\nSystems");
        for MeanJson { system, saw_market, mean } in &self.systems {
            println!("  {mean:>5.1}  {system}{}", if *saw_market { ", which sees the market" } else { "" });
        }
        match &self.reasons {
            Some(reasons) => reasons.print(),
            None => println!("\nNo reasons: no trees answered, or their month was trained anew since."),
        }
    }
}

impl From<&Reasons> for ReasonsJson {
    fn from(reasons: &Reasons) -> Self {
        let (top, rest) = reasons.inputs.split_at(TOP_REASONS.min(reasons.inputs.len()));
        let json = |reason: &Reason| ReasonJson {
            input: reason.input.name(),
            value: reason.value,
            adds: reason.adds,
            meaning: reason.input.meaning(),
        };
        Self {
            mean: reasons.mean,
            average: reasons.average,
            inputs: top.iter().map(json).collect(),
            others: rest.iter().map(|reason| reason.adds).sum(),
        }
    }
}

impl ReasonsJson {
    fn print(&self) {
        use render::Column::{Name, Number, Text};
        println!("\nReasons of the trees: {:.1} on average, {:.1} for him", self.average, self.mean);
        let mut table = render::table(&[Number("adds"), Name("input"), Number("value"), Text("meaning")]);
        for reason in &self.inputs {
            let value = reason.value.map_or("missing".to_owned(), |value| format!("{value:.2}"));
            table.add_row([&format!("{:+.2}", reason.adds), reason.input, &value, reason.meaning]);
        }
        table.add_row([&format!("{:+.2}", self.others), "all others", "", ""]);
        println!("{table}");
    }
}
