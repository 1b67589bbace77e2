//! `tipoff bench league`: how far our forecasts are from the best there can be, in a league whose truth is known.
//!
//! The oracle's law of a player's points is what he scored when the same game was played again and again with everything that
//! was true before it, and other luck. No forecast can do better on average than that law.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use domain::{Market, Season};
use pipeline::backtest::{Backtest, Contender, Formulas, Refit, Walk, WalkedEdition};
use pipeline::ports::Unkept;
use pipeline::{Moment, Progress};
use predict::SystemId;
use runtime::{Clock, Silent, SystemClock};

use crate::App;
use crate::demo::visit;
use crate::league::{League, SEASON};

/// Seasons that are played before the one that is walked: they are what is learned from.
const EARLIER: i16 = 3;

/// How far a system is from the oracle on the rows it answered.
#[derive(Debug)]
pub(crate) struct Regret {
    /// Whose.
    pub(crate) system: SystemId,
    /// Player-games of `p10` that it answered.
    pub(crate) rows: usize,
    /// Its mean CRPS.
    pub(crate) crps: f64,
    /// The oracle's on the same rows.
    pub(crate) oracle: f64,
}

impl Regret {
    /// By how much its CRPS lies above the oracle's, in per cent of that.
    pub(crate) fn percent(&self) -> f64 {
        100.0 * (self.crps / self.oracle - 1.0)
    }
}

/// Plays a league in a scratch store, walks its last season, and compares.
pub(crate) async fn run(
    data_dir: &Path,
    (seed, replays): (u64, u32),
    progress: &dyn Progress,
) -> anyhow::Result<Vec<Regret>> {
    let scratch = data_dir.join("bench");
    let regrets = measure(&scratch, (seed, replays), progress).await;
    std::fs::remove_dir_all(&scratch).with_context(|| format!("removing {}", scratch.display()))?;
    regrets
}

async fn measure(scratch: &Path, (seed, replays): (u64, u32), progress: &dyn Progress) -> anyhow::Result<Vec<Regret>> {
    progress.beat("playing", 0, 1);
    let league = Arc::new(League::play_seasons(seed, SEASON - EARLIER..=SEASON, replays));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let app = App::open(scratch, clock, Arc::new(Silent)).await?;
    app.enter_world(&format!("simulated league, seed {seed}")).await?;
    let slates = league.slates();
    let opening = *slates.first().context("a league has slates")?;
    visit(&app, &league, opening, Moment::Morning).await?;
    app.parse().await?;
    for (done, slate) in slates.iter().enumerate() {
        progress.beat("nights played", done as u64, slates.len() as u64);
        visit(&app, &league, *slate, Moment::Midday).await?;
        visit(&app, &league, *slate, Moment::AfterGames).await?;
    }
    let walk = Walk {
        season: Season::starting(SEASON as u16),
        market: Market::Points,
        edition: WalkedEdition::Morning,
        refit: Refit::Monthly,
        formulas: Formulas::Current,
    };
    let walked = app.backtest(walk, &Unkept, progress).await?;
    Ok(SystemId::MARKET_FREE.into_iter().filter_map(|system| regret(&walked, &league, system)).collect())
}

fn regret(walked: &Backtest, league: &League, system: SystemId) -> Option<Regret> {
    let place = walked.contenders.iter().position(|contender| *contender == Contender::System(system))?;
    let scores: Vec<(f64, f64)> = walked
        .rows
        .iter()
        .filter(|row| row.in_p10)
        .filter_map(|row| {
            let ours = row.said[place]?.law?.crps;
            Some((ours, fair_crps(league.replayed(row.game, row.player), row.count)?))
        })
        .collect();
    let mean = |of: fn(&(f64, f64)) -> f64| scores.iter().map(of).sum::<f64>() / scores.len() as f64;
    let rows = scores.len();
    (rows > 0).then(|| Regret { system, rows, crps: mean(|(ours, _)| *ours), oracle: mean(|(_, oracle)| *oracle) })
}

/// The continuous ranked probability score of the law behind a sample. That of the sample itself would be too high, as a sample
/// is not its law: its own spread, over the size less one, is what it is too high by. Nothing of a sample of one.
fn fair_crps(sample: &[u16], count: u16) -> Option<f64> {
    let n = sample.len() as f64;
    let most = sample.iter().copied().max()?.max(count);
    let score = |at: u16| {
        let below = sample.iter().filter(|points| **points <= at).count() as f64 / n;
        let happened = if at >= count { 1.0 } else { 0.0 };
        (below - happened).powi(2) - below * (1.0 - below) / (n - 1.0)
    };
    (sample.len() > 1).then(|| (0..=most).map(score).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_samples_score_is_its_laws_on_average() {
        // A coin: the mean score of its own law is a quarter, whatever the size of the sample.
        for size in [2_u32, 3, 6] {
            let mut total = 0.0;
            for draws in 0..1_u32 << (size + 1) {
                let sample: Vec<u16> = (0..size).map(|bit| (draws >> bit & 1) as u16).collect();
                total += fair_crps(&sample, (draws >> size & 1) as u16).unwrap();
            }
            let mean = total / f64::from(1_u32 << (size + 1));
            assert!((mean - 0.25).abs() < 1e-12, "{size}: {mean}");
        }
        assert_eq!(fair_crps(&[7], 7), None);
    }
}
