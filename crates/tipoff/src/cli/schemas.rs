//! `tipoff schemas`: the shapes of the published documents, for whoever reads them by program.

use anyhow::Context;

use super::{Exit, Global, render};
use crate::published;

/// Print the JSON Schema of a published document; without a name, list the documents.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff schemas
  tipoff schemas tonight/player > player.schema.json")]
pub(super) struct Arguments {
    /// Which document.
    #[arg(value_name = "DOCUMENT")]
    name: Option<String>,
}

pub(super) fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let mut schemas = published::schemas();
    match &arguments.name {
        None if global.json => render::json(&schemas.into_keys().collect::<Vec<_>>())?,
        None => schemas.keys().for_each(|name| println!("{name}")),
        Some(name) => {
            let schema = schemas
                .remove(name.as_str())
                .with_context(|| format!("no document is called {name}; `tipoff schemas` lists them"))?;
            println!("{}", serde_json::to_string_pretty(&schema)?);
        }
    }
    Ok(Exit::Done)
}
