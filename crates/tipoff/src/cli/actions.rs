//! What an operator does by hand: `tipoff force`, `retry`, `heal`, `hold`, `release`; and `tipoff audit`, who did what.

use pipeline::Step;
use pipeline::source::Provider;

use super::{Exit, Global, render};
use crate::app::{Action, Holdable};
use crate::clock_words::DateWord;
use crate::reports::{AuditReport, EffectReport, Mode};

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

/// Stop a step, every one, or a provider, until somebody lets it go on. `tipoff hold publish` halts publication.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff hold publish --why 'lines look wrong'
  tipoff hold --provider odds_api --why 'its quota is for the playoffs'
  tipoff hold --all --why 'the disk is being replaced'")]
pub(super) struct HoldArguments {
    #[command(flatten)]
    which: Which,
    /// Why, for whoever sees it stand still.
    #[arg(long)]
    why: String,
    #[command(flatten)]
    how: How,
}

/// Let a held step go on, every one, or a provider.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff release publish
  tipoff release --provider odds_api
  tipoff release --all")]
pub(super) struct ReleaseArguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    how: How,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The step: `tipoff registry` lists them.
    #[arg(value_parser = super::figures::step)]
    step: Option<Step>,
    /// Every step.
    #[arg(long)]
    all: bool,
    /// A provider: nobody asks it. `tipoff sources` lists them.
    #[arg(long, value_parser = provider)]
    provider: Option<Provider>,
}

impl Which {
    fn holdable(&self) -> Holdable {
        let one = self.step.map(Holdable::Step).or(self.provider.map(Holdable::Provider));
        one.unwrap_or(Holdable::EveryStep)
    }
}

fn provider(name: &str) -> Result<Provider, String> {
    let names = Provider::ALL.map(Provider::name).join(", ");
    Provider::named(name).ok_or_else(|| format!("no provider is called so; there are {names}"))
}

#[derive(clap::Args)]
pub(super) struct How {
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

impl How {
    pub(super) fn is_dry_run(&self) -> bool {
        self.dry_run
    }
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
    let action = Action::Hold { what: arguments.which.holdable(), why: arguments.why.clone() };
    act(&action, &arguments.how, global).await
}

pub(super) async fn release(arguments: &ReleaseArguments, global: &Global) -> anyhow::Result<Exit> {
    act(&Action::Release { what: arguments.which.holdable() }, &arguments.how, global).await
}

pub(super) async fn act(action: &Action, how: &How, global: &Global) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    let mode = if how.dry_run { Mode::DryRun } else { Mode::Act };
    let report = EffectReport::of(&app, action, mode, &super::operator()).await?;
    if global.json {
        render::json(&report)?;
        return Ok(Exit::Done);
    }
    report.effect.iter().for_each(|line| println!("{line}"));
    match (report.effect.is_empty(), how.dry_run) {
        (true, _) => println!("Nothing changes: it is so already, or there is nothing that it concerns."),
        (false, true) => println!("Nothing was changed: this is what would be."),
        (false, false) => {}
    }
    Ok(Exit::Done)
}

pub(super) async fn audit(arguments: &AuditArguments, global: &Global) -> anyhow::Result<Exit> {
    let report = AuditReport::of(&global.look().await?, arguments.limit).await?;
    if global.json {
        render::json(&report)?;
        return Ok(Exit::Done);
    }
    if report.entries.is_empty() {
        println!("Nothing was ever done by hand.");
        return Ok(Exit::Done);
    }
    use render::Column::{Name, Text};
    let mut table =
        render::table(&[Name("when"), Name("who"), Name("what"), Name("to what"), Name("came to"), Text("")]);
    for entry in report.entries {
        let row = [entry.at, entry.actor, entry.action, entry.subject, entry.outcome.to_owned(), entry.detail];
        table.add_row(row);
    }
    println!("{table}");
    Ok(Exit::Done)
}
