//! `tipoff consolidate`: merge and price a slate's forecasts, by hand.

use pipeline::Step;

use super::run::{EditionJson, exit, print};
use super::{Exit, Global, render};
use crate::clock_words::{AsOf, DateWord};

/// Merge a slate's forecasts into predictions and price every line, without publishing.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tipoff consolidate --date 2025-01-15")]
pub(super) struct Arguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
    /// Know nothing later than this, as for `run`.
    #[arg(long, value_name = "WHEN")]
    as_of: Option<AsOf>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    let slate = arguments.date.resolve(app.now());
    let edition = app.edition(slate, arguments.as_of).await?;
    let report = app.consolidate(edition).await?;
    if global.json {
        render::json(&EditionJson::of(&report, Step::Consolidate))?;
    } else {
        print(&report, Step::Consolidate);
    }
    Ok(exit(&report))
}
