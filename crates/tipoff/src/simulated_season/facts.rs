//! Facts: what is known as of now, and the plan that production makes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{Cutoff, Edition, Game, GameDate};
use jiff::{SignedDuration, Timestamp};
use pipeline::plan::{self, Askable, Planned, Readiness, World};
use pipeline::ports::Revision;
use pipeline::source::{Directory, Provider};
use pipeline::{Coverage, Partition, PayloadHash, Step};
use runtime::{Asked, Ledger, LedgerError, MemoryLedger, Task, TaskKey, TickRecord, Worker};

use super::troubles::{Feed, File};
use crate::agenda::{self, GRADED_WITHIN_DAYS, Goal};
use crate::app::SlaReport;
use crate::app::grid::{cells, cells_of};
use crate::app::reconcile::{partition_names, runtime_plan, standing};
use crate::app::scene::{are_lines_known, are_missing, foundations, may_be_due, results_due};
use crate::app::upkeep::{expected, is_parsing, wanted};
use crate::watch::Scene;

/// Slates further back than this are of no interest to the plan: everything about them is done.
const LOOKS_BACK_DAYS: i32 = 10;

/// What is known.
pub(super) struct Facts {
    pub(super) games: BTreeMap<GameDate, Vec<Game>>,
    directory: Directory,
    /// Who is asked besides: their files land by themselves.
    live: BTreeSet<Provider>,
    revisions: BTreeMap<(&'static str, GameDate), u64>,
    files: BTreeMap<TaskKey, File>,
    unread: Vec<Planned>,
    /// When each task was first done.
    done_at: BTreeMap<TaskKey, Timestamp>,
}

impl Facts {
    pub(super) fn new(games: BTreeMap<GameDate, Vec<Game>>) -> Self {
        Self {
            directory: Directory::new(games.values().flatten().cloned().collect(), Vec::new(), Vec::new()),
            live: BTreeSet::from([Provider::NbaCdn]),
            games,
            revisions: BTreeMap::new(),
            files: BTreeMap::new(),
            unread: Vec::new(),
            done_at: BTreeMap::new(),
        }
    }

    /// A file lands, and is to be parsed.
    pub(super) fn land(&mut self, number: usize, file: File) {
        let hash = PayloadHash::of(format!("file {number}").as_bytes());
        let partition = Partition::Payload { source: "simulated".to_owned(), parser: 1, hash, again: None };
        let key = TaskKey::new(Step::Process.name(), partition.to_string());
        self.files.insert(key, file);
        let readiness = Readiness::Ready { inputs: vec!["directory 1".to_owned()] };
        self.unread.push(Planned { step: Step::Process, partition, readiness });
    }

    /// The file that a task parses.
    pub(super) fn file(&self, key: &TaskKey) -> Option<&File> {
        self.files.get(key)
    }

    /// A task is done: a file that was parsed becomes known.
    pub(super) fn done(&mut self, key: &TaskKey, now: Timestamp) {
        self.done_at.entry(key.clone()).or_insert(now);
        if let Some(file) = self.files.get(key) {
            let tables: &[&str] = match file.feed {
                Feed::Injuries => &["injury_event"],
                Feed::Lines => &["prop_line"],
                Feed::Boxes => &["box_score", "final_score", "player_shots"],
            };
            for table in tables {
                *self.revisions.entry((table, file.slate)).or_default() += 1;
            }
        }
        if key.step.as_str() == Step::PlayerGameSummary.name()
            && let Ok(Partition::Slate(slate)) = key.partition.as_str().parse()
        {
            *self.revisions.entry(("player_game_summary", slate)).or_default() += 1;
        }
    }

    /// The edition that a slate publishes; one without games too.
    pub(super) fn edition(&self, slate: GameDate) -> Edition {
        Edition::morning(slate, self.first_tipoff(slate))
    }

    /// By when a slate's page is promised; nothing on a day without games.
    pub(super) fn first_tipoff(&self, slate: GameDate) -> Option<Timestamp> {
        self.games.get(&slate)?.iter().map(Game::earliest_tipoff).min()
    }

    /// When a slate's results are promised.
    pub(super) fn results_due(&self, slate: GameDate) -> Option<Timestamp> {
        results_due(self.games.get(&slate)?)
    }

    /// Plans everything that is expected now, as production does.
    pub(super) async fn plan(
        &mut self,
        worker: &Worker<u64>,
        ledger: &MemoryLedger<u64>,
        ticks: &[TickRecord],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let unread = std::mem::take(&mut self.unread);
        worker.enter(&runtime_plan(&unread), Asked::ByClock).await?;
        if is_parsing(&ledger.unsettled().await?, now) {
            return Ok(());
        }
        let mut planned_once = BTreeSet::new();
        for goal in self.goals(ledger, ticks, now).await? {
            let world = self.world(ledger, goal.edition()).await?;
            if world.scheduled.is_empty() && !matches!(goal, Goal::Publish(_)) {
                continue;
            }
            let tasks = wanted(goal, expected(&world, goal), &mut planned_once, now);
            worker.enter(&tasks, Asked::ByClock).await?;
            if let Goal::Publish(Edition { slate, cutoff }) = goal {
                let askable = Askable { live: &self.live, away: &BTreeSet::new() };
                let looks = plan::day(slate, cutoff.instant(), askable, &self.directory, now);
                worker.enter(&runtime_plan(&looks), Asked::ByClock).await?;
            }
        }
        Ok(())
    }

    async fn goals(
        &self,
        ledger: &MemoryLedger<u64>,
        ticks: &[TickRecord],
        now: Timestamp,
    ) -> Result<Vec<Goal>, LedgerError> {
        let today = GameDate::of(now);
        let mut goals = vec![Goal::Publish(self.edition(today)), Goal::Publish(self.edition(today.plus_days(1)))];
        let since = now - SignedDuration::from_hours(agenda::TICKS_COUNT_FOR_HOURS);
        let ticks: Vec<TickRecord> = ticks.iter().filter(|tick| tick.decision.due() >= since).cloned().collect();
        goals.extend(agenda::asked_for(&ticks));
        for slate in (0..=GRADED_WITHIN_DAYS).map(|days| today.plus_days(-days)) {
            let edition = self.edition(slate);
            if self.games.contains_key(&slate)
                && task(ledger, Step::Publish, edition).await?.as_ref().is_some_and(is_out)
            {
                goals.push(Goal::Grade(edition));
            }
        }
        Ok(goals)
    }

    /// What there is to plan an edition from.
    async fn world(&self, ledger: &MemoryLedger<u64>, edition: Edition) -> Result<World, LedgerError> {
        let near = edition.slate.plus_days(-LOOKS_BACK_DAYS)..=edition.slate.plus_days(1);
        let games = self.games.range(near.clone()).map(|(slate, games)| (*slate, games.clone())).collect();
        let revisions = self.revisions.iter().filter(|((_, slate), _)| near.contains(slate));
        let revisions = revisions.map(|((table, slate), rows)| Revision {
            table: (*table).to_owned(),
            slate: Some(*slate),
            rows: *rows,
        });
        let mut world = World::new(edition, Arc::new(games), Arc::new(revisions.collect()));
        let scheduled = self.games.get(&edition.slate).cloned().unwrap_or_default();
        if self.revisions.contains_key(&("final_score", edition.slate)) {
            world.finished = scheduled.iter().map(|game| game.id).collect();
        }
        let to_come = |game: &&Game| Cutoff::at(game.earliest_tipoff()) > edition.cutoff;
        let games = scheduled.iter().filter(to_come).cloned().collect();
        world.coverage = Coverage { games, ..Coverage::default() };
        world.scheduled = scheduled;
        let tasks = ledger.tasks(&partition_names(&world.watched())).await?.into_iter().filter_map(|task| {
            let partition = task.key.partition.as_str().parse().ok()?;
            Some(((Step::named(task.key.step.as_str())?, partition), standing(&task)))
        });
        world.tasks = tasks.collect();
        Ok(world)
    }

    /// What the watch looks at, as production reads it. `took` is what steps used to take.
    pub(super) async fn scene(
        &self,
        ledger: &MemoryLedger<u64>,
        ticks: Vec<TickRecord>,
        took: &impl Fn(&runtime::StepId) -> Option<SignedDuration>,
        now: Timestamp,
    ) -> Result<Scene, LedgerError> {
        let today = GameDate::of(now);
        let mut scene = Scene {
            unsettled: ledger.unsettled().await?,
            open: ledger.open_attempts().await?,
            breakers: ledger.breakers().await?,
            ticks,
            ..Scene::default()
        };
        if let Some(deadline) = self.first_tipoff(today) {
            let edition = self.edition(today);
            let world = self.world(ledger, edition).await?;
            let planned = cells_of(&world);
            let partitions: Vec<Partition> = planned.iter().map(|planned| planned.partition.clone()).collect();
            let names = partition_names(&partitions);
            let tasks = ledger.tasks(&names).await?;
            let recorded = tasks.into_iter().map(|task| (task.key.clone(), task)).collect();
            let attempts = ledger.newest_attempts(&names).await?;
            let attempts = attempts.iter().map(|attempt| (&attempt.key, attempt)).collect();
            let publish = TaskKey::new(Step::Publish.name(), Partition::Edition(edition).to_string());
            let out_at = self.done_at.get(&publish).copied();
            let cells = cells(planned, &recorded, &attempts, now);
            scene.tonight = Some(SlaReport::of(edition, deadline, &cells, out_at, took, now));
            scene.foundations = foundations(&world);
            scene.are_lines_known = are_lines_known(&world);
        }
        for (slate, games) in self.games.range(may_be_due(today)) {
            let slate = *slate;
            let Some(due) = results_due(games).filter(|due| *due <= now) else { continue };
            let edition = self.edition(slate);
            let is_published = task(ledger, Step::Publish, edition).await?.as_ref().is_some_and(is_out);
            let results = task(ledger, Step::PublishResults, edition).await?;
            if is_published && are_missing(results.as_ref()) {
                scene.ungraded.push((slate, due));
            }
        }
        Ok(scene)
    }
}

/// Whether a page was ever published.
pub(super) fn is_out(task: &Task) -> bool {
    task.output.is_some()
}

/// A task of an edition.
pub(super) async fn task(
    ledger: &MemoryLedger<u64>,
    step: Step,
    edition: Edition,
) -> Result<Option<Task>, LedgerError> {
    let partition = Partition::Edition(edition).to_string();
    let tasks = ledger.tasks(&[partition.into()]).await?;
    Ok(tasks.into_iter().find(|task| task.key.step.as_str() == step.name()))
}
