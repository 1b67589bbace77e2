//! Many slates at a glance: where each phase of each of them stands.

use std::collections::BTreeMap;

use domain::{Edition, GameDate};
use pipeline::{Partition, Phase, Step};
use runtime::{Task, TaskState};

use super::App;
use super::reconcile::partition_names;
use super::upkeep::newest_of_each;

/// One slate of a span.
#[derive(Debug, Clone)]
pub struct SlateRow {
    /// Which slate.
    pub slate: GameDate,
    /// Its games.
    pub games: usize,
    /// Its newest published edition, if there is one.
    pub edition: Option<Edition>,
    /// Where each phase stands: the state of its task that is furthest from done; nothing where none was ever planned.
    pub phases: BTreeMap<Phase, TaskState>,
}

impl SlateRow {
    /// Whether everything expected of it is there.
    pub fn is_complete(&self) -> bool {
        self.edition.is_some() && self.phases.values().all(TaskState::is_settled)
    }
}

impl App {
    /// The slates with games from one date to another, oldest first. Two statements, however many there are.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn span(&self, from: GameDate, to: GameDate) -> anyhow::Result<Vec<SlateRow>> {
        let directory = self.directory().await?;
        let mut rows = BTreeMap::<GameDate, SlateRow>::new();
        for game in directory.games().filter(|game| (from..=to).contains(&game.slate)) {
            let slate = game.slate;
            let empty = || SlateRow { slate, games: 0, edition: None, phases: BTreeMap::new() };
            rows.entry(slate).or_insert_with(empty).games += 1;
        }
        for edition in newest_of_each(self.store.outputs.published_editions(from..=to).await?) {
            if let Some(row) = rows.get_mut(&edition.slate) {
                row.edition = Some(edition);
            }
        }
        let partitions: Vec<Partition> = rows
            .values()
            .flat_map(|row| {
                [Some(Partition::Slate(row.slate)), row.edition.map(Partition::Edition)].into_iter().flatten()
            })
            .collect();
        for task in self.store.ledger.tasks(&partition_names(&partitions)).await? {
            let slate = match task.key.partition.as_str().parse() {
                Ok(Partition::Slate(slate)) => slate,
                Ok(Partition::Edition(edition)) => edition.slate,
                _ => continue,
            };
            if let (Some(step), Some(row)) = (Step::named(task.key.step.as_str()), rows.get_mut(&slate)) {
                note(row, step, &task);
            }
        }
        Ok(rows.into_values().collect())
    }
}

/// A phase is as far as its task that is furthest from done.
fn note(row: &mut SlateRow, step: Step, task: &Task) {
    // Results are published with the grades they show.
    let phase = if step == Step::PublishResults { Phase::Grade } else { step.spec().phase };
    match row.phases.get(&phase) {
        Some(known) if distance(known) >= distance(&task.state) => {}
        _ => {
            row.phases.insert(phase, task.state.clone());
        }
    }
}

/// How far from done a state is: the further, the sooner somebody should look.
fn distance(state: &TaskState) -> u8 {
    match state {
        TaskState::Done | TaskState::EmptyOk { .. } | TaskState::Nothing { .. } => 0,
        TaskState::NotYet { .. } | TaskState::Planned => 1,
        TaskState::Ready { .. } | TaskState::Running => 2,
        TaskState::Snoozed { .. } | TaskState::Cancelled { .. } => 3,
        TaskState::RetryAt { .. } => 4,
        TaskState::Dead { .. } => 5,
    }
}
