//! `tipoff completions` and `tipoff man`: what shells and manuals know of the command line, made from it.

use std::path::PathBuf;

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Exit};

/// Print what a shell needs to complete commands and flags.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff completions bash > /etc/bash_completion.d/tipoff
  tipoff completions zsh > ~/.zfunc/_tipoff
  tipoff completions fish > ~/.config/fish/completions/tipoff.fish")]
pub(super) struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

/// Write a page of the manual for every command.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tipoff man --out /usr/local/share/man/man1")]
pub(super) struct ManArguments {
    /// Where the pages go; made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(super) fn completions(arguments: &CompletionsArguments) -> anyhow::Result<Exit> {
    clap_complete::generate(arguments.shell, &mut Cli::command(), "tipoff", &mut std::io::stdout());
    Ok(Exit::Done)
}

pub(super) fn man(arguments: &ManArguments) -> anyhow::Result<Exit> {
    let out = &arguments.out;
    let failed = || format!("writing pages to {}", out.display());
    std::fs::create_dir_all(out).with_context(failed)?;
    clap_mangen::generate_to(Cli::command(), out).with_context(failed)?;
    Ok(Exit::Done)
}
