//! `tipoff dlq`: dead letters, listed, shown, edited, replayed and dropped.

use clap::Subcommand;
use runtime::{FailureCategory, Priority, StepId};

use super::{Exit, Global, render};
use crate::app::{Selection, Treatment};
use crate::reports::{DeadLetterReport, DeadLettersReport};

/// Dead letters: tasks that used up their attempts and wait for a decision.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff dlq list
  tipoff dlq show --step process --partition odds_api
  tipoff dlq replay --step process --dry-run
  tipoff dlq replay --category timeout --per-minute 10
  tipoff dlq drop --step land --partition 2024-12-24 --why \"no games that day\"")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// One line each.
    List(Selected),
    /// Each with its attempts and their errors.
    Show(Selected),
    /// Ready again, with all their retries.
    Replay {
        #[command(flatten)]
        selected: Selected,
        /// Show what would be replayed, and replay nothing.
        #[arg(long)]
        dry_run: bool,
        /// How many are replayed a minute.
        #[arg(long, default_value_t = 60)]
        per_minute: u32,
    },
    /// Change when they go first once they are replayed. A task has no body: what it does follows from its inputs.
    Edit {
        #[command(flatten)]
        selected: Selected,
        /// The lower number goes first.
        #[arg(long)]
        priority: u8,
    },
    /// Never to be done.
    Drop {
        #[command(flatten)]
        selected: Selected,
        /// Why: it stays in the grid with this reason.
        #[arg(long)]
        why: String,
        /// Show what would be dropped, and drop nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Which dead letters are meant; all of them unless something is said.
#[derive(clap::Args)]
struct Selected {
    /// Of this step.
    #[arg(long)]
    step: Option<String>,
    /// Whose partition contains this text.
    #[arg(long)]
    partition: Option<String>,
    /// Of this category of failure.
    #[arg(long, value_parser = category)]
    category: Option<FailureCategory>,
}

fn category(code: &str) -> Result<FailureCategory, String> {
    FailureCategory::from_code(code).ok_or_else(|| format!("{code:?} is no category; see `tipoff dlq list`"))
}

impl Selected {
    fn selection(&self) -> Selection {
        Selection {
            step: self.step.as_deref().map(StepId::from),
            partition: self.partition.clone(),
            category: self.category,
        }
    }
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    match &arguments.action {
        Action::List(selected) => look(selected, Depth::Lines, global).await,
        Action::Show(selected) => look(selected, Depth::Attempts, global).await,
        Action::Replay { selected, dry_run, per_minute } => {
            treat(selected, *dry_run, &Treatment::Replay { per_minute: *per_minute }, "replayed", global).await
        }
        Action::Edit { selected, priority } => {
            treat(selected, false, &Treatment::Reorder { priority: Priority(*priority) }, "edited", global).await
        }
        Action::Drop { selected, why, dry_run } => {
            treat(selected, *dry_run, &Treatment::Drop { why: why.clone() }, "dropped", global).await
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Lines,
    Attempts,
}

async fn look(selected: &Selected, depth: Depth, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let letters = app.dead_letters(&selected.selection()).await?;
    let mut rows = Vec::new();
    for letter in &letters {
        let attempts = match depth {
            Depth::Lines => Vec::new(),
            Depth::Attempts => app.attempts_of(letter).await?,
        };
        rows.push(DeadLetterReport::of(letter, &attempts));
    }
    show(rows, "listed", global)
}

async fn treat(
    selected: &Selected,
    dry_run: bool,
    treatment: &Treatment,
    done: &'static str,
    global: &Global,
) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    let letters = app.dead_letters(&selected.selection()).await?;
    let (done, treated) =
        if dry_run { ("nothing: a dry run", letters) } else { (done, app.treat(&letters, treatment).await?) };
    show(treated.iter().map(|letter| DeadLetterReport::of(letter, &[])).collect(), done, global)
}

fn show(rows: Vec<DeadLetterReport>, done: &'static str, global: &Global) -> anyhow::Result<Exit> {
    if global.json {
        render::json(&DeadLettersReport { schema_version: 1, done, letters: rows })?;
        return Ok(Exit::Done);
    }
    use render::Column::{Name, Text};
    let mut table = render::table(&[Name("step"), Name("partition"), Name("state"), Name("since"), Text("why")]);
    for row in &rows {
        let attempts = row.attempts.iter().map(|attempt| {
            let message = attempt.message.as_deref().unwrap_or_default();
            format!("\n  attempt {} at {}: {} {message}", attempt.number, attempt.started_at, attempt.outcome)
        });
        let category = row.category.map(|category| format!(" ({category})")).unwrap_or_default();
        table.add_row([
            row.step.clone(),
            row.partition.clone(),
            format!("{}{category}", row.state.replace('_', " ")),
            row.since.clone(),
            row.why.clone().unwrap_or_default() + &attempts.collect::<String>(),
        ]);
    }
    match rows.len() {
        0 => println!("No dead letters."),
        count => println!("{table}\n{count} dead letters, {done}."),
    }
    Ok(Exit::Done)
}
