//! From the plan to work done: plan, execute, plan again, until nothing is left to attempt.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Cutoff, Edition, Game};
use jiff::SignedDuration;
use pipeline::plan::{Planned, Readiness, Standing, World};
use pipeline::{Coverage, Partition, Rows, Step, source};
use runtime::state::chain;
use runtime::{Asked, Fingerprint, Lane, PlannedTask, Priority, RunReport, StepId, Task, TaskKey, TaskState, Worker};

use super::App;

/// Leases are looked at so often.
const REAP_EVERY: SignedDuration = SignedDuration::from_secs(1);

/// Rounds of planning and work before something must be wrong with the plan.
const MAX_ROUNDS: usize = 8;

impl App {
    /// Plans and executes until nothing is left to attempt. Some readiness follows from work just done, so a plan is
    /// made anew after each round; a task that failed is not attempted twice.
    pub(super) async fn reconcile(
        &self,
        worker: &Worker<Rows>,
        world: &mut World,
        plan: impl Fn(&World) -> Vec<Planned>,
    ) -> anyhow::Result<RunReport> {
        let mut all = RunReport::default();
        let mut failed = BTreeSet::<TaskKey>::new();
        for _ in 0..MAX_ROUNDS {
            let mut round = runtime_plan(&self.plan(world, &plan).await?);
            round.retain(|planned| !failed.contains(&planned.key));
            let report = self.execute(worker, &round).await?;
            let ran = report.tasks.iter().filter(|task| task.ran());
            let (failures, progress): (Vec<_>, Vec<_>) = ran.partition(|task| task.state.failure().is_some());
            failed.extend(failures.into_iter().map(|task| task.key.clone()));
            let finished = progress.is_empty();
            all.tasks.extend(report.tasks);
            if finished {
                return Ok(all);
            }
        }
        anyhow::bail!(
            "after {MAX_ROUNDS} rounds there is still work: a plan must come to an end, so this is a fault of ours"
        )
    }

    /// Executes a plan that a person asked for. Meanwhile whoever died elsewhere with a task of it is noticed.
    pub(super) async fn execute(&self, worker: &Worker<Rows>, plan: &[PlannedTask]) -> anyhow::Result<RunReport> {
        let reaper = self.reaper();
        let reap = async {
            loop {
                self.clock.sleep(REAP_EVERY).await;
                if let Err(error) = reaper.tick().await {
                    tracing::warn!("the ledger could not be reached: {}", chain(&error));
                }
            }
        };
        tokio::select! {
            report = worker.run(plan, Asked::ByPerson) => Ok(report?),
            () = reap => unreachable!("it never ends"),
        }
    }

    /// What `plan` makes of the world as it is now.
    pub(super) async fn plan(
        &self,
        world: &mut World,
        plan: impl Fn(&World) -> Vec<Planned>,
    ) -> anyhow::Result<Vec<Planned>> {
        world.revisions = self.revisions().await?;
        Ok(self.planned(world, plan).await?.0)
    }

    /// What `plan` makes of the world as it was read, and the tasks that were looked at for it.
    pub(super) async fn planned(
        &self,
        world: &mut World,
        plan: impl Fn(&World) -> Vec<Planned>,
    ) -> anyhow::Result<(Vec<Planned>, BTreeMap<TaskKey, Task>)> {
        let mut partitions: Vec<Partition> = plan(world).into_iter().map(|planned| planned.partition).collect();
        partitions.extend(world.watched());
        let tasks = self.store.ledger.tasks(&partition_names(&partitions)).await?;
        let stands = |task: &Task| {
            let partition = task.key.partition.as_str().parse().ok()?;
            Some(((Step::named(task.key.step.as_str())?, partition), standing(task)))
        };
        world.tasks = tasks.iter().filter_map(stands).collect();
        Ok((plan(world), tasks.into_iter().map(|task| (task.key.clone(), task)).collect()))
    }

    /// The schedule, and what is known about an edition, as planning needs them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn world(&self, edition: Edition) -> anyhow::Result<World> {
        let mut world = World::new(edition, self.directory().await?.schedule(), self.revisions().await?);
        let games = self.store.facts.games(edition.slate..=edition.slate, edition.cutoff).await?;
        world.scheduled = Game::scheduled(&games, edition.slate, edition.cutoff).cloned().collect();
        let spots = self.store.facts.lineups(edition.slate, edition.cutoff).await?;
        world.coverage = Coverage::of(edition, &games, &spots);
        world.earlier = self.store.outputs.published_editions(edition.slate..=edition.slate).await?;
        world.earlier.retain(|earlier| *earlier < edition);
        let now = Cutoff::at(self.now());
        let facts = self.store.facts.slate_facts(edition.slate).await?;
        world.finished = facts.scores.iter().filter_map(|score| Some(score.open(now)?.game)).collect();
        world.markets = self.markets.clone();
        world.answers_heard = self.store.answers.answers_heard(edition).await?;
        let earlier = self.store.outputs.performance(edition.slate.plus_days(-1)).await?;
        world.earlier_records = Fingerprint::of(earlier.iter().map(|record| format!("{record:?}"))).to_string();
        Ok(world)
    }
}

pub(crate) fn standing(task: &Task) -> Standing {
    match (&task.state, task.output) {
        (TaskState::Done, Some(output)) => Standing::Done(output.0),
        (TaskState::Nothing { .. } | TaskState::EmptyOk { .. }, _) => Standing::Nothing,
        (TaskState::Dead { why, .. } | TaskState::RetryAt { why, .. }, output) => {
            Standing::Failed { why: why.clone(), output: output.map(|output| output.0) }
        }
        _ => Standing::Open,
    }
}

/// The plan in the runtime's words.
pub(crate) fn runtime_plan(plan: &[Planned]) -> Vec<PlannedTask> {
    plan.iter()
        .map(|planned| {
            let spec = planned.step.spec();
            let readiness = match &planned.readiness {
                Readiness::Ready { inputs } => runtime::Readiness::Ready { inputs: Fingerprint::of(inputs) },
                Readiness::NotYet { until, why } => runtime::Readiness::NotYet { until: *until, why: why.clone() },
                Readiness::Nothing { why } => runtime::Readiness::Nothing { why: why.clone() },
            };
            PlannedTask {
                key: TaskKey::new(spec.name, planned.partition.to_string()),
                step_version: spec.version,
                needs: spec.needs.iter().map(|need| StepId::from(need.name())).collect(),
                readiness,
                lane: lane(planned),
                priority: Priority::default(),
            }
        })
        .collect()
}

/// Later payloads correct earlier ones, so they are parsed in order. Training uses every core by itself and holds nine
/// seasons of history, so there is one at a time. A provider is asked by as many at once as it allows, on all machines
/// together: who waits for one that is slow, or hangs, keeps nobody from another.
fn lane(planned: &Planned) -> Option<Lane> {
    match (planned.step, &planned.partition) {
        (step @ Step::Process, _) => Some(Lane::from(step.name())),
        (Step::TrainModels | Step::TrainLateModels, _) => Some(Lane::from(Step::TrainModels.name())),
        (Step::Land, Partition::Delivery { delivery, source }) => {
            let provider = source::all().into_iter().find(|known| known.id() == source)?.provider()?;
            let asked = format!("{delivery} {source}");
            let nth = asked.bytes().map(usize::from).sum::<usize>() % provider.spec().at_once as usize;
            Some(Lane::from(format!("{provider} {nth}")))
        }
        _ => None,
    }
}

/// Partitions in the runtime's words, each once.
pub(crate) fn partition_names(partitions: &[Partition]) -> Vec<runtime::Partition> {
    let names: BTreeSet<runtime::Partition> = partitions.iter().map(|partition| partition.to_string().into()).collect();
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use pipeline::source::Provider;

    use super::*;

    #[test]
    fn a_provider_is_asked_by_as_many_at_once_as_it_allows() {
        let lane_of = |source: &str, game: usize| {
            let partition = format!("delivery 2025-01-15 final 00224{game:05} 4320 of {source}").parse().unwrap();
            let readiness = Readiness::Ready { inputs: Vec::new() };
            lane(&Planned { step: Step::Land, partition, readiness }).unwrap()
        };
        for (source, provider) in [("nba_cdn_box_score", Provider::NbaCdn), ("stats_nba_box_v3", Provider::NbaStats)] {
            let lanes: BTreeSet<Lane> = (500..600).map(|game| lane_of(source, game)).collect();
            assert_eq!(lanes.len(), provider.spec().at_once as usize, "{source}");
        }
        assert!(Provider::ALL.iter().all(|provider| provider.spec().at_once > 0));
    }
}
