//! Unattended operation: loops that each do one thing when it is due, in one process or in many. Each tick is a function of
//! the store and the clock; a loop only decides when to call it again.

mod supervisor;

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use pipeline::Rows;
use runtime::alerts::{AlertStore, AlertStoreError, Alerter, Policy};
use runtime::{Clock, Firing, HEARTBEAT, ScheduleId, Scheduler, Work, Worker};
use sd_notify::NotifyState;
use tokio::sync::watch as signal;

use crate::App;
use crate::alert_sinks::{AlertRoutes, Ping};
use crate::fetch::Live;
use crate::schedules::{self, Action, Entry};
use crate::watch;

/// What a process does besides making attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Everything: schedules, planning, alerts.
    Serve,
    /// Attempts only: more capacity for a store that somebody else serves.
    Work,
}

/// Deadlines and leases are looked at so often.
const TICK: SignedDuration = SignedDuration::from_secs(1);
/// Schedules are looked at so often.
const SCHEDULE_TICK: SignedDuration = SignedDuration::from_secs(5);
/// Planning is done again at least so often: time alone makes things ready.
const PLAN_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// The watch looks so often.
const WATCH_TICK: SignedDuration = SignedDuration::from_secs(15);
/// What is under way is given so long to end when the process is asked to stop.
const DRAIN: SignedDuration = SignedDuration::from_secs(20);
/// Who leads, leads for so long after each look at the clock.
pub(crate) const LEASE: SignedDuration = HEARTBEAT;
/// Attempts that left nothing are kept so long.
const RETENTION: SignedDuration = SignedDuration::from_hours(24 * 90);

/// One process at work.
pub(crate) struct Service {
    app: Arc<App>,
    duty: Duty,
    worker: Worker<Rows>,
    clock: Arc<dyn Clock>,
    live: Live,
    alerter: Alerter,
    ping: Option<Ping>,
    /// Turns true when the process shall stop.
    stop: signal::Receiver<bool>,
}

impl Service {
    /// A service of this data directory that tells people through these routes; `stop` turns true when it shall end.
    ///
    /// # Errors
    /// When a route or the ping cannot be set up.
    pub(crate) fn new(
        app: Arc<App>,
        duty: Duty,
        routes: AlertRoutes,
        stop: signal::Receiver<bool>,
    ) -> anyhow::Result<Self> {
        let (clock, live) = (app.clock.clone(), Live::of(&app.settings)?);
        let worker = app.worker(app.way_out(&live)?);
        let alerter = Alerter::new(app.store.alerts.clone(), routes.sinks()?, Policy::default());
        let ping = Ping::of(&app.settings)?;
        Ok(Self { app, duty, worker, clock, live, alerter, ping, stop })
    }

    /// Works until asked to stop, then gives back what is under way. Beats stop last.
    ///
    /// # Errors
    /// When the schedules make no sense, or when every thread is stuck in a step that does not end: then whoever
    /// supervises this process should start it anew.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let scheduler = self.scheduler()?;
        if !self.live.providers().is_empty() {
            self.app.enter_world("nba").await?;
        }
        let live: Vec<&str> = self.live.providers().iter().map(|provider| provider.name()).collect();
        tracing::info!(live = live.join(","), worker = %self.app.store.worker, "at work");
        supervisor::tell(NotifyState::Ready);
        let beating = signal::Sender::new(true);
        let keep = self.every(TICK, beating.subscribe(), || async { Ok(self.worker.keep().await?) });
        let work = async {
            let reap = self.until_stopped(TICK, || async {
                self.app.reaper().tick().await?;
                Ok(())
            });
            let schedule = self.until_stopped(SCHEDULE_TICK, || self.fire(&scheduler));
            let look = self.until_stopped(WATCH_TICK, || self.watch());
            let ask = self.until_stopped(PLAN_EVERY, || self.plan_looks());
            let outcome = tokio::join!(self.attempts(), self.planning(), reap, schedule, look, ask).0;
            self.worker.give_all_back().await?;
            beating.send_replace(false);
            outcome
        };
        let (outcome, ()) = tokio::join!(work, keep);
        tracing::info!("stopped");
        outcome
    }

    fn scheduler(&self) -> anyhow::Result<Scheduler> {
        let store = self.app.store.schedules.clone();
        Ok(Scheduler::new(store, schedules::all()?, self.app.store.worker.as_str(), LEASE)?)
    }

    /// Claims and settles until asked to stop; then lets what is under way end, for a while.
    async fn attempts(&self) -> anyhow::Result<()> {
        while !self.stopped() {
            // Here, because work stands still where this loop does.
            supervisor::tell(NotifyState::Watchdog);
            match self.worker.tick(&Work::Anything).await {
                Ok(tick) if !tick.started.is_empty() || !tick.settled.is_empty() => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!("the ledger could not be reached: {}", runtime::state::chain(&error)),
            }
            anyhow::ensure!(
                !self.worker.is_stuck(),
                "every thread is stuck in a step that does not end; a fresh process is needed"
            );
            tokio::select! {
                () = self.worker.finished(PLAN_EVERY) => {}
                () = self.app.store.ledger.changed(PLAN_EVERY) => {}
                () = self.clock.sleep(TICK) => {}
                () = self.stop_asked() => {}
            }
        }
        supervisor::tell(NotifyState::Stopping);
        self.worker.close_to_new();
        let give_up = self.clock.now() + DRAIN;
        while self.worker.busy() > 0 && self.clock.now() < give_up {
            if let Err(error) = self.worker.tick(&Work::Anything).await {
                tracing::warn!("the ledger could not be reached: {}", runtime::state::chain(&error));
            }
            self.worker.finished(TICK).await;
        }
        Ok(())
    }

    /// Plans when something has changed, and once in a while because time has passed. One process at a time does.
    async fn planning(&self) {
        if self.duty == Duty::Work {
            return;
        }
        while !self.stopped() {
            let leads = self.leads("planner").await.unwrap_or_else(|error| {
                tracing::warn!("planning failed: {error:#}");
                false
            });
            // Listens before it looks: what changes while it plans is planned next.
            let changed = async {
                tokio::select! {
                    () = self.app.store.ledger.changed(PLAN_EVERY) => {}
                    () = self.stop_asked() => {}
                }
            };
            let planned = async {
                if leads && let Err(error) = self.app.upkeep(&self.worker).await {
                    tracing::warn!("planning failed: {error:#}");
                }
                // Changes come in bursts: a second later most of them are there.
                self.clock.sleep(TICK).await;
            };
            tokio::join!(changed, planned);
        }
    }

    async fn plan_once(&self) -> anyhow::Result<()> {
        if self.leads("planner").await? {
            self.app.upkeep(&self.worker).await?;
        }
        Ok(())
    }

    /// Plans what live providers are to be asked. Time alone decides that.
    async fn plan_looks(&self) -> anyhow::Result<()> {
        if self.duty == Duty::Work || !self.leads("planner").await? {
            return Ok(());
        }
        self.app.plan_looks(&self.worker, self.live.providers()).await
    }

    async fn leads(&self, name: &str) -> anyhow::Result<bool> {
        let (store, holder) = (&self.app.store.schedules, self.app.store.worker.as_str());
        Ok(store.lead(name, holder, self.clock.now(), LEASE).await?.is_some())
    }

    /// Fires what is due. Planning finds by itself what a tick asks for; only what planning does not know is done here.
    async fn fire(&self, scheduler: &Scheduler) -> anyhow::Result<()> {
        if self.duty == Duty::Work {
            return Ok(());
        }
        for Firing { schedule, due, late_by } in
            scheduler.tick(&BTreeSet::<ScheduleId>::new(), self.clock.now()).await?
        {
            tracing::info!(%schedule, %due, late = late_by.as_secs(), "tick");
            match Entry::named(&schedule).map(|entry| entry.action) {
                Some(Action::Prune) => self.prune().await?,
                Some(Action::Predict(_) | Action::Reconcile) => self.plan_once().await?,
                Some(Action::ProveRoutes) => self.alerter.synthetic(self.clock.now()).await?,
                None => {}
            }
        }
        Ok(())
    }

    /// States what is true now, and tells people what threatens a promise. One process at a time does.
    async fn watch(&self) -> anyhow::Result<()> {
        if self.duty == Duty::Work || !self.leads("watch").await? {
            return Ok(());
        }
        let now = self.clock.now();
        prove_routes_where_none_is(&self.alerter, self.app.store.alerts.as_ref(), now).await?;
        let conditions = watch::conditions(&self.app.scene().await?, now);
        self.alerter.tick(&conditions, now).await?;
        if let Some(ping) = &self.ping {
            ping.say(now).await;
        }
        Ok(())
    }

    async fn prune(&self) -> anyhow::Result<()> {
        let before: Timestamp = self.clock.now() - RETENTION;
        let gone = self.app.store.history.prune(before).await?;
        let told = self.app.store.alerts.prune(before).await?;
        tracing::info!(attempts = gone, alerts = told, "pruned");
        Ok(())
    }

    /// Does something every so often until asked to stop. What fails is logged and done again.
    async fn until_stopped<F: Future<Output = anyhow::Result<()>>>(&self, pause: SignedDuration, what: impl Fn() -> F) {
        while !self.stopped() {
            if let Err(error) = what().await {
                tracing::warn!("{error:#}");
            }
            tokio::select! {
                () = self.clock.sleep(pause) => {}
                () = self.stop_asked() => {}
            }
        }
    }

    /// Does something every so often while `going` is true.
    async fn every<F: Future<Output = anyhow::Result<()>>>(
        &self,
        pause: SignedDuration,
        mut going: signal::Receiver<bool>,
        what: impl Fn() -> F,
    ) {
        while *going.borrow() {
            if let Err(error) = what().await {
                tracing::warn!("{error:#}");
            }
            tokio::select! {
                () = self.clock.sleep(pause) => {}
                _ = going.changed() => {}
            }
        }
    }

    fn stopped(&self) -> bool {
        *self.stop.borrow()
    }

    async fn stop_asked(&self) {
        // Whoever could ask is gone: nobody will.
        if self.stop.clone().wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Tests the routes where no test ever arrived, or none for too long: after an absence they are proven before they are judged.
pub(crate) async fn prove_routes_where_none_is(
    alerter: &Alerter,
    alerts: &dyn AlertStore,
    now: Timestamp,
) -> Result<(), AlertStoreError> {
    let newest = alerts.last_synthetics().await?.into_values().max();
    if newest.is_none_or(|newest| now.duration_since(newest) > Policy::default().proven_for) {
        alerter.synthetic(now).await?;
    }
    Ok(())
}

/// Turns true at the first SIGTERM or SIGINT.
pub(crate) fn stop_signal() -> anyhow::Result<signal::Receiver<bool>> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let (sender, receiver) = signal::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        sender.send_replace(true);
        // Held so that the receiver never sees a closed channel.
        std::future::pending::<()>().await;
    });
    Ok(receiver)
}
