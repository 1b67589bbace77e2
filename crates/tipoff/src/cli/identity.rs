//! `tipoff identity`: names that nobody could resolve, and who bears them.

use clap::Subcommand;
use domain::PlayerId;

use super::actions::{How, act};
use super::{Exit, Global, render};
use crate::app::Action;
use crate::reports::UnresolvedReport;

/// Who is who: names that sources spell in their own way.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff identity unresolved
  tipoff identity link \"Danilo Galinari\" 201568")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Doing,
}

#[derive(Subcommand)]
enum Doing {
    /// The names that nobody could resolve, with who may be meant.
    Unresolved,
    /// Say whose name it is. Payloads that lacked it are parsed again by themselves.
    Link {
        /// The name, as the source spells it.
        name: String,
        /// NBA.com's number of the player.
        player: u32,
        #[command(flatten)]
        how: How,
    },
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    match &arguments.action {
        Doing::Unresolved => unresolved(global).await,
        Doing::Link { name, player, how } => {
            act(&Action::Link { name: name.clone(), player: PlayerId::new(*player) }, how, global).await
        }
    }
}

async fn unresolved(global: &Global) -> anyhow::Result<Exit> {
    let report = UnresolvedReport::of(&global.look().await?).await?;
    if global.json {
        render::json(&report)?;
        return Ok(Exit::Done);
    }
    if report.names.is_empty() {
        println!("Every name is somebody's.");
        return Ok(Exit::Done);
    }
    use render::Column::{Name, Number, Text};
    let mut table =
        render::table(&[Name("source"), Name("name"), Number("times"), Name("newest seen"), Text("may be")]);
    for unresolved in report.names {
        let may_be: Vec<String> = unresolved
            .candidates
            .into_iter()
            .map(|candidate| format!("{} ({})", candidate.name, candidate.player_id))
            .collect();
        let seen = unresolved.newest_seen_at.unwrap_or_default();
        table.add_row([unresolved.source, unresolved.name, unresolved.times.to_string(), seen, may_be.join(", ")]);
    }
    println!("{table}");
    Ok(Exit::Done)
}
