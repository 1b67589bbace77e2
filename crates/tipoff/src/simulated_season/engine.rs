//! The engine: a season of events, and production's loops called when they are due.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use domain::GameDate;
use jiff::{SignedDuration, Timestamp};
use pipeline::Step;
use runtime::alerts::{Change, Condition, MemoryAlertStore};
use runtime::simulation::Chance;
use runtime::{
    AttemptId, Failure, FailureCategory, HEARTBEAT, Ledger, Produced, ScheduleStore, SchedulesInMemory, SettableClock,
    StepId, TaskKey, TaskState, TickRecord, Work,
};

use super::account::Account;
use super::crew::{Ears, Place, Process, usual};
use super::facts::Facts;
use super::troubles::{Blow, Content, Mood, Troubles};
use crate::app::Treatment;
use crate::app::dead_letters::treated;
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
            let is_stuck = works.worker.abandoned() >= runtime::SIDE_BY_SIDE;
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

    /// Somebody was told, and acts after a while: sooner by day.
    fn call_person(&mut self) {
        let mut chance = Chance::of(self.seed, &["person"], self.now.as_second().unsigned_abs());
        let wakes = GameDate::of(self.now).at(8, 0);
        let acts_at = (self.now + chance.seconds(120, 1800)).max(wakes.min(self.now + SignedDuration::from_hours(2)));
        if self.person_acts_at.is_none_or(|at| at <= self.now) {
            self.person_acts_at = Some(acts_at);
            self.post(acts_at, Event::Mend);
        }
    }

    /// Mends what is broken and replays the dead letters; what still fails whoever asks is waited for.
    async fn mend(&mut self) -> anyhow::Result<()> {
        let letters = self.dead().await?;
        let fails = |key: &TaskKey| self.troubles.bursts.iter().any(|burst| is_struck(burst, key, self.now));
        let (waits, mut mended): (Vec<_>, Vec<_>) = letters.into_iter().partition(|task| fails(&task.key));
        mended.retain(|task| !is_feed(&task.key));
        for task in &mended {
            self.stories.entry(task.key.clone()).or_default().mended = true;
        }
        let replayed = treated(&mended, &Treatment::Replay { per_minute: u32::MAX }, self.now);
        self.place.ledger.put(&replayed).await?;
        if !waits.is_empty() {
            self.person_acts_at = Some(self.now + SignedDuration::from_mins(5));
            self.post(self.now + SignedDuration::from_mins(5), Event::Mend);
        }
        Ok(())
    }

    /// The morning's round: damaged files and looks that failed are put aside, and grades that died are replayed.
    async fn tidy_up(&mut self) -> anyhow::Result<()> {
        let day_ago = self.now - SignedDuration::from_hours(24);
        let (feeds, mut others): (Vec<_>, Vec<_>) = self.dead().await?.into_iter().partition(|task| is_feed(&task.key));
        others.retain(|task| task.updated_at < day_ago);
        for task in &others {
            self.stories.entry(task.key.clone()).or_default().mended = true;
        }
        let dropped = treated(&feeds, &Treatment::Drop { why: "it is over".to_owned() }, self.now);
        let replayed = treated(&others, &Treatment::Replay { per_minute: u32::MAX }, self.now);
        self.place.ledger.put(&dropped).await?;
        self.place.ledger.put(&replayed).await?;
        Ok(())
    }

    async fn dead(&self) -> anyhow::Result<Vec<runtime::Task>> {
        let mut letters = self.place.ledger.unsettled().await?;
        letters.retain(|task| matches!(task.state, TaskState::Dead { .. }));
        Ok(letters)
    }

    /// Takes the steps that a process started, and decides when each ends.
    fn take_steps(&mut self, process: usize) {
        let Some(works) = &mut self.processes[process] else { return };
        let mut begun = Vec::new();
        for started in works.yard.take() {
            let (attempt, key) = (started.finish.attempt(), started.context.key.clone());
            works.steps.insert(attempt, started);
            begun.push((attempt, key));
        }
        for (attempt, key) in begun {
            let story = self.stories.entry(key.clone()).or_default();
            story.tries += 1;
            let mood = if is_feed(&key) { Mood::Works } else { Mood::of(self.seed, &key, story.run) };
            let usual = Step::named(key.step.as_str()).map_or(SECOND, usual);
            let mut chance = Chance::of(self.seed, &["lasts", &attempt.to_string()], 0);
            let lasts = usual / 2 + chance.seconds(0, usual.as_secs());
            let lasts = match mood {
                Mood::Hangs if story.tries == 1 => continue,
                Mood::Slow(times) => lasts * times,
                _ => lasts,
            };
            self.post(self.now + BEATS, Event::Beat(process, attempt));
            self.post(self.now + lasts, Event::End(process, attempt));
        }
    }

    /// A step ends, as the troubles have it.
    fn end(&mut self, process: usize, attempt: AttemptId) {
        let step = self.processes[process].as_mut().and_then(|works| works.steps.remove(&attempt));
        let Some(step) = step else { return };
        let outcome = self.outcome(&step.context.key, attempt);
        step.finish.with(outcome, Default::default());
    }

    fn outcome(&mut self, key: &TaskKey, attempt: AttemptId) -> Result<Produced<u64>, Failure> {
        let story = self.stories.entry(key.clone()).or_default();
        let made = Ok(Produced::Rows(attempt.0.unsigned_abs()));
        if let Some(file) = self.facts.file(key) {
            return match file.content {
                Content::Good => made,
                Content::Empty => Ok(Produced::Nothing { why: "no row is in the file".to_owned() }),
                Content::Damaged => {
                    Err(Failure::permanent(FailureCategory::UpstreamFailure, "the file ends in the middle"))
                }
            };
        }
        if is_feed(key) {
            let is_closed = self.troubles.closed.iter().any(|span| span.contains(self.now));
            let refused = || Failure::transient(FailureCategory::UpstreamFailure, "the provider answers 503");
            return if is_closed { Err(refused()) } else { made };
        }
        if self.troubles.bursts.iter().any(|burst| is_struck(burst, key, self.now)) {
            return Err(Failure::transient(FailureCategory::ProcessingError, "there is no memory left"));
        }
        match Mood::of(self.seed, key, story.run) {
            Mood::Stumbles(times) if story.tries <= times => {
                Err(Failure::transient(FailureCategory::UpstreamFailure, "a lookup failed"))
            }
            Mood::Broken if !story.mended => {
                Err(Failure::permanent(FailureCategory::ProcessingError, "division by zero"))
            }
            _ => made,
        }
    }
}

fn is_struck(burst: &super::troubles::Burst, key: &TaskKey, now: Timestamp) -> bool {
    burst.step.name() == key.step.as_str() && burst.span.contains(now)
}

/// Whether it is about bytes from outside, on which no page waits.
fn is_feed(key: &TaskKey) -> bool {
    [Step::Land, Step::Process].iter().any(|step| step.name() == key.step.as_str())
}

/// The rules of production.
pub(super) fn production(scene: &Scene, now: Timestamp) -> Vec<Condition> {
    watch::conditions(scene, now)
}
