//! `tipoff status --from --to`: many slates at a glance.

use domain::GameDate;
use pipeline::Phase;
use runtime::TaskState;
use serde::Serialize;

use super::{Exit, Global, render};
use crate::app::SlateRow;

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    from: String,
    to: String,
    complete: usize,
    slates: Vec<SlateJson>,
}

#[derive(Serialize)]
struct SlateJson {
    date: String,
    games: usize,
    edition: Option<String>,
    summaries: &'static str,
    features: &'static str,
    predictions: &'static str,
    published: &'static str,
    graded: &'static str,
    reason: Option<String>,
}

/// What a slate's columns tell, in the order of the flow.
const COLUMNS: [Phase; 5] = [Phase::Analyse, Phase::Featurize, Phase::Predict, Phase::Publish, Phase::Grade];

pub(super) async fn run(from: GameDate, to: GameDate, global: &Global) -> anyhow::Result<Exit> {
    anyhow::ensure!(from <= to, "--from {from} is after --to {to}");
    let rows = global.look().await?.span(from, to).await?;
    let complete = rows.iter().filter(|row| row.is_complete()).count();
    if global.json {
        let slates = rows.iter().map(SlateJson::of).collect();
        render::json(&Report { schema_version: 1, from: from.to_string(), to: to.to_string(), complete, slates })?;
    } else {
        print(&rows, complete);
    }
    let states = rows.iter().flat_map(|row| row.phases.values());
    Ok(match render::exit_of(states) {
        Exit::Done if complete < rows.len() => Exit::Degraded,
        exit => exit,
    })
}

impl SlateJson {
    fn of(row: &SlateRow) -> Self {
        let [summaries, features, predictions, published, graded] =
            COLUMNS.map(|phase| row.phases.get(&phase).map_or("missing", TaskState::code));
        let reason = row.phases.values().filter(|state| !state.is_settled()).find_map(TaskState::why);
        Self {
            date: row.slate.to_string(),
            games: row.games,
            edition: row.edition.map(|edition| edition.to_string()),
            summaries,
            features,
            predictions,
            published,
            graded,
            reason: reason.map(ToOwned::to_owned),
        }
    }
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
    for row in rows.iter().map(SlateJson::of) {
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
