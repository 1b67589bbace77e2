//! What is done about one edition: predict, publish, grade; and the models it rests on.

use std::path::PathBuf;

use domain::{Cutoff, Edition, GameDate};
use jiff::Timestamp;
use pipeline::plan::World;
use pipeline::{DocumentKind, Partition, Rows, Step};
use runtime::{Disposition, RunReport, TaskReport, TaskState, Worker};

use super::App;
use crate::clock_words::AsOf;
use crate::published;

/// What came of an action on an edition.
#[derive(Debug)]
pub struct EditionReport {
    /// The edition.
    pub edition: Edition,
    /// Games of its slate.
    pub games: usize,
    /// What its tasks came to.
    pub tasks: Vec<TaskReport>,
    /// Tasks before it that were attempted: payloads, summaries, training.
    pub earlier: RunReport,
    /// The files its slate is published under.
    pub files: Vec<PathBuf>,
    /// The newer edition of the slate that these files show, if they do not show this one.
    pub shown_instead: Option<Edition>,
}

impl EditionReport {
    /// What came of one of its steps.
    pub fn decisive(&self, step: Step) -> Option<&TaskReport> {
        self.tasks.iter().find(|task| task.key.step.as_str() == step.name())
    }

    /// Whether it is published now.
    pub fn published(&self) -> bool {
        self.decisive(Step::Publish).is_some_and(|task| task.state == TaskState::Done)
    }

    /// Tasks before it that failed.
    pub fn failed_earlier(&self) -> impl Iterator<Item = &TaskReport> {
        self.earlier.tasks.iter().filter(|task| task.state.failure().is_some())
    }
}

impl App {
    /// The edition of a slate at a cutoff: the morning one, or as of an instant asked for.
    ///
    /// # Errors
    /// When the instant lies in the future: nobody knows yet what will be known then.
    pub async fn edition(&self, slate: GameDate, as_of: Option<AsOf>) -> anyhow::Result<Edition> {
        let now = self.now();
        if let Some(as_of) = as_of {
            let cutoff = as_of.resolve(slate);
            let when = GameDate::offset_text(cutoff);
            anyhow::ensure!(cutoff <= now, "--as-of {when} lies in the future: what will be known then is not known");
            return Ok(Edition { slate, cutoff: Cutoff::at(cutoff) });
        }
        let games = self.store.facts.games(slate..=slate, Edition::morning(slate, None).cutoff).await?;
        let morning = Edition::scheduled(slate, &games);
        // Before one o'clock the edition is of this minute.
        let minute = Timestamp::from_second(now.as_second().div_euclid(60) * 60).unwrap_or(now);
        Ok(Edition { slate, cutoff: morning.cutoff.min(Cutoff::at(minute)) })
    }

    /// The late editions that the line-ups known by now call for, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn late_editions(&self, slate: GameDate) -> anyhow::Result<Vec<Edition>> {
        let now = Cutoff::at(self.now());
        let games = self.store.facts.games(slate..=slate, now).await?;
        let spots = self.store.facts.lineups(slate, now).await?;
        Ok(pipeline::late_editions(slate, &games, &spots))
    }

    /// The newest edition of a slate of which something is under way, or about to be.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn edition_under_way(&self, slate: GameDate) -> anyhow::Result<Option<Edition>> {
        let unsettled = self.store.ledger.unsettled().await?.into_iter();
        let moving = unsettled.filter(|task| matches!(task.state, TaskState::Ready { .. } | TaskState::Running));
        let editions = moving.filter_map(|task| match task.key.partition.as_str().parse() {
            Ok(Partition::Edition(edition)) if edition.slate == slate => Some(edition),
            _ => None,
        });
        Ok(editions.max())
    }

    /// Predicts and publishes one edition: everything before it that is not done, then its own steps.
    ///
    /// # Errors
    /// When the store or the file system fails; a step that fails is an outcome.
    pub async fn run(&self, edition: Edition) -> anyhow::Result<EditionReport> {
        let worker = self.worker(None);
        let mut earlier = self.process(&worker).await?;
        let mut world = self.world(edition).await?;
        // A slate that nobody has heard of rests on nothing.
        if !world.scheduled.is_empty() {
            earlier.tasks.extend(self.prepare(&worker, &mut world).await?.tasks);
        }
        let report = self.reconcile(&worker, &mut world, World::prediction).await?;
        self.finish(&world, report, earlier, Step::Publish).await
    }

    /// Brings everything up to date that an edition rests on: summaries of the slates before it, and its models.
    async fn prepare(&self, worker: &Worker<Rows>, world: &mut World) -> anyhow::Result<RunReport> {
        let mut report = self.reconcile(worker, world, World::summaries).await?;
        report.tasks.extend(self.reconcile(worker, world, World::training).await?.tasks);
        Ok(report)
    }

    /// Trains the models that slates of a date's month may use.
    ///
    /// # Errors
    /// When the store fails; a step that fails is an outcome.
    pub async fn train(&self, date: GameDate) -> anyhow::Result<RunReport> {
        let worker = self.worker(None);
        let mut report = self.process(&worker).await?;
        let mut world = self.world(Edition::morning(date, None)).await?;
        report.tasks.extend(self.prepare(&worker, &mut world).await?.tasks);
        Ok(report)
    }

    /// Merges and prices an edition's forecasts again, by hand.
    ///
    /// # Errors
    /// When the store fails; a step that fails is an outcome.
    pub async fn consolidate(&self, edition: Edition) -> anyhow::Result<EditionReport> {
        let worker = self.worker(None);
        let mut world = self.world(edition).await?;
        let through = |world: &World| {
            world.prediction().into_iter().filter(|planned| planned.step <= Step::Consolidate).collect()
        };
        let report = self.reconcile(&worker, &mut world, through).await?;
        self.finish(&world, report, RunReport::default(), Step::Consolidate).await
    }

    /// Grades an edition and publishes its results.
    ///
    /// # Errors
    /// When the store or the file system fails; a step that fails is an outcome.
    pub async fn grade(&self, edition: Edition) -> anyhow::Result<EditionReport> {
        let worker = self.worker(None);
        let mut earlier = self.process(&worker).await?;
        let mut world = self.world(edition).await?;
        let report = self.reconcile(&worker, &mut world, World::grading).await?;
        earlier.tasks.extend(self.renew_leaderboard(&worker, edition.slate).await?.tasks);
        self.finish(&world, report, earlier, Step::PublishResults).await
    }

    /// Makes the newest leaderboard anew where a slate before it was graded after it: that edition's results, not
    /// another's, and its leaderboard alone.
    async fn renew_leaderboard(&self, worker: &Worker<Rows>, graded: GameDate) -> anyhow::Result<RunReport> {
        let newest = self.store.views.newest_twins().await?.get(&DocumentKind::Leaderboard.twin()).copied();
        let Some(newest) = newest.filter(|newest| *newest > graded) else { return Ok(RunReport::default()) };
        let mut editions = self.store.outputs.published_editions(newest..=newest).await?;
        while let Some(edition) = editions.pop() {
            if self.output(edition, Step::PublishResults).await?.is_some() {
                let mut world = self.world(edition).await?;
                let results = |world: &World| {
                    world.grading().into_iter().filter(|planned| planned.step == Step::PublishResults).collect()
                };
                let report = self.reconcile(worker, &mut world, results).await?;
                published::project(&self.store, &self.data_dir, newest).await?;
                return Ok(report);
            }
        }
        Ok(RunReport::default())
    }

    /// Writes the files, tells whether they are fresh, and puts the report together.
    async fn finish(
        &self,
        world: &World,
        report: RunReport,
        earlier: RunReport,
        last: Step,
    ) -> anyhow::Result<EditionReport> {
        let edition = world.edition;
        let files = published::project(&self.store, &self.data_dir, edition.slate).await?;
        let games = world.games.get(&edition.slate).map_or(0, Vec::len);
        let newest = self.store.outputs.published_editions(edition.slate..=edition.slate).await?.pop();
        let shown_instead = newest.filter(|newest| *newest > edition);
        let report = EditionReport { edition, games, tasks: newest_reports(report), earlier, files, shown_instead };
        // A date outside the known schedule tells nothing about the page.
        let known = world.schedule_span().is_some_and(|(first, last)| (first..=last).contains(&edition.slate));
        if last == Step::Publish && known {
            let problem = report.decisive(last).and_then(unpublished);
            let halted = self.publishing_halted().await?;
            published::tell(&self.store, &self.data_dir, edition.slate, problem.as_deref(), halted).await?;
        }
        Ok(report)
    }

    /// The edition of a slate to look at or grade: the newest published one, or else the morning one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn published_edition(&self, slate: GameDate) -> anyhow::Result<Edition> {
        match self.store.outputs.published_editions(slate..=slate).await?.pop() {
            Some(edition) => Ok(edition),
            None => self.edition(slate, None).await,
        }
    }
}

/// One report a task: the last round's.
fn newest_reports(report: RunReport) -> Vec<TaskReport> {
    let mut newest: Vec<TaskReport> = Vec::new();
    for task in report.tasks {
        match newest.iter_mut().find(|existing| existing.key == task.key) {
            // A later round that found nothing changed says less than the attempt before it.
            Some(_) if task.disposition == Disposition::Unchanged => {}
            Some(existing) => *existing = task,
            None => newest.push(task),
        }
    }
    newest
}

/// Why a publishing task did not publish.
fn unpublished(task: &TaskReport) -> Option<String> {
    match &task.state {
        TaskState::Done | TaskState::Nothing { .. } | TaskState::EmptyOk { .. } => None,
        state => Some(state.why().unwrap_or(state.code()).to_owned()),
    }
}
