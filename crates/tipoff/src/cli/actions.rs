//! What an operator does by hand: `tipoff force`, `retry`, `heal`, `hold`, `release`; and `tipoff audit`, who did what.

use pipeline::Step;
use runtime::AuditEntry;
use serde::Serialize;

use super::{Exit, Global, render};
use crate::app::Action;
use crate::clock_words::DateWord;

/// Plan and make a slate's page now, whatever failed before; `tipoff serve` or a worker does the work.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff force --date TODAY --dry-run
  tipoff force --date 2025-01-15")]
pub(super) struct ForceArguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
    #[command(flatten)]
    how: How,
}

/// Try what has failed of a slate again; `tipoff serve` or a worker does the work.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff retry --date 2025-01-15
  tipoff retry --step forecast --dry-run")]
pub(super) struct RetryArguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
    /// This step alone.
    #[arg(long, value_parser = super::figures::step)]
    step: Option<Step>,
    #[command(flatten)]
    how: How,
}

/// Plan everything that is expected now, and let whatever is not done be done.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tipoff heal --dry-run")]
pub(super) struct HealArguments {
    #[command(flatten)]
    how: How,
}

/// Stop a step, or every one, until somebody lets it go on. `tipoff hold publish` halts publication.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff hold publish --why 'lines look wrong'
  tipoff hold --all --why 'the disk is being replaced'")]
pub(super) struct HoldArguments {
    #[command(flatten)]
    which: WhichSteps,
    /// Why, for whoever sees it stand still.
    #[arg(long)]
    why: String,
    #[command(flatten)]
    how: How,
}

/// Let a held step go on, or every one.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff release publish
  tipoff release --all")]
pub(super) struct ReleaseArguments {
    #[command(flatten)]
    which: WhichSteps,
    #[command(flatten)]
    how: How,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct WhichSteps {
    /// The step: `tipoff registry` lists them.
    #[arg(value_parser = super::figures::step)]
    step: Option<Step>,
    /// Every step.
    #[arg(long)]
    all: bool,
}

#[derive(clap::Args)]
struct How {
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

/// Show what was done by hand, by whom, and what came of it.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tipoff audit --limit 20 --json")]
pub(super) struct AuditArguments {
    /// So many at most.
    #[arg(long, default_value_t = 50)]
    limit: usize,
}

#[derive(Serialize)]
struct EffectJson<'a> {
    schema_version: u32,
    action: &'static str,
    subject: String,
    dry_run: bool,
    effect: &'a [String],
}

pub(super) async fn force(arguments: &ForceArguments, global: &Global) -> anyhow::Result<Exit> {
    let slate = arguments.date.resolve(global.clock().now());
    act(&Action::Force { slate }, &arguments.how, global).await
}

pub(super) async fn retry(arguments: &RetryArguments, global: &Global) -> anyhow::Result<Exit> {
    let slate = arguments.date.resolve(global.clock().now());
    act(&Action::Retry { slate, step: arguments.step }, &arguments.how, global).await
}

pub(super) async fn heal(arguments: &HealArguments, global: &Global) -> anyhow::Result<Exit> {
    act(&Action::SelfHeal, &arguments.how, global).await
}

pub(super) async fn hold(arguments: &HoldArguments, global: &Global) -> anyhow::Result<Exit> {
    let action = Action::Hold { step: arguments.which.step, why: arguments.why.clone() };
    act(&action, &arguments.how, global).await
}

pub(super) async fn release(arguments: &ReleaseArguments, global: &Global) -> anyhow::Result<Exit> {
    act(&Action::Release { step: arguments.which.step }, &arguments.how, global).await
}

async fn act(action: &Action, how: &How, global: &Global) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    let effect = if how.dry_run { app.foresee(action).await? } else { app.act(action, &super::operator()).await? };
    if global.json {
        let (action, subject) = (action.name(), action.subject());
        render::json(&EffectJson { schema_version: 1, action, subject, dry_run: how.dry_run, effect: &effect.lines })?;
        return Ok(Exit::Done);
    }
    effect.lines.iter().for_each(|line| println!("{line}"));
    match (effect.lines.is_empty(), how.dry_run) {
        (true, _) => println!("There is nothing to do."),
        (false, true) => println!("Nothing was changed: this is what would be."),
        (false, false) => {}
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct AuditReport {
    schema_version: u32,
    entries: Vec<EntryJson>,
}

#[derive(Serialize)]
struct EntryJson {
    at: String,
    actor: String,
    action: String,
    subject: String,
    outcome: &'static str,
    detail: String,
}

impl From<AuditEntry> for EntryJson {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { at, actor, action, subject, outcome, detail } = entry;
        Self { at: at.to_string(), actor, action, subject, outcome: outcome.code(), detail }
    }
}

pub(super) async fn audit(arguments: &AuditArguments, global: &Global) -> anyhow::Result<Exit> {
    let entries = global.look().await?.store.oversight.newest_audits(arguments.limit).await?;
    let entries: Vec<EntryJson> = entries.into_iter().map(EntryJson::from).collect();
    if global.json {
        render::json(&AuditReport { schema_version: 1, entries })?;
        return Ok(Exit::Done);
    }
    if entries.is_empty() {
        println!("Nothing was ever done by hand.");
        return Ok(Exit::Done);
    }
    use render::Column::{Name, Text};
    let mut table =
        render::table(&[Name("when"), Name("who"), Name("what"), Name("to what"), Name("came to"), Text("")]);
    for entry in entries {
        let EntryJson { at, actor, action, subject, outcome, detail } = entry;
        table.add_row([at, actor, action, subject, outcome.to_owned(), detail]);
    }
    println!("{table}");
    Ok(Exit::Done)
}
