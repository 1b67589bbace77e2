//! `tipoff demo`: a simulated league, one night from lines to grades.

use super::{Exit, Global};

/// Play a simulated league, predict one night of it, publish it and grade it. No network, no keys.
#[derive(clap::Args)]
pub(super) struct Arguments {}

pub(super) async fn run(_: &Arguments, _: &Global) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
