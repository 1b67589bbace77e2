//! The doctor's look around: everything it judges, read side by side.

use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::{Cutoff, Edition, Game, GameDate};
use jiff::{SignedDuration, Timestamp};
use runtime::alerts::Policy;
use runtime::{AttemptFilter, Which};
use store::{OpenError, Store};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::App;
use crate::alert_sinks::AlertRoutes;
use crate::doctor::{self, Check, Examined, Probe, Tonight};

/// Whoever asks waits no longer for a write.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Whether schedules fire is judged by the ticks of so long.
const TICKS_WITHIN: SignedDuration = SignedDuration::from_hours(24 * 30);

impl App {
    /// Looks at everything. `opening` opens the store for work: whether it takes writes is told by writing. Nothing is
    /// closed or tried again.
    pub async fn examine(
        &self,
        opening: impl Future<Output = Result<Store, OpenError>> + Send + 'static,
    ) -> Vec<Check> {
        let (store, now) = (&self.store, self.now());
        let page = async { Ok(doctor::page(self.tonight(now).await?, store.views.newest_published().await?, now)) };
        let payloads =
            async { Ok(doctor::payloads(self.tonight(now).await?, store.views.newest_landing().await?, now)) };
        let features = async {
            let report = self.feature_health(GameDate::of(now)).await?;
            Ok(doctor::features(report.as_ref().map(|report| &report.features[..])))
        };
        let clock = async { Ok(doctor::clock(self.newest_start().await?, now)) };
        let schedules = async { Ok(doctor::schedules(&store.schedules.ticks_since(now - TICKS_WITHIN).await?, now)) };
        let (probe, ledger, page, features, payloads, clock, schedules, routes) = tokio::join!(
            probe(opening, now),
            self.examine_ledger(),
            page,
            features,
            payloads,
            clock,
            schedules,
            self.examine_routes(now)
        );
        let disk = free(&self.data_dir).map(doctor::disk);
        let others = [
            judged(Examined::Page, page),
            judged(Examined::Features, features),
            judged(Examined::Payloads, payloads),
            judged(Examined::Clock, clock),
            judged(Examined::Disk, disk),
            judged(Examined::Schedules, schedules),
            judged(Examined::Routes, routes),
        ];
        [doctor::store(&probe)].into_iter().chain(ledger).chain(others).collect()
    }

    /// Looks at the ledger alone: its rules, attempts under way, dead letters.
    pub async fn examine_ledger(&self) -> Vec<Check> {
        let (store, now) = (&self.store, self.now());
        let rules = async { Ok(doctor::ledger(&store.history.broken_rules().await?)) };
        let attempts = async { Ok(doctor::attempts(&store.ledger.open_attempts().await?, now)) };
        let dead_letters = async { Ok(doctor::dead_letters(&store.ledger.unsettled().await?, now)) };
        let (rules, attempts, dead_letters) = tokio::join!(rules, attempts, dead_letters);
        vec![
            judged(Examined::Ledger, rules),
            judged(Examined::Attempts, attempts),
            judged(Examined::DeadLetters, dead_letters),
        ]
    }

    async fn examine_routes(&self, now: Timestamp) -> anyhow::Result<Check> {
        Ok(match AlertRoutes::of(&self.settings) {
            Ok(routes) => {
                let proven = self.store.alerts.last_synthetics().await?;
                doctor::routes(&routes.names(), &proven, Policy::default().proven_for, now)
            }
            Err(problem) => doctor::routes_wrong(&problem),
        })
    }

    /// Today's slate, where it has games.
    async fn tonight(&self, now: Timestamp) -> anyhow::Result<Option<Tonight>> {
        let slate = GameDate::of(now);
        let games = self.store.facts.games(slate..=slate, Cutoff::at(now)).await?;
        let first = Game::scheduled(&games, slate, Cutoff::at(now)).map(Game::earliest_tipoff).min();
        Ok(first.map(|first_tipoff| Tonight { edition: Edition::scheduled(slate, &games), first_tipoff }))
    }

    /// When the newest attempt began.
    async fn newest_start(&self) -> anyhow::Result<Option<Timestamp>> {
        let newest = AttemptFilter { step: None, which: Which::All, since: Timestamp::MIN, at_most: 1 };
        Ok(self.store.history.attempts(&newest).await?.pop().map(|attempt| attempt.started_at))
    }
}

fn judged(examined: Examined, check: anyhow::Result<Check>) -> Check {
    check.unwrap_or_else(|problem| Check::unknown(examined, &problem))
}

/// Opens the store for work, writes, reads back and removes. On a thread that nobody waits for longer than the patience:
/// who else writes may hold it up for a minute.
async fn probe(opening: impl Future<Output = Result<Store, OpenError>> + Send + 'static, now: Timestamp) -> Probe {
    let (answer, answered) = oneshot::channel();
    let runtime = Handle::current();
    let started = Instant::now();
    std::thread::spawn(move || {
        let written = runtime.block_on(async {
            opening.await?.history.probe(now).await?;
            anyhow::Ok(())
        });
        // Whoever asked may be gone.
        let _ = answer.send(written);
    });
    match tokio::time::timeout(PATIENCE, answered).await {
        Ok(Ok(Ok(()))) => Probe::Took(SignedDuration::try_from(started.elapsed()).unwrap_or(SignedDuration::MAX)),
        Ok(Ok(Err(problem))) => Probe::Failed(problem),
        Ok(Err(_)) => Probe::Failed(anyhow::anyhow!("the thread that wrote has died")),
        Err(_) => Probe::NoAnswer(SignedDuration::try_from(PATIENCE).unwrap_or(SignedDuration::MAX)),
    }
}

/// Bytes that are free for the data directory.
fn free(directory: &Path) -> anyhow::Result<u64> {
    let volume =
        rustix::fs::statvfs(directory).with_context(|| format!("asking for the space of {}", directory.display()))?;
    Ok(volume.f_bavail.saturating_mul(volume.f_frsize))
}
