//! `tipoff status --from --to`: many slates at a glance.

use domain::GameDate;

use super::{Exit, Global, render};
use crate::app::SlateRow;
use crate::reports::{SlateReport, SpanReport};

pub(super) async fn run(from: GameDate, to: GameDate, global: &Global) -> anyhow::Result<Exit> {
    anyhow::ensure!(from <= to, "--from {from} is after --to {to}");
    let rows = global.look().await?.span(from, to).await?;
    let complete = rows.iter().filter(|row| row.is_complete()).count();
    if global.json {
        render::json(&SpanReport::of(from, to, &rows))?;
    } else {
        print(&rows, complete);
    }
    let states = rows.iter().flat_map(|row| row.phases.values());
    Ok(match render::exit_of(states) {
        Exit::Done if complete < rows.len() => Exit::Degraded,
        exit => exit,
    })
}

fn print(rows: &[SlateRow], complete: usize) {
    use render::Column::{Name, Number, Text};
    let mut table = render::table(&[
        Name("slate"),
        Number("games"),
        Name("summaries"),
        Name("features"),
        Name("predictions"),
        Name("published"),
        Name("graded"),
        Text("why"),
    ]);
    for row in rows.iter().map(SlateReport::of) {
        let word = |state: &str| state.replace('_', " ");
        table.add_row([
            row.date,
            row.games.to_string(),
            word(row.summaries),
            word(row.features),
            word(row.predictions),
            word(row.published),
            word(row.graded),
            row.reason.unwrap_or_default(),
        ]);
    }
    println!("{table}");
    println!(
        "{complete} of {} slates are complete; `tipoff backfill --from … --to …` does what is missing.",
        rows.len()
    );
}
