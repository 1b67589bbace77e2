//! The engine: a season of events, and production's loops called when they are due.

mod people;
mod steps;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use domain::GameDate;
use jiff::{SignedDuration, Timestamp};
use pipeline::Step;
use runtime::alerts::{Change, Condition, MemoryAlertStore};
use runtime::{
    AttemptId, HEARTBEAT, ScheduleStore, SchedulesInMemory, SettableClock, StepId, TaskKey, TaskState, TickRecord, Work,
};

use crate::simulated_season::account::Account;
use crate::simulated_season::crew::{Ears, Place, Process, usual};
use crate::simulated_season::facts::Facts;
use crate::simulated_season::troubles::{Blow, Troubles};
use crate::watch::{self, Scene};

/// Processes that serve.
pub(super) const PROCESSES: usize = 2;

const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// The watch looks so soon after anything has changed, as in production.
const WATCH_TICK: SignedDuration = SignedDuration::from_secs(15);
/// So often while something is under way or wrong and only time passes.
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// Planning follows what has changed so soon.
const PLAN_TICK: SignedDuration = SignedDuration::from_secs(5);
/// And so often while nothing is: what it sees is then the same.
const QUIET: SignedDuration = SignedDuration::from_mins(10);
/// What was tried in vain is tried again so soon.
const AGAIN: SignedDuration = SignedDuration::from_secs(5);
/// A step at work says so often that it is.
const BEATS: SignedDuration = SignedDuration::from_secs(20);

/// What states the conditions: production's rules, or others that a test plants.
pub(super) type Rules = fn(&Scene, Timestamp) -> Vec<Condition>;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A file lands.
    Land(usize),
    /// A step at work says so.
    Beat(usize, AttemptId),
    /// A step ends.
    End(usize, AttemptId),
    /// A process is struck.
    Blow(usize),
    /// Nobody is there any more.
    Away(usize),
    /// A process starts.
    Start(usize),
    /// A process that stood still goes on.
    Resume,
    /// A person who was told acts.
    Mend,
    /// A person puts aside what nobody needs any more.
    TidyUp(GameDate),
}

/// How often a task succeeded, how often it was attempted since, and whether somebody mended what was broken.
#[derive(Default)]
struct Story {
    run: u32,
    tries: u32,
    mended: bool,
}

/// A season under way.
pub(super) struct Engine {
    seed: u64,
    rules: Rules,
    now: Timestamp,
    ends: Timestamp,
    place: Place,
    processes: Vec<Option<Process>>,
    lives: usize,
    facts: Facts,
    troubles: Arc<Troubles>,
    stories: BTreeMap<TaskKey, Story>,
    heap: BinaryHeap<Reverse<(Timestamp, u64, Event)>>,
    posted: u64,
    ticks: Vec<TickRecord>,
    next_tick: Timestamp,
    plan_at: Timestamp,
    watch_at: Timestamp,
    claim_at: Option<Timestamp>,
    person_acts_at: Option<Timestamp>,
    /// Whether anything was written since the account looked.
    changed: bool,
    account: Account,
}

impl Engine {
    pub(super) fn new(seed: u64, facts: Facts, troubles: Troubles, rules: Rules) -> Self {
        let first = *facts.games.keys().next().expect("a season has slates");
        let last = *facts.games.keys().next_back().expect("a season has slates");
        let begins = first.at(0, 0);
        let place = Place {
            clock: Arc::new(SettableClock::new(begins)),
            ledger: Arc::default(),
            schedules: Arc::<SchedulesInMemory>::default(),
            alerts: Arc::<MemoryAlertStore>::default(),
            ears: Arc::<Ears>::default(),
        };
        let troubles = Arc::new(troubles);
        let mut engine = Self {
            seed,
            rules,
            now: begins,
            ends: last.plus_days(1).at(16, 0),
            place,
            processes: (0..PROCESSES).map(|_| None).collect(),
            lives: 0,
            account: Account::new(troubles.clone()),
            facts,
            troubles,
            stories: BTreeMap::new(),
            heap: BinaryHeap::new(),
            posted: 0,
            ticks: Vec::new(),
            next_tick: begins,
            plan_at: begins,
            watch_at: begins,
            claim_at: None,
            person_acts_at: None,
            changed: false,
        };
        engine.lay_out(begins, first, last);
        engine
    }

    fn lay_out(&mut self, begins: Timestamp, first: GameDate, last: GameDate) {
        let troubles = self.troubles.clone();
        (0..PROCESSES).for_each(|process| self.post(begins, Event::Start(process)));
        for (number, file) in troubles.files.iter().enumerate() {
            self.post(file.at, Event::Land(number));
        }
        for (number, (at, ..)) in troubles.blows.iter().enumerate() {
            self.post(*at, Event::Blow(number));
        }
        for (number, span) in troubles.away.iter().enumerate() {
            self.post(span.from, Event::Away(number));
        }
        let days = (1..=last.days_since(first)).map(|day| first.plus_days(day));
        days.for_each(|day| self.post(day.at(9, 45), Event::TidyUp(day)));
    }

    fn post(&mut self, at: Timestamp, event: Event) {
        self.posted += 1;
        self.heap.push(Reverse((at.max(self.now), self.posted, event)));
    }

    /// Plays the season to its end.
    pub(super) async fn run(mut self) -> anyhow::Result<(Account, Facts)> {
        while self.now < self.ends {
            self.now = self.next().max(self.now);
            self.place.clock.set(self.now);
            while self.heap.peek().is_some_and(|Reverse((at, ..))| *at <= self.now) {
                let Some(Reverse((_, _, event))) = self.heap.pop() else { break };
                self.handle(event).await?;
            }
            self.loops().await?;
            if std::mem::take(&mut self.changed) {
                self.account.look(&self.place.ledger, &self.facts, self.now).await?;
            }
        }
        self.account.end(self.now);
        Ok((self.account, self.facts))
    }

    /// When something is due next.
    fn next(&self) -> Timestamp {
        let (now, is_alive) = (self.now, |process: &&Process| process.frozen_until <= self.now);
        let event = self.heap.peek().map(|Reverse((at, ..))| *at);
        let mut dues: Vec<Timestamp> = event.into_iter().chain([self.ends]).collect();
        let alive: Vec<&Process> = self.processes.iter().flatten().filter(is_alive).collect();
        if !alive.is_empty() {
            dues.extend([self.plan_at, self.watch_at, self.next_tick]);
            dues.extend(self.claim_at);
            dues.extend(self.place.ledger.lease_until().map(|lease| lease.max(now + SECOND)));
        }
        dues.extend(alive.iter().filter_map(|process| process.worker.next_keep()).map(|keep| keep.max(now + SECOND)));
        dues.into_iter().min().unwrap_or(self.ends)
    }

    /// Something changed: who works looks at once, who plans and watches soon.
    fn stir(&mut self) {
        self.changed = true;
        let now = self.now;
        self.claim_at = Some(self.claim_at.map_or(now, |at| at.min(now)));
        self.plan_at = self.plan_at.min(now + PLAN_TICK);
        self.watch_at = self.watch_at.min(now + WATCH_TICK);
    }

    async fn handle(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Land(number) => self.facts.land(number, self.troubles.files[number].clone()),
            Event::Beat(process, attempt) => {
                if let Some(step) = self.processes[process].as_ref().and_then(|works| works.steps.get(&attempt)) {
                    step.context.beat("simulated", 1, 2);
                    self.post(self.now + BEATS, Event::Beat(process, attempt));
                }
                return Ok(());
            }
            Event::End(process, attempt) => self.end(process, attempt),
            Event::Blow(number) => {
                let (_, process, blow) = self.troubles.blows[number];
                match blow {
                    Blow::Dies(back_after) => self.die(process, self.now + back_after),
                    Blow::Freezes(lasts) => {
                        if let Some(works) = &mut self.processes[process] {
                            works.frozen_until = self.now + lasts;
                            self.post(self.now + lasts, Event::Resume);
                        }
                    }
                }
            }
            Event::Away(number) => {
                let until = self.troubles.away[number].until;
                (0..PROCESSES).for_each(|process| self.die(process, until));
            }
            Event::Start(process) => self.start(process).await?,
            Event::Resume => {}
            Event::Mend => self.mend().await?,
            Event::TidyUp(_) => self.tidy_up().await?,
        }
        self.stir();
        Ok(())
    }

    fn die(&mut self, process: usize, back_at: Timestamp) {
        let away = self.troubles.away.iter().find(|span| span.contains(self.now));
        self.processes[process] = None;
        self.post(away.map_or(back_at, |span| span.until.max(back_at)), Event::Start(process));
    }

    async fn start(&mut self, process: usize) -> anyhow::Result<()> {
        if self.troubles.away.iter().any(|span| span.contains(self.now)) || self.processes[process].is_some() {
            return Ok(());
        }
        self.lives += 1;
        let started = self.place.start(process, self.lives, self.troubles.deaf_route, self.now);
        started.reaper.tick().await?;
        self.processes[process] = Some(started);
        // A service that starts looks at everything at once.
        (self.watch_at, self.plan_at, self.next_tick) = (self.now, self.now, self.now);
        Ok(())
    }

    /// Every loop of every process that is due.
    async fn loops(&mut self) -> anyhow::Result<()> {
        let now = self.now;
        let (claims, plans) = (self.claim_at.is_some_and(|at| at <= now), self.plan_at <= now);
        let (watches, schedules) = (self.watch_at <= now, self.next_tick <= now);
        let mut moved = false;
        let mut turns = (plans, watches);
        for process in 0..PROCESSES {
            let Some(works) = self.processes[process].take() else { continue };
            if works.frozen_until > now {
                self.processes[process] = Some(works);
                continue;
            }
            moved |= self.work(&works, claims).await?;
            if watches && turns.1 && self.leads("watch", &works).await? {
                turns.1 = false;
                self.watch(&works).await?;
            }
            if schedules {
                self.fire(&works).await?;
            }
            if plans && turns.0 && self.leads("planner", &works).await? {
                turns.0 = false;
                let Self { facts, place, ticks, .. } = self;
                facts.plan(&works.worker, &place.ledger, ticks, now).await?;
                self.plan_at = now + QUIET;
                self.claim_at = Some(now + SECOND);
            }
            let is_stuck = works.worker.is_stuck();
            self.processes[process] = Some(works);
            self.take_steps(process);
            if is_stuck {
                self.die(process, now + AGAIN);
            }
        }
        if claims {
            let from = self.place.ledger.claimable_from();
            self.claim_at = from.map(|from| if moved { from.max(now) } else { from.max(now + AGAIN) });
        }
        // Where nobody leads yet, somebody will once the lease of who died has run out.
        if turns.0 {
            self.plan_at = now + SECOND;
        }
        if turns.1 {
            self.watch_at = now + SECOND;
        }
        if moved {
            self.stir();
        }
        Ok(())
    }

    async fn leads(&self, name: &str, works: &Process) -> anyhow::Result<bool> {
        Ok(self.place.schedules.lead(name, works.id.as_str(), self.now, HEARTBEAT).await?.is_some())
    }

    /// Beats, closes what is lost, settles and claims. Returns whether anything moved.
    async fn work(&mut self, works: &Process, claims: bool) -> anyhow::Result<bool> {
        let now = self.now;
        let mut moved = false;
        if works.worker.next_keep().is_some_and(|due| due <= now) {
            works.worker.keep().await?;
        }
        if self.place.ledger.lease_until().is_some_and(|lease| lease <= now) {
            moved |= !works.reaper.tick().await?.is_empty();
        }
        if !claims {
            return Ok(moved);
        }
        let tick = works.worker.tick(&Work::Anything).await?;
        for report in &tick.settled {
            let story = self.stories.entry(report.key.clone()).or_default();
            match report.state {
                TaskState::Done | TaskState::EmptyOk { .. } => {
                    *story = Story { run: story.run + 1, ..Story::default() };
                    self.facts.done(&report.key, self.now);
                }
                _ => {}
            }
        }
        Ok(moved || !tick.settled.is_empty() || !tick.started.is_empty())
    }

    async fn fire(&mut self, works: &Process) -> anyhow::Result<()> {
        for firing in works.scheduler.tick(&std::collections::BTreeSet::new(), self.now).await? {
            if firing.schedule.as_str() == "synthetic-alerts" {
                works.alerter.synthetic(self.now).await?;
            }
            self.plan_at = self.now;
        }
        let day = SignedDuration::from_hours(48);
        self.ticks = self.place.schedules.ticks_since(self.now - day).await?;
        let all = crate::schedules::all()?;
        let next = all.iter().filter_map(|schedule| schedule.next_after(self.now)).min();
        self.next_tick = next.unwrap_or(self.ends);
        Ok(())
    }

    async fn watch(&mut self, works: &Process) -> anyhow::Result<()> {
        let now = self.now;
        crate::serve::prove_routes_where_none_is(&works.alerter, self.place.alerts.as_ref(), now).await?;
        let took = |step: &StepId| Step::named(step.as_str()).map(usual);
        let day = now - SignedDuration::from_hours(24);
        let ticks = self.ticks.iter().filter(|tick| tick.decision.due() >= day).cloned().collect();
        let scene = self.facts.scene(&self.place.ledger, ticks, &took, now).await?;
        let conditions = (self.rules)(&scene, now);
        works.alerter.tick(&conditions, now).await?;
        let heard = self.place.ears.heard();
        let is_bad = |change| change != Change::Resolved;
        if heard.iter().any(|told| told.news.iter().any(|news| is_bad(news.change))) {
            self.call_person();
        }
        self.account.hear(&heard);
        let is_quiet = scene.unsettled.is_empty() && conditions.is_empty() && scene.open.is_empty();
        self.watch_at = now + if is_quiet { QUIET } else { MINUTE };
        Ok(())
    }
}

/// The rules of production.
pub(super) fn production(scene: &Scene, now: Timestamp) -> Vec<Condition> {
    watch::conditions(scene, now)
}
