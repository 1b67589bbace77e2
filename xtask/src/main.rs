//! `cargo xtask`: what keeps the repository in order, run by people and by CI alike.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Context;
use clap::Parser;

/// Keep the repository in order.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Check the house rules that no compiler knows: dependencies, sizes, names, first sentences, boundaries.
    Tidy,
    /// Everything a change must pass: format, tidy, lints, documentation, tests.
    Ci,
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default();
    let outcome = match Task::parse() {
        Task::Tidy => tidy(&root),
        Task::Ci => ci(&root),
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
    cargo(root, &["fmt", "--all", "--check"], &[])?;
    cargo(root, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], &[])?;
    cargo(
        root,
        &["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    // Tidy is one of the tests.
    cargo(root, &["test", "--workspace", "--locked"], &[])
}

fn cargo(root: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<()> {
    println!("cargo {}", arguments.join(" "));
    let mut command = Command::new(env!("CARGO"));
    let status = command.args(arguments).envs(environment.iter().copied()).current_dir(root).status();
    let status = status.with_context(|| format!("starting cargo {}", arguments.join(" ")))?;
    anyhow::ensure!(status.success(), "cargo {} failed", arguments.join(" "));
    Ok(())
}
