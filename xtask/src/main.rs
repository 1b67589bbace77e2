//! `cargo xtask`: what keeps the repository in order, run by people and by CI alike.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Context;
use clap::Parser;
use xtask::postgres::{Server, VARIABLE};

/// Keep the repository in order.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Check the house rules that no compiler knows: dependencies, sizes, names, first sentences, boundaries.
    Tidy,
    /// Everything a change must pass: format, tidy, lints, documentation, tests.
    Ci,
    /// Run a command with a Postgres server for its tests: `cargo xtask postgres cargo test -p store`.
    Postgres {
        /// The command.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default();
    let outcome = match Task::parse() {
        Task::Tidy => tidy(&root),
        Task::Ci => ci(&root),
        Task::Postgres { command } => with_postgres(&command),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn tidy(root: &Path) -> anyhow::Result<()> {
    let findings = xtask::tidy::check(root)?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    anyhow::ensure!(findings.is_empty(), "{} findings", findings.len());
    println!("tidy");
    Ok(())
}

fn ci(root: &Path) -> anyhow::Result<()> {
    // One of the tests as well; here it is told in a second.
    tidy(root)?;
    cargo(root, &["fmt", "--all", "--check"], &[])?;
    cargo(root, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], &[])?;
    cargo(
        root,
        &["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    let test = ["test", "--workspace", "--locked"];
    if std::env::var_os(VARIABLE).is_some() {
        return cargo(root, &test, &[]);
    }
    let server = Server::start()?;
    cargo(root, &test, &[(VARIABLE, &server.url())])
}

fn with_postgres(command: &[OsString]) -> anyhow::Result<()> {
    let server = Server::start()?;
    let status = Command::new(&command[0]).args(&command[1..]).env(VARIABLE, server.url()).status();
    let status = status.with_context(|| format!("starting {}", command[0].display()))?;
    anyhow::ensure!(status.success(), "{} failed", command[0].display());
    Ok(())
}

fn cargo(root: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<()> {
    println!("cargo {}", arguments.join(" "));
    let mut command = Command::new(env!("CARGO"));
    let status = command.args(arguments).envs(environment.iter().copied()).current_dir(root).status();
    let status = status.with_context(|| format!("starting cargo {}", arguments.join(" ")))?;
    anyhow::ensure!(status.success(), "cargo {} failed", arguments.join(" "));
    Ok(())
}
