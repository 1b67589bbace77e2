//! `tipoff keys`: keys to pages and API.

use clap::Subcommand;
use runtime::{AuditOutcome, Role};

use super::{Exit, Global, render};
use crate::reports::{KeysReport, NewKeyReport};

/// Make, list and revoke keys to the pages and the API.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff keys add anna --role operate       shows the key, once
  tipoff keys list
  tipoff keys revoke anna")]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a key, and show it: it is kept as its hash alone, and can never be shown again.
    Add {
        /// What its bearer is called in audits. No name is given twice.
        name: String,
        /// What it may do: read, operate (force, retry, hold), or admin.
        #[arg(long, default_value = "read", value_parser = role)]
        role: Role,
    },
    /// List the keys.
    List,
    /// Take a key's power away. To rotate one, add another under a new name first.
    Revoke {
        /// Whose.
        name: String,
    },
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_code(word).ok_or_else(|| {
        let roles: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
        format!("there is no role {word:?}; there are {}", roles.join(", "))
    })
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    match &arguments.what {
        What::Add { name, role } => {
            let app = global.app().await?;
            let key = app.make_key(name, *role).await?;
            app.audit(&super::operator(), "add_key", name.clone(), AuditOutcome::Done, role.code().to_owned()).await?;
            if global.json {
                render::json(&NewKeyReport::of(name, *role, key))?;
            } else {
                println!("{key}");
                eprintln!("This is the key of {name}, who may {}. It cannot be shown again.", role.code());
            }
        }
        What::List => list(KeysReport::of(global.look().await?.store.oversight.keys().await?), global)?,
        What::Revoke { name } => {
            let app = global.app().await?;
            app.revoke_key(name).await?;
            app.audit(&super::operator(), "revoke_key", name.clone(), AuditOutcome::Done, String::new()).await?;
            println!("The key of {name} opens nothing any more.");
        }
    }
    Ok(Exit::Done)
}

fn list(report: KeysReport, global: &Global) -> anyhow::Result<()> {
    if global.json {
        return render::json(&report);
    }
    if report.keys.is_empty() {
        println!("There is no key: only this machine may use the pages and the API.");
        return Ok(());
    }
    use render::Column::Name;
    let mut table = render::table(&[Name("name"), Name("may"), Name("since"), Name("revoked")]);
    for key in report.keys {
        table.add_row([key.name, key.role.to_owned(), key.created_at, key.revoked_at.unwrap_or_default()]);
    }
    println!("{table}");
    Ok(())
}
