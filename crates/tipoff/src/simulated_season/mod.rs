//! A simulated season: production's loops, plans, rules and alerts from October to April, with realistic noise; and an
//! account of its own of which alerts told of a real threat.
//!
//! What runs is production's: worker, reaper, scheduler and its table, planning, the watch's rules and the alerter. What is
//! simulated is the work of the steps, the feeds, the people, and everything that goes wrong: files that are late, empty,
//! damaged, missing or corrected, a dependency that is stale for twenty hours, providers that answer nothing but errors,
//! steps that stumble, hang, crawl or break, processes that die or freeze, nights in which nobody is there, a broken route.
//!
//! A *threat* is one of these, as the account finds it in the troubles that were drawn and in what became of each slate:
//!
//! - A page is not out at its first tip-off, or comes out within ten minutes before it.
//! - A page is not out on its day, and something it rests on is dead: nothing but a person brings it on.
//! - Results are not there six hours after the last game became final.
//! - Nobody was there for so long that ticks of the schedules were lost: somebody must see why.
//! - A route to people is broken.
//!
//! Everything else that happens is noise, and nobody is to be told of it. A threat *alerted* if people heard of it, by name,
//! within ten minutes of its beginning (or of the return of whoever could tell), or in the hour before; of lateness, by the
//! deadline. An alert is *of a threat* if it names a promise while that is in danger, or ten minutes ahead.

mod account;
mod calendar;
mod crew;
mod engine;
mod facts;
#[cfg(test)]
mod tests;
mod troubles;

use domain::GameDate;
use jiff::Timestamp;
use serde::Serialize;

use account::{Account, Danger, Told};
use engine::{Engine, PROCESSES, Rules};
use facts::Facts;
use troubles::Troubles;

/// At least this share of alerts must be of a threat.
const SHARE_AT_LEAST: f64 = 0.95;

/// How a simulated season went.
#[derive(Debug, Serialize)]
pub(crate) struct SeasonReport {
    schema_version: u32,
    seed: u64,
    pub(crate) slates: usize,
    /// Slates whose page was out before the first tip-off.
    pub(crate) published_in_time: usize,
    /// Alerts that people were told of: each that opened, and each that became worse.
    pub(crate) alerts: usize,
    /// Those of a threat.
    pub(crate) alerts_of_threats: usize,
    /// The share of those.
    pub(crate) share: f64,
    share_at_least: f64,
    /// Threats.
    pub(crate) threats: usize,
    /// Those that alerted.
    pub(crate) threats_alerted: usize,
    /// What was noise and was told all the same.
    pub(crate) false_alerts: Vec<String>,
    /// What was a threat and was not told.
    pub(crate) unalerted: Vec<String>,
    /// Files that were late, damaged, empty or corrected, by what befell them, and everything else that went wrong.
    pub(crate) troubles: std::collections::BTreeMap<&'static str, usize>,
}

impl SeasonReport {
    /// Whether alerts are worth heeding, and all of them came.
    pub(crate) fn holds(&self) -> bool {
        self.share >= SHARE_AT_LEAST && self.unalerted.is_empty()
    }

    fn of(
        seed: u64,
        account: &Account,
        facts: &Facts,
        troubles: std::collections::BTreeMap<&'static str, usize>,
    ) -> Self {
        let dangers = account.dangers(facts);
        let is_real = |told: &&Told| dangers.iter().any(|danger| danger.justifies(told));
        let (real, noise): (Vec<&Told>, Vec<&Told>) = account.told.iter().partition(is_real);
        let was_told = |danger: &&Danger| account.told.iter().any(|told| danger.was_told(told));
        let (alerted, unalerted): (Vec<&Danger>, Vec<&Danger>) = dangers.iter().partition(was_told);
        let in_time = |(slate, at): &(&GameDate, &Timestamp)| facts.first_tipoff(**slate).is_some_and(|tip| **at < tip);
        let alerts = account.told.len();
        Self {
            schema_version: 1,
            seed,
            slates: facts.games.len(),
            published_in_time: account.published.iter().filter(in_time).count(),
            alerts,
            alerts_of_threats: real.len(),
            share: if alerts == 0 { 1.0 } else { real.len() as f64 / alerts as f64 },
            share_at_least: SHARE_AT_LEAST,
            threats: dangers.len(),
            threats_alerted: alerted.len(),
            false_alerts: noise.iter().map(|told| words(told)).collect(),
            unalerted: unalerted
                .iter()
                .map(|danger| format!("{:?} from {}: {}", danger.promise, danger.span.from, danger.why))
                .collect(),
            troubles,
        }
    }
}

fn words(told: &Told) -> String {
    let slas: Vec<&str> = told.alert.slas.keys().map(String::as_str).collect();
    format!("{} {}: {} ({})", told.at, told.alert.root, told.alert.message, slas.join(", "))
}

/// Simulates the first so many slates of a season.
///
/// # Errors
/// When the ledger in memory fails, which it does not.
pub(crate) async fn simulate(seed: u64, slates: usize) -> anyhow::Result<SeasonReport> {
    under(seed, slates, engine::production).await
}

/// The same under other rules of what to state.
async fn under(seed: u64, slates: usize, rules: Rules) -> anyhow::Result<SeasonReport> {
    let games = calendar::draw(seed, slates);
    let troubles = Troubles::draw(seed, &games, PROCESSES);
    let counted = troubles.counted();
    let (account, facts) = Engine::new(seed, Facts::new(games), troubles, rules).run().await?;
    Ok(SeasonReport::of(seed, &account, &facts, counted))
}
