//! Upkeep: everything on the agenda planned into the grid, and published files brought up to date. Whoever works here
//! then finds the tasks by claiming.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Edition, GameDate};
use jiff::{SignedDuration, Timestamp};
use pipeline::plan::{self, DirectoryRole, Planned, World};
use pipeline::{Rows, Step};
use runtime::{Asked, PlannedTask, Priority, StepId, Task, TaskState, Worker};

use super::App;
use super::grid::HeldUp;
use super::reconcile::runtime_plan;
use crate::agenda::{self, Goal};
use crate::published;

/// What is planned first is claimed first.
const URGENT: Priority = Priority(0);
const USUAL: Priority = Priority(1);

/// What landed together is parsed before anything is made of it anew, unless that takes longer than this: first what brings
/// names, then what is resolved against them.
const HELD_UP_BY_PARSING: SignedDuration = SignedDuration::from_mins(2);

impl App {
    /// Plans everything that is expected now. Planning twice is planning once: whoever does it, and however often.
    ///
    /// # Errors
    /// When the store or the file system fails.
    pub(crate) async fn upkeep(&self, worker: &Worker<Rows>) -> anyhow::Result<Vec<Goal>> {
        self.plan_processing(worker).await?;
        let goals = self.goals().await?;
        if !is_parsing(&self.store.ledger.unsettled().await?, self.now()) {
            self.plan_goals(worker, &goals).await?;
        }
        for slate in goals.iter().map(|goal| goal.edition().slate).collect::<BTreeSet<GameDate>>() {
            published::project(&self.store, &self.data_dir, slate).await?;
        }
        published::tell_halted(&self.data_dir, self.publishing_halted().await?)?;
        for goal in &goals {
            if let Goal::Publish(edition) = goal
                && edition.cutoff.instant() <= self.now()
            {
                self.tell_whether_fresh(*edition).await?;
            }
        }
        Ok(goals)
    }

    /// Plans the tasks of the goals, with what they rest on.
    async fn plan_goals(&self, worker: &Worker<Rows>, goals: &[Goal]) -> anyhow::Result<()> {
        let mut foundations = BTreeSet::<(Step, pipeline::Partition)>::new();
        for goal in goals {
            let edition = goal.edition();
            let mut world = self.world(edition).await?;
            if world.scheduled.is_empty() && !matches!(goal, Goal::Publish(_)) {
                continue;
            }
            let now = self.now();
            let planned = self.plan(&mut world, |world| expected(world, *goal)).await?;
            let tasks = wanted(*goal, planned, &mut foundations, now);
            worker.enter(&tasks, Asked::ByClock).await?;
        }
        Ok(())
    }

    /// Says beside the files whether they show the edition that is due.
    async fn tell_whether_fresh(&self, edition: Edition) -> anyhow::Result<()> {
        let partition = pipeline::Partition::Edition(edition).to_string().into();
        let tasks = self.store.ledger.tasks(&[partition]).await?;
        let publish = tasks.iter().find(|task| task.key.step.as_str() == Step::Publish.name());
        let breakers = self.store.ledger.breakers().await?;
        let breaker = breakers.get(&StepId::from(Step::Publish.name()));
        let held_up = breaker.and_then(|breaker| HeldUp::of(breaker, self.now()));
        let problem = publish.filter(|task| !task.state.is_settled()).map(|task| {
            let state = task.state.code().replace('_', " ");
            let why = task.state.why().or(held_up.as_ref().map(HeldUp::why)).unwrap_or("it will be done soon");
            format!("publish is {state}: {why}")
        });
        let halted = self.publishing_halted().await?;
        published::tell(&self.store, &self.data_dir, edition.slate, problem.as_deref(), halted).await
    }

    /// By whom publication is halted, since when and why; nothing while it goes on.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn publishing_halted(&self) -> anyhow::Result<Option<String>> {
        let breakers = self.store.ledger.breakers().await?;
        let breaker = breakers.get(&StepId::from(Step::Publish.name()));
        Ok(breaker.and_then(|breaker| HeldUp::of(breaker, self.now())).and_then(|held_up| match held_up {
            HeldUp::ByHand(why) => Some(why),
            HeldUp::LeftAlone(_) => None,
        }))
    }

    /// What is expected now: the scheduled editions of today and tomorrow, today's late ones, what ticks asked for, and the grades of the
    /// last days.
    pub(super) async fn goals(&self) -> anyhow::Result<Vec<Goal>> {
        let now = self.now();
        let today = GameDate::of(now);
        let mut goals = Vec::new();
        for slate in [today, today.plus_days(1)] {
            let morning = Edition::morning(slate, None);
            let games = self.store.facts.games(slate..=slate, morning.cutoff).await?;
            goals.push(Goal::Publish(Edition::scheduled(slate, &games)));
        }
        goals.extend(self.late_editions(today).await?.into_iter().map(Goal::Publish));
        let since = now - SignedDuration::from_hours(agenda::TICKS_COUNT_FOR_HOURS);
        goals.extend(agenda::asked_for(&self.store.schedules.ticks_since(since).await?));
        goals.extend(self.forced().await?);
        let published =
            self.store.outputs.published_editions(today.plus_days(-agenda::GRADED_WITHIN_DAYS)..=today).await?;
        goals.extend(newest_of_each(published).into_iter().map(Goal::Grade));
        let mut seen = BTreeSet::new();
        goals.retain(|goal| seen.insert(*goal));
        Ok(goals)
    }

    /// Plans the parsing of what has landed.
    async fn plan_processing(&self, worker: &Worker<Rows>) -> anyhow::Result<()> {
        let (landed, parsed) = (self.store.raw.landed().await?, self.store.raw.parsed().await?);
        let revision = self.revisions().await?.of_directory();
        let due = |role| runtime_plan(&plan::processing(&landed, &parsed, revision, role, self.now()));
        let feeding = worker.enter(&due(DirectoryRole::Feeds), Asked::ByClock).await?;
        // Each name that comes would have all that wait for names read again.
        if !is_parsing(feeding.values(), self.now()) {
            worker.enter(&due(DirectoryRole::Reads), Asked::ByClock).await?;
        }
        Ok(())
    }
}

/// Whether payloads are being parsed that became due a moment ago. What is made of their facts is made once, after the last
/// of them, and not once a payload.
pub(crate) fn is_parsing<'t>(tasks: impl IntoIterator<Item = &'t Task>, now: Timestamp) -> bool {
    tasks.into_iter().any(|task| {
        task.key.step.as_str() == Step::Process.name()
            && matches!(task.state, TaskState::Ready { .. } | TaskState::Running)
            && task.wanted_since.is_some_and(|since| now.duration_since(since) < HELD_UP_BY_PARSING)
    })
}

/// The tasks of a goal as the runtime is to have them. What several editions rest on is planned once: `foundations` holds
/// what was.
pub(crate) fn wanted(
    goal: Goal,
    mut planned: Vec<Planned>,
    foundations: &mut BTreeSet<(Step, pipeline::Partition)>,
    now: Timestamp,
) -> Vec<PlannedTask> {
    let edition = goal.edition();
    if edition.cutoff.instant() > now {
        plan::hold_until_cutoff(&mut planned, edition);
    }
    planned.retain(|planned| {
        let rests = !matches!(planned.partition, pipeline::Partition::Edition(_));
        !rests || foundations.insert((planned.step, planned.partition.clone()))
    });
    let priority = if matches!(goal, Goal::Publish(_)) { URGENT } else { USUAL };
    let mut tasks = runtime_plan(&planned);
    tasks.iter_mut().for_each(|task| task.priority = priority);
    tasks
}

/// The tasks of a goal, with what they rest on.
pub(crate) fn expected(world: &World, goal: Goal) -> Vec<Planned> {
    let predicted = || world.summaries().into_iter().chain(world.training()).chain(world.prediction());
    match goal {
        Goal::Publish(_) => predicted().collect(),
        Goal::Predict(_) => predicted().filter(|planned| planned.step != Step::Publish).collect(),
        Goal::Grade(_) => world.grading(),
    }
}

/// The newest edition of each slate.
pub(super) fn newest_of_each(editions: Vec<Edition>) -> Vec<Edition> {
    let newest: BTreeMap<GameDate, Edition> = editions.into_iter().map(|edition| (edition.slate, edition)).collect();
    newest.into_values().collect()
}
