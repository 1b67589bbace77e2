//! The toy trade that is simulated: what is planned, how each attempt goes, and where every task must stand in the end.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use jiff::{SignedDuration, Timestamp};

use super::chance::{Chance, digest};
use super::scene::{Craft, Lot, Mood, Outside, Scene};
use crate::state::{Deadlines, Persistence, StepPolicy};
use crate::{FailureCategory, Fingerprint, Lane, Partition, PlannedTask, Priority, Readiness, StepId, TaskKey};

/// The trade of some hours.
pub(super) struct Trade {
    scene: Scene,
    seed: u64,
    pub(super) lots: Vec<Lot>,
    so_far: Mutex<SoFar>,
}

/// What has happened to it.
#[derive(Default)]
struct SoFar {
    /// How often the outside of a task was corrected.
    versions: BTreeMap<TaskKey, u32>,
    /// Of each lot.
    corrections: BTreeMap<Partition, u32>,
    visits: BTreeMap<(TaskKey, u32), u32>,
    /// Corrections that came with a machine out of order.
    spoiled: BTreeMap<TaskKey, u32>,
}

/// How an attempt goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visit {
    /// What it reads from outside.
    pub(super) version: u32,
    pub(super) course: Course,
    pub(super) end: End,
}

/// How long it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// So long, and it says nothing.
    Silent(SignedDuration),
    /// So many beats, so far apart.
    Beating(u32, SignedDuration),
    /// For ever.
    Endless,
}

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Rows,
    Nothing,
    /// It is too early, by so much.
    TooEarly(SignedDuration),
    /// This time.
    Fails(FailureCategory),
    /// For ever.
    Broken(Persistence),
}

/// Where a task must stand when all is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    Done(u64),
    EmptyOk,
    Nothing,
    Dead,
    /// For what is dead, or waits itself.
    Waits,
}

impl Trade {
    /// The trade of so many hours.
    pub(super) fn new(scene: Scene, seed: u64, begins: Timestamp, hours: i64) -> Self {
        Self { scene, seed, lots: scene.lots(begins, hours), so_far: Mutex::default() }
    }

    fn so_far(&self) -> MutexGuard<'_, SoFar> {
        self.so_far.lock().expect("no panic while it is held")
    }

    /// How often anything of a lot was corrected.
    pub(super) fn corrections(&self, lot: &Lot) -> u32 {
        self.so_far().corrections.get(&lot.partition).copied().unwrap_or_default()
    }

    /// The tasks of a lot as they are planned at an instant.
    pub(super) fn plan(&self, lot: &Lot, now: Timestamp) -> Vec<PlannedTask> {
        let so_far = self.so_far();
        let planned = lot.crafts.iter().enumerate().map(|(place, craft)| {
            let key = TaskKey::new(craft.step, lot.partition.clone());
            let version = so_far.versions.get(&key).copied().unwrap_or_default();
            PlannedTask {
                step_version: 1,
                needs: craft.needs.iter().map(|need| StepId::from(*need)).collect(),
                readiness: self.readiness(lot, craft, version, now),
                lane: craft.lane.map(Lane::from),
                priority: Priority(u8::try_from(place % 3).unwrap_or_default()),
                key,
            }
        });
        planned.collect()
    }

    /// Corrects what a task of a lot born by now reads, or of all newest hours at once. Returns those tasks.
    pub(super) fn correct(&self, now: Timestamp, chance: &mut Chance) -> Vec<(TaskKey, u32)> {
        let born: Vec<&Lot> = self.lots.iter().filter(|lot| lot.born <= now).collect();
        let mut so_far = self.so_far();
        if chance.once_in(5) {
            let hours = born.iter().rev().take(8).filter(|lot| lot.is_an_hour());
            let keys: Vec<TaskKey> = hours.map(|lot| TaskKey::new("weigh", lot.partition.clone())).collect();
            let corrected = keys.into_iter().map(|key| {
                let version = so_far.correct(&key);
                so_far.spoiled.insert(key.clone(), version);
                (key, version)
            });
            return corrected.collect();
        }
        let recent = born.len().min(30);
        let Some(lot) = born.len().checked_sub(1 + chance.below(recent.max(1))).map(|place| born[place]) else {
            return Vec::new();
        };
        let reading: Vec<&str> =
            lot.crafts.iter().filter(|craft| craft.outside == Outside::Reads).map(|craft| craft.step).collect();
        let key = TaskKey::new(chance.one(&reading), lot.partition.clone());
        let version = so_far.correct(&key);
        vec![(key, version)]
    }

    /// Another file of the delivery is there. Returns what has more to read now.
    pub(super) fn deliver(&self) -> (TaskKey, u32) {
        let key = Scene::of_all_files();
        let version = self.so_far().correct(&key);
        (key, version)
    }

    /// An attempt begins: how it will go.
    pub(super) fn visit(&self, key: &TaskKey) -> Visit {
        let mut so_far = self.so_far();
        let version = so_far.versions.get(key).copied().unwrap_or_default();
        let visits = so_far.visits.entry((key.clone(), version)).or_default();
        *visits += 1;
        let nth = *visits;
        let spoiled = so_far.spoiled.get(key) == Some(&version);
        drop(so_far);
        let mut chance = Chance::of(self.seed, &["visit", key.step.as_str(), key.partition.as_str()], nth.into());
        // In whole steps, so that neighbours often end at the same moment.
        let quick = Course::Silent(chance.seconds(1, 6) * 6);
        let mood = if spoiled {
            Mood::Stumbles(2, FailureCategory::ProcessingError)
        } else {
            self.scene.mood(self.seed, key, version)
        };
        let (course, end) = match mood {
            Mood::Works => (quick, End::Rows),
            Mood::Idles => (quick, End::Nothing),
            Mood::Broken(persistence) => (quick, End::Broken(persistence)),
            Mood::Snoozes if nth == 1 => (quick, End::TooEarly(chance.seconds(60, 2400))),
            Mood::Stumbles(times, category) if nth <= times => (quick, End::Fails(category)),
            Mood::Hangs if nth == 1 => (Course::Endless, End::Rows),
            Mood::Dawdles if nth == 1 => (Course::Silent(chance.seconds(61, 400)), End::Rows),
            Mood::Beats => {
                let beats = u32::try_from(2 + chance.below(10)).unwrap_or_default();
                (Course::Beating(beats, chance.seconds(5, 25)), End::Rows)
            }
            Mood::Snoozes | Mood::Stumbles(..) | Mood::Hangs | Mood::Dawdles => (quick, End::Rows),
        };
        Visit { version, course, end }
    }

    fn readiness(&self, lot: &Lot, craft: &Craft, version: u32, now: Timestamp) -> Readiness {
        let inputs = Readiness::Ready { inputs: Fingerprint::of([version.to_le_bytes()]) };
        self.scene.readiness(lot, craft, inputs, now)
    }

    /// Where every task of a lot must stand when all is done: a pure function of what it reads.
    pub(super) fn expected(&self, lot: &Lot) -> BTreeMap<TaskKey, Expected> {
        let mut expected = BTreeMap::<TaskKey, Expected>::new();
        for craft in lot.crafts {
            let key = TaskKey::new(craft.step, lot.partition.clone());
            let stands = self.stands(lot, craft, &key, &expected);
            expected.insert(key, stands);
        }
        expected
    }

    fn stands(&self, lot: &Lot, craft: &Craft, key: &TaskKey, upstream: &BTreeMap<TaskKey, Expected>) -> Expected {
        let version = self.so_far().versions.get(key).copied().unwrap_or_default();
        if matches!(self.readiness(lot, craft, version, lot.born), Readiness::Nothing { .. }) {
            return Expected::Nothing;
        }
        let mut inputs = BTreeMap::new();
        for need in craft.needs {
            match upstream[&TaskKey::new(*need, lot.partition.clone())] {
                Expected::Done(content) => {
                    inputs.insert(StepId::from(*need), content);
                }
                Expected::EmptyOk | Expected::Nothing => {}
                Expected::Dead | Expected::Waits => return Expected::Waits,
            }
        }
        let spoiled = self.so_far().spoiled.get(key) == Some(&version);
        match self.scene.mood(self.seed, key, version) {
            _ if spoiled => Expected::Done(content(key, version, &inputs)),
            Mood::Idles => Expected::EmptyOk,
            Mood::Broken(_) => Expected::Dead,
            _ => Expected::Done(content(key, version, &inputs)),
        }
    }
}

impl SoFar {
    fn correct(&mut self, key: &TaskKey) -> u32 {
        *self.corrections.entry(key.partition.clone()).or_default() += 1;
        let version = self.versions.entry(key.clone()).or_default();
        *version += 1;
        *version
    }
}

/// What a step makes of what it reads. The first correction changes nothing: the same rows again.
pub(super) fn content(key: &TaskKey, version: u32, inputs: &BTreeMap<StepId, u64>) -> u64 {
    let name = [key.step.as_str().into(), key.partition.as_str().into(), (version / 2).to_le_bytes().into()];
    let inputs = inputs.iter().flat_map(|(step, content)| [step.as_str().into(), content.to_le_bytes().to_vec()]);
    digest(name.into_iter().chain(inputs))
}

/// Whether a step blocks its thread, so that it cannot be stopped.
pub(super) fn blocks(step: &StepId) -> bool {
    step.as_str().len().is_multiple_of(2)
}

/// The policy of every step: the default, but patient with retries that had to wait for their budget.
pub(super) fn policy() -> StepPolicy {
    let deadlines = Deadlines { total: SignedDuration::from_hours(6), ..Deadlines::default() };
    StepPolicy { deadlines, ..StepPolicy::default() }
}
