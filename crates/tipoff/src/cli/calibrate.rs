//! `tipoff calibrate`: whether published probabilities and intervals mean what they say.

use domain::GameDate;
use pipeline::learn::season_start;
use predict::SystemId;

use super::{Exit, Global, models, render};
use crate::app::Calibration;
use crate::clock_words::DateWord;
use crate::reports::{CalibrationReport, ModelReport, ModelsReport};

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

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let date = arguments.date.resolve(app.now());
    let month = date.first_of_month();
    let models = ModelsReport::of(&app, month).await?;
    let calibration = app.calibration(season_start(date)..=date, arguments.system).await?;
    let graded = calibration.laws > 0;
    if global.json {
        render::json(&CalibrationReport::of(&models, arguments.system, &calibration))?;
    } else {
        print_shrinks(month, &models.models);
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

fn print_shrinks(month: GameDate, models: &[ModelReport]) {
    let Some(model) = models.first() else {
        println!("{}", models::none(month));
        println!("Until then a law counts for 25 % beside a price, the price for 75 %.");
        return;
    };
    println!("Learned for the month of {month} from {} player-games", model.training_rows);
    for words in models.iter().filter_map(ModelReport::shrink_words) {
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
