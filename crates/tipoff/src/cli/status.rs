//! `tipoff status`: a slate's part of the grid, and why each cell is as it is.

use domain::GameDate;
use runtime::TaskState;

use super::{Exit, Global, render, span};
use crate::app::{Grid, GridCell, HeldUp};
use crate::clock_words::{AsOf, DateWord};
use crate::reports::{StatusReport, elapsed, state_in_words};

/// Show what is done, empty, missing or failed for a slate, and why.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff status                         tonight
  tipoff status --date 2025-01-15 --json
  tipoff status --from 2024-10-22 --to 2025-04-13     a season at a glance")]
pub(super) struct Arguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
    /// The edition as of this; by default the newest published one, or else the next to be made.
    #[arg(long, value_name = "WHEN")]
    as_of: Option<AsOf>,
    /// Many slates at a glance, from this date on.
    #[arg(long, requires = "to", conflicts_with_all = ["date", "as_of"])]
    from: Option<GameDate>,
    /// Up to this date.
    #[arg(long, requires = "from")]
    to: Option<GameDate>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    if let (Some(from), Some(to)) = (arguments.from, arguments.to) {
        return span::run(from, to, global).await;
    }
    let app = global.look().await?;
    let slate = arguments.date.resolve(app.now());
    let edition = match arguments.as_of {
        Some(as_of) => app.edition(slate, Some(as_of)).await?,
        None => app.published_edition(slate).await?,
    };
    let grid = app.grid(edition).await?;
    if global.json {
        render::json(&StatusReport::of(&grid))?;
    } else {
        print(&grid);
    }
    Ok(exit(&grid.cells))
}

/// Looking is done; the code tells about the slate: what waits for games that are still to be played is no trouble.
fn exit(cells: &[GridCell]) -> Exit {
    let before_the_games = cells.iter().filter(|cell| pipeline::Step::EDITION.contains(&cell.step));
    render::exit_of(before_the_games.map(|cell| &cell.state))
}

fn print(grid: &Grid) {
    let edition = grid.edition;
    let as_of = domain::GameDate::offset_text(edition.cutoff.instant());
    println!("Slate {}, {} games, edition as of {as_of}", edition.slate, grid.games);
    let (known, missing): (Vec<_>, Vec<_>) = grid.facts.iter().partition(|(_, rows)| *rows > 0);
    let known: Vec<String> = known.iter().map(|(table, rows)| format!("{rows} {table}")).collect();
    let missing: Vec<&str> = missing.iter().map(|(table, _)| *table).collect();
    let or_nothing = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
    println!("Facts about it: {}; missing: {}", or_nothing(known.join(", ")), or_nothing(missing.join(", ")));
    use render::Column::{Name, Number, Text};
    let mut table =
        render::table(&[Name("phase"), Name("step"), Name("state"), Number("rows"), Number("ms"), Text("why")]);
    for cell in &grid.cells {
        let spec = cell.step.spec();
        let until = match &cell.state {
            TaskState::NotYet { until: Some(until), .. } => {
                format!(" (look again {})", domain::GameDate::offset_text(*until))
            }
            _ => String::new(),
        };
        let changed = if cell.inputs_changed { "its inputs have changed: the next run makes it anew" } else { "" };
        let attempt = cell.attempt.as_ref();
        table.add_row([
            format!("{} {}", spec.phase.number(), spec.phase.name()),
            spec.name.to_owned(),
            state_in_words(&cell.state),
            attempt.map_or(String::new(), |attempt| attempt.rows_written.to_string()),
            attempt.and_then(elapsed).map_or(String::new(), |ms| ms.to_string()),
            format!(
                "{}{until}{changed}",
                cell.held_up.as_ref().map(HeldUp::why).or(cell.state.why()).unwrap_or_default()
            ),
        ]);
    }
    println!("{table}");
    if grid.due_before > 0 {
        println!("{} tasks it rests on are due: the next run does them first.", grid.due_before);
    }
    for task in &grid.failed_elsewhere {
        println!("{} of {}: {}", state_in_words(&task.state), task.key, task.state.why().unwrap_or_default());
    }
}
