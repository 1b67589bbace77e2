//! Actions: what an operator may do by hand. Each can be looked at before it is done, and each leaves an audit entry,
//! whether it was done on the command line, by the API or on a page.

use std::collections::{BTreeMap, BTreeSet};

use domain::{GameDate, PlayerId};
use jiff::SignedDuration;
use pipeline::plan::World;
use pipeline::{Partition, Step};
use runtime::state::stand;
use runtime::{Asked, AuditEntry, AuditOutcome, Breaker, PlannedTask, Priority, Task, TaskKey, TaskState};

use super::dead_letters::{Selection, Treatment};
use super::holding::Holdable;
use super::reconcile::partition_names;
use super::reparse::Reparse;
use super::{App, upkeep};
use crate::agenda::{Goal, TICKS_COUNT_FOR_HOURS};
use crate::published;

/// The name of the action that the agenda looks for.
const FORCE: &str = "force";

/// So many of the newest audits are looked at for it.
const LOOKED_AT: usize = 200;

/// What an operator does.
#[derive(Debug, Clone)]
pub enum Action {
    /// Plan and make a slate's page now, whatever failed before.
    Force {
        /// The slate.
        slate: GameDate,
    },
    /// Try what has failed of a slate's tasks again, of all of them or of one step, phase by phase.
    Retry {
        /// The slate.
        slate: GameDate,
        /// One step, or every one.
        step: Option<Step>,
    },
    /// Plan everything that is expected now, and do whatever is not done.
    SelfHeal,
    /// Let dead letters go again.
    Replay {
        /// Which.
        selection: Selection,
        /// So many a minute.
        per_minute: u32,
    },
    /// Put dead letters aside.
    Drop {
        /// Which.
        selection: Selection,
        /// Why.
        why: String,
    },
    /// Stop something until somebody lets it go on.
    Hold {
        /// What.
        what: Holdable,
        /// Why, for whoever sees it stand still.
        why: String,
    },
    /// Let what is held go on.
    Release {
        /// What.
        what: Holdable,
    },
    /// Parse landed bytes again.
    Reparse(Reparse),
    /// Say whose name a spelling is.
    Link {
        /// The spelling.
        name: String,
        /// Whose it is.
        player: PlayerId,
    },
}

/// What an action does, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// In words, a line each.
    pub lines: Vec<String>,
}

impl Action {
    /// Name in audits and addresses.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Force { .. } => FORCE,
            Self::Retry { .. } => "retry",
            Self::SelfHeal => "self_heal",
            Self::Replay { .. } => "replay",
            Self::Drop { .. } => "drop",
            Self::Hold { .. } => "hold",
            Self::Release { .. } => "release",
            Self::Reparse(_) => "reparse",
            Self::Link { .. } => "link",
        }
    }

    /// What it is done to.
    pub fn subject(&self) -> String {
        match self {
            Self::Force { slate } => slate.to_string(),
            Self::Retry { slate, step } => format!("{slate}, {}", step.map_or(Holdable::EveryStep, Holdable::Step)),
            Self::SelfHeal => "what is expected now".to_owned(),
            Self::Replay { selection, .. } | Self::Drop { selection, .. } => selection.to_string(),
            Self::Hold { what, .. } | Self::Release { what } => what.to_string(),
            Self::Reparse(what) => what.to_string(),
            Self::Link { name, player } => format!("{name}, {player}"),
        }
    }

    fn why(&self) -> &str {
        match self {
            Self::Drop { why, .. } | Self::Hold { why, .. } => why,
            _ => "",
        }
    }
}

impl App {
    /// What an action would do now. Nothing is changed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn foresee(&self, action: &Action) -> anyhow::Result<Effect> {
        let lines = match action {
            Action::Force { .. } | Action::Retry { .. } | Action::SelfHeal => {
                let asked = self.asked_for(action).await?;
                self.would_move(&asked).await?.iter().map(|task| format!("{} is ready to be made", task.key)).collect()
            }
            Action::Replay { selection, .. } => told(&self.dead_letters(selection).await?, "is tried again"),
            Action::Drop { selection, .. } => told(&self.dead_letters(selection).await?, "is put aside"),
            Action::Hold { what, why } => {
                self.holds(*what).await?.iter().map(|(name, _)| format!("{name} stands still: {why}")).collect()
            }
            Action::Release { what } => {
                self.held(*what).await?.iter().map(|(name, _)| format!("{name} goes on")).collect()
            }
            Action::Reparse(what) => self.would_reparse(what).await?,
            Action::Link { name, player } => vec![self.would_link(name, *player).await?],
        };
        Ok(Effect { lines })
    }

    /// Does an action, and notes who did it and what came of it.
    ///
    /// # Errors
    /// When the store fails; that is noted too, where it can be.
    pub async fn act(&self, action: &Action, actor: &str) -> anyhow::Result<Effect> {
        let subject = match action {
            // By its edition it is found on the agenda from now on.
            Action::Force { slate } => self.edition(*slate, None).await?.to_string(),
            other => other.subject(),
        };
        let done = self.done(action, actor).await;
        let (outcome, detail) = match &done {
            Ok(effect) if effect.lines.is_empty() => (AuditOutcome::Done, "there was nothing to do".to_owned()),
            Ok(effect) if action.why().is_empty() => (AuditOutcome::Done, format!("{} changed", effect.lines.len())),
            Ok(_) => (AuditOutcome::Done, action.why().to_owned()),
            Err(error) => (AuditOutcome::Failed, format!("{error:#}")),
        };
        self.audit(actor, action.name(), subject, outcome, detail).await?;
        done
    }

    /// Notes what somebody did by hand.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn audit(
        &self,
        actor: &str,
        action: &str,
        subject: String,
        outcome: AuditOutcome,
        detail: String,
    ) -> anyhow::Result<()> {
        let entry =
            AuditEntry { at: self.now(), actor: actor.to_owned(), action: action.to_owned(), subject, outcome, detail };
        tracing::info!(actor, action, subject = entry.subject, outcome = outcome.code(), "by hand");
        Ok(self.store.oversight.audit(&entry).await?)
    }

    /// The editions that somebody forced lately. What they rest on is made after they were planned, so they are planned until
    /// they have had their time.
    pub(super) async fn forced(&self) -> anyhow::Result<Vec<Goal>> {
        let since = self.now() - SignedDuration::from_hours(TICKS_COUNT_FOR_HOURS);
        let entries = self.store.oversight.newest_audits(LOOKED_AT).await?.into_iter();
        let forced = entries.filter(|entry| entry.at >= since && entry.action == FORCE);
        Ok(forced.filter_map(|entry| entry.subject.parse().ok()).map(Goal::Publish).collect())
    }

    async fn done(&self, action: &Action, actor: &str) -> anyhow::Result<Effect> {
        let lines = match action {
            Action::Force { .. } | Action::Retry { .. } | Action::SelfHeal => {
                let asked = self.asked_for(action).await?;
                let moved = self.would_move(&asked).await?;
                self.worker(None).enter(&asked, Asked::ByPerson).await?;
                moved.iter().map(|task| format!("{} is ready to be made", task.key)).collect()
            }
            Action::Replay { selection, per_minute } => {
                let letters = self.dead_letters(selection).await?;
                told(&self.treat(&letters, &Treatment::Replay { per_minute: *per_minute }).await?, "is tried again")
            }
            Action::Drop { selection, why } => {
                let letters = self.dead_letters(selection).await?;
                told(&self.treat(&letters, &Treatment::Drop { why: why.clone() }).await?, "is put aside")
            }
            Action::Hold { what, why } => {
                let held = Breaker::Held { since: self.now(), by: actor.to_owned(), why: why.clone() };
                self.moved(self.holds(*what).await?, &held, &format!("stands still: {why}")).await?
            }
            Action::Release { what } => self.moved(self.held(*what).await?, &Breaker::default(), "goes on").await?,
            Action::Reparse(what) => self.enter_reparse(what).await?,
            Action::Link { name, player } => self.link(name, *player).await?,
        };
        if matches!(action, Action::Hold { .. } | Action::Release { .. }) {
            published::tell_halted(&self.data_dir, self.publishing_halted().await?)?;
        }
        Ok(Effect { lines })
    }

    /// The tasks that an action asks for.
    async fn asked_for(&self, action: &Action) -> anyhow::Result<Vec<PlannedTask>> {
        let goals = match action {
            Action::Force { slate } => vec![Goal::Publish(self.edition(*slate, None).await?)],
            Action::Retry { slate, .. } => {
                let edition = self.published_edition(*slate).await?;
                vec![Goal::Publish(edition), Goal::Grade(edition)]
            }
            _ => self.goals().await?,
        };
        let mut asked = Vec::new();
        for goal in goals {
            let mut world = self.world(goal.edition()).await?;
            let planned = self.plan(&mut world, |world: &World| upkeep::expected(world, goal)).await?;
            let planned = upkeep::wanted(goal, planned, &mut BTreeSet::new(), self.now());
            asked.extend(planned);
        }
        if let Action::Retry { step: Some(step), .. } = action {
            asked.retain(|task| task.key.step.as_str() == step.name());
        }
        asked.iter_mut().for_each(|task| task.priority = Priority(0));
        Ok(asked)
    }

    /// Those of these tasks that would be ready if a person asked for them now, and are not.
    async fn would_move(&self, asked: &[PlannedTask]) -> anyhow::Result<Vec<Task>> {
        let partitions: Vec<Partition> =
            asked.iter().filter_map(|task| task.key.partition.as_str().parse().ok()).collect();
        let tasks = self.store.ledger.tasks(&partition_names(&partitions)).await?;
        let mut grid: BTreeMap<TaskKey, Task> = tasks.into_iter().map(|task| (task.key.clone(), task)).collect();
        let now = self.now();
        let mut moved = Vec::new();
        for planned in asked {
            let was_ready = grid.get(&planned.key).is_some_and(|task| matches!(task.state, TaskState::Ready { .. }));
            if let Some(task) = stand(grid.get(&planned.key), planned, &grid, Asked::ByPerson, now) {
                grid.insert(task.key.clone(), task.clone());
                if matches!(task.state, TaskState::Ready { .. }) && !was_ready {
                    moved.push(task);
                }
            }
        }
        Ok(moved)
    }
}

fn told(letters: &[Task], what: &str) -> Vec<String> {
    letters.iter().map(|letter| format!("{} {what}", letter.key)).collect()
}

#[cfg(test)]
mod tests {
    use runtime::state::{Ending, Failure};
    use runtime::{FailureCategory, StepId};

    use super::super::past::Past;
    use super::*;

    const PUBLISH: Holdable = Holdable::Step(Step::Publish);

    fn hold(what: Holdable) -> Action {
        Action::Hold { what, why: "the lines look wrong".to_owned() }
    }

    async fn audits(past: &Past) -> Vec<(String, String, String, AuditOutcome, String)> {
        let entries = past.app.store.oversight.newest_audits(10).await.unwrap().into_iter();
        entries.map(|entry| (entry.actor, entry.action, entry.subject, entry.outcome, entry.detail)).collect()
    }

    #[tokio::test]
    async fn a_step_is_held_and_let_go_and_both_are_noted() {
        let past = Past::seen_from("2026-01-15T18:00:00Z");
        let foreseen = past.app.foresee(&hold(PUBLISH)).await.unwrap();
        assert_eq!(foreseen.lines, ["publish stands still: the lines look wrong"]);
        assert_eq!(past.app.store.ledger.breakers().await.unwrap(), BTreeMap::new(), "looking changes nothing");
        assert_eq!(audits(&past).await, []);

        past.app.act(&hold(PUBLISH), "anna").await.unwrap();
        let why = "the lines look wrong".to_owned();
        let held = Breaker::Held { since: past.app.now(), by: "anna".to_owned(), why: why.clone() };
        assert_eq!(past.app.store.ledger.breakers().await.unwrap(), BTreeMap::from([("publish".into(), held)]));
        let again = past.app.act(&hold(PUBLISH), "otto").await.unwrap();
        assert_eq!(again, Effect::default(), "it is held already, and stays anna's");

        let released = past.app.act(&Action::Release { what: Holdable::EveryStep }, "otto").await.unwrap();
        assert_eq!(released.lines, ["publish goes on"]);
        assert_eq!(past.app.store.ledger.breakers().await.unwrap(), BTreeMap::new());
        let noted = |actor: &str, action: &str, subject: &str, detail: &str| {
            (actor.to_owned(), action.to_owned(), subject.to_owned(), AuditOutcome::Done, detail.to_owned())
        };
        let expected = [
            noted("otto", "release", "every step", "1 changed"),
            noted("otto", "hold", "publish", "there was nothing to do"),
            noted("anna", "hold", "publish", &why),
        ];
        assert_eq!(audits(&past).await, expected);
    }

    #[tokio::test]
    async fn a_halt_is_told_beside_files_that_are_fresh_until_it_ends() {
        let past = Past::seen_from("2026-01-15T18:00:00Z");
        let app = &past.app;
        let told = || published::told(&app.data_dir).map(|told| (told.stale, told.halted));
        app.act(&hold(Holdable::EveryStep), "anna").await.unwrap();
        assert_eq!(told(), None, "nothing was ever published");
        app.act(&Action::Release { what: Holdable::EveryStep }, "anna").await.unwrap();
        published::tell(&app.store, &app.data_dir, "2026-01-15".parse().unwrap(), None, None).await.unwrap();
        app.act(&hold(PUBLISH), "anna").await.unwrap();
        let (stale, halted) = told().unwrap();
        assert!(
            !stale && halted.is_some_and(|why| why.contains("held by anna") && why.contains("the lines look wrong"))
        );
        app.act(&Action::Release { what: PUBLISH }, "anna").await.unwrap();
        assert_eq!(told(), Some((false, None)));
    }

    #[tokio::test]
    async fn every_step_is_held_at_once_and_one_may_go_on() {
        let past = Past::seen_from("2026-01-15T18:00:00Z");
        let held = past.app.act(&hold(Holdable::EveryStep), "anna").await.unwrap();
        assert_eq!(held.lines.len(), Step::all().count());
        past.app.act(&Action::Release { what: Holdable::Step(Step::Grade) }, "anna").await.unwrap();
        let breakers = past.app.store.ledger.breakers().await.unwrap();
        assert_eq!(breakers.len(), Step::all().count() - 1);
        assert!(!breakers.contains_key(&StepId::from("grade")));
    }

    #[tokio::test]
    async fn a_dead_letter_is_tried_again_by_hand() {
        let past = Past::seen_from("2026-01-15T18:00:00Z");
        let lease = past.open(Step::Grade, "edition 2026-01-14@2026-01-14T18:00:00Z", past.app.now()).await;
        let failure = Failure::permanent(FailureCategory::ConfigurationError, "no such file");
        past.end(&lease, &Ending::Failed(failure), runtime::Timing::default(), past.app.now()).await;
        let action =
            |category| Action::Replay { selection: Selection { category, ..Selection::default() }, per_minute: 10 };
        let others = past.app.foresee(&action(Some(FailureCategory::Timeout))).await.unwrap();
        assert_eq!(others, Effect::default());
        let replayed = past.app.act(&action(None), "anna").await.unwrap();
        assert_eq!(replayed.lines, ["grade edition 2026-01-14@2026-01-14T18:00:00Z is tried again"]);
        let task = past.app.store.ledger.unsettled().await.unwrap().remove(0);
        assert!(matches!(task.state, TaskState::Ready { .. }), "{task:?}");
        assert_eq!(audits(&past).await[0].2, "all dead letters");
    }
}
