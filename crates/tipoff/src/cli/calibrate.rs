//! `tipoff calibrate`: whether published probabilities and intervals mean what they say.

use domain::GameDate;
use pipeline::learn::{StoredShrink, season_start};
use predict::SystemId;
use serde::Serialize;

use super::models::{self, ModelJson};
use super::{Exit, Global, render};
use crate::app::{Calibration, ReliabilityBin};
use crate::clock_words::DateWord;

/// Show the state of calibration: what laws count for beside prices, and how published numbers of the season came out.
///
/// Laws and shrinks are learned anew each month by `tipoff train`; this only looks.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff calibrate                                     this month's shrinks, the season's nights until today
  tipoff calibrate --date 2025-01-15 --json
  tipoff calibrate --system ensemble_v1")]
pub(super) struct Arguments {
    /// The last slate to look at, and the month whose shrinks are shown: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
    /// Whose published numbers.
    #[arg(long, default_value = "market_blend_v1", value_parser = SystemId::named)]
    system: SystemId,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    month: String,
    shrinks: Vec<ShrinkJson>,
    system: &'static str,
    /// Graded nights from the first of July before the date.
    nights: usize,
    reliability: Vec<BinJson>,
    /// Predictions of players who played.
    laws: usize,
    cover_80: Option<f64>,
}

/// Weights of log-odds.
#[derive(Serialize)]
struct ShrinkJson {
    system: &'static str,
    training_rows: u64,
    #[serde(flatten)]
    shrink: StoredShrink,
}

#[derive(Serialize)]
struct BinJson {
    from: f64,
    to: f64,
    n: usize,
    said: f64,
    happened: f64,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let date = arguments.date.resolve(app.now());
    let month = date.first_of_month();
    let models = models::of_month(&app, month).await?;
    let calibration = app.calibration(season_start(date)..=date, arguments.system).await?;
    let graded = calibration.laws > 0;
    if global.json {
        render::json(&report(month, arguments.system, &models, &calibration))?;
    } else {
        print_shrinks(month, &models);
        if graded {
            print(arguments.system, &calibration);
        }
    }
    if !graded {
        eprintln!(
            "Nothing that {} published from {} to {date} is graded yet: `tipoff grade --date ...` settles a night.",
            arguments.system,
            season_start(date)
        );
        return Ok(Exit::Degraded);
    }
    Ok(Exit::Done)
}

fn report(month: GameDate, system: SystemId, models: &[ModelJson], calibration: &Calibration) -> Report {
    let shrink = |model: &ModelJson| {
        Some(ShrinkJson { system: model.system, training_rows: model.training_rows, shrink: model.card.shrink? })
    };
    Report {
        schema_version: 1,
        month: month.to_string(),
        shrinks: models.iter().filter_map(shrink).collect(),
        system: system.code(),
        nights: calibration.nights,
        reliability: calibration.bins.iter().map(BinJson::from).collect(),
        laws: calibration.laws,
        cover_80: calibration.cover_80,
    }
}

impl From<&ReliabilityBin> for BinJson {
    fn from(bin: &ReliabilityBin) -> Self {
        let ReliabilityBin { ends: (from, to), n, said, happened } = *bin;
        Self { from, to, n, said, happened }
    }
}

fn print_shrinks(month: GameDate, models: &[ModelJson]) {
    let Some(model) = models.first() else {
        println!("{}", models::none(month));
        println!("Until then a law counts for 25 % beside a price, the price for 75 %.");
        return;
    };
    println!("Learned for the month of {month} from {} player-games", model.training_rows);
    for words in models.iter().filter_map(ModelJson::shrink_words) {
        println!("  {words}");
    }
}

fn print(system: SystemId, calibration: &Calibration) {
    use render::Column::{Name, Number};
    println!("\nWhat {system} published, {} graded nights", calibration.nights);
    let mut table = render::table(&[Name("P(over)"), Number("lines"), Number("said"), Number("happened")]);
    for bin in &calibration.bins {
        let (from, to) = bin.ends;
        table.add_row([
            format!("{:.0}–{:.0} %", from * 100.0, to * 100.0),
            bin.n.to_string(),
            format!("{:.1} %", bin.said * 100.0),
            format!("{:.1} %", bin.happened * 100.0),
        ]);
    }
    println!("{table}");
    if let Some(cover) = calibration.cover_80 {
        println!("The 80 % interval held {:.1} % of {} counts.", cover * 100.0, calibration.laws);
    }
    println!("A few nights decide nothing: a bin of 100 lines is off by five points by chance alone.");
}
