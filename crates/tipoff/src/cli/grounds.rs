//! What `tipoff why` shows behind a number besides its own chain: the systems, the shrink, reasons, a stake.

use super::render;
use crate::reports::{GroundsReport, MeanReport, ReasonsReport, ShrinkReport};

impl GroundsReport {
    pub(super) fn print(&self) {
        if let Some(stake) = self.stake {
            println!("\n  stake {:.2} % of the bankroll, a quarter of Kelly's within the caps", stake * 100.0);
        }
        if let Some(ShrinkReport { intercept, law, price }) = &self.shrink {
            println!(
                "  shrink: {:.0} % of the law's log-odds, {:.0} % of the price's, {intercept:+.3}",
                law * 100.0,
                price * 100.0
            );
        }
        println!("\nSystems");
        for MeanReport { system, saw_market, mean } in &self.systems {
            println!("  {mean:>5.1}  {system}{}", if *saw_market { ", which sees the market" } else { "" });
        }
        match &self.reasons {
            Some(reasons) => reasons.print(),
            None => println!("\nNo reasons: no trees answered, or their month was trained anew since."),
        }
    }
}

impl ReasonsReport {
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
