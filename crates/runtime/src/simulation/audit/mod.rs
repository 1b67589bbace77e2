//! The audit: an account of its own of everything that was written, and every rule that must hold, checked at each write.

mod grid;
mod ledger;
mod schedules;

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::{SignedDuration, Timestamp};

use super::trace::{Note, Trace};
use crate::state::ScheduleId;
use crate::{AttemptId, AttemptOutcome, Breaker, HEARTBEAT, Lane, StepId, Task, TaskKey, WorkerId};

pub(super) use ledger::Audited;
pub(super) use schedules::AuditedSchedules;

/// How long it may take until the attempt of a dead process is closed: its lease, a tick of the reaper, its calls.
pub(super) const NOTICED_WITHIN: SignedDuration = SignedDuration::from_millis(16_500);

/// How long it may take until what waited for a task can be claimed: a few calls.
const TOLD_WITHIN: SignedDuration = SignedDuration::from_secs(2);

/// No task may stand claimable for so long.
pub(super) const STARVED_AFTER: SignedDuration = SignedDuration::from_hours(3);

/// No attempt may be open for so long: its deadline is much shorter, and the database is never away for longer.
pub(super) const OPEN_AT_MOST: SignedDuration = SignedDuration::from_hours(1);

/// An attempt that has not ended.
struct Open {
    key: TaskKey,
    worker: WorkerId,
    opened_at: Timestamp,
    lease_until: Timestamp,
    /// When its process died, and until when its lease then lasted.
    orphaned: Option<(Timestamp, Timestamp)>,
}

/// What a task was granted since planning last let it begin anew.
#[derive(Default)]
struct Tries {
    made: u32,
    /// Those that cost no retry.
    excused: u32,
}

/// What was counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) attempts: u64,
    pub(super) settled: BTreeMap<&'static str, u64>,
    pub(super) fenced: u64,
    pub(super) repeated: u64,
    pub(super) fired: u64,
    /// How long after the death of a process each of its attempts was closed, in milliseconds, where nothing else was
    /// out of order.
    pub(super) noticed: Vec<i64>,
}

/// Everything that was seen.
pub(super) struct Audit {
    /// The simulated time.
    pub(super) now: Timestamp,
    /// When anything but processes was last out of order.
    pub(super) disturbed_at: Timestamp,
    /// When a process last ended or stopped.
    pub(super) shaken_at: Timestamp,
    /// Calls that have arrived at the store and not come to their end.
    pub(super) at_the_store: u32,
    /// Whether anything was written since this was last put out.
    pub(super) news: bool,
    /// Whether ticks were decided since this was last put out.
    pub(super) decided: bool,
    pub(super) trace: Trace,
    pub(super) violations: Vec<String>,
    pub(super) counts: Counts,
    newest: AttemptId,
    tasks: BTreeMap<TaskKey, Task>,
    claimable: BTreeMap<TaskKey, Timestamp>,
    /// Whether anything moved since the first of them was found.
    moved: bool,
    first_claimable: Option<Timestamp>,
    barred_until: BTreeMap<StepId, Timestamp>,
    open: BTreeMap<AttemptId, Open>,
    closed: BTreeMap<AttemptId, AttemptOutcome>,
    lanes: BTreeMap<Lane, AttemptId>,
    tries: BTreeMap<TaskKey, Tries>,
    /// Since when a task waits for nothing more and nobody has written so.
    owed: BTreeMap<TaskKey, Timestamp>,
    /// Outputs that were committed, by the attempt that made them.
    outputs: BTreeSet<i64>,
    ticks: BTreeMap<ScheduleId, BTreeMap<Timestamp, schedules::Decided>>,
}

/// The audit, as many share it.
pub(super) type SharedAudit = Arc<Mutex<Audit>>;

/// A call of the store that has arrived, and has to come to its end before anything else happens: a real database takes
/// a moment, which is none in the simulation.
pub(super) async fn at_the_store<T>(audit: &SharedAudit, call: impl Future<Output = T>) -> T {
    look(audit).at_the_store += 1;
    let came_to = call.await;
    look(audit).at_the_store -= 1;
    came_to
}

/// The audit, for a moment.
pub(super) fn look(audit: &SharedAudit) -> MutexGuard<'_, Audit> {
    audit.lock().expect("no panic while it is held")
}

impl Audit {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            now,
            disturbed_at: now,
            shaken_at: now,
            at_the_store: 0,
            news: false,
            decided: true,
            trace: Trace::default(),
            violations: Vec::new(),
            counts: Counts::default(),
            newest: AttemptId(0),
            tasks: BTreeMap::new(),
            claimable: BTreeMap::new(),
            moved: false,
            first_claimable: None,
            barred_until: BTreeMap::new(),
            open: BTreeMap::new(),
            closed: BTreeMap::new(),
            lanes: BTreeMap::new(),
            tries: BTreeMap::new(),
            owed: BTreeMap::new(),
            outputs: BTreeSet::new(),
            ticks: BTreeMap::new(),
        }
    }

    pub(super) fn note(&mut self, note: Note) {
        self.trace.note(self.now, note);
    }

    pub(super) fn violated(&mut self, what: String) {
        self.violations.push(what);
    }

    /// When the first task can be claimed, as everything stands now: who looked earlier would find nothing.
    pub(super) fn claimable_from(&mut self) -> Option<Timestamp> {
        if self.moved {
            self.moved = false;
            self.first_claimable = self.claimable.iter().filter_map(|(key, from)| self.free_from(key, *from)).min();
        }
        self.first_claimable
    }

    /// From when on a task can be claimed that waits until an instant; nothing while its lane or its upstream is at work.
    fn free_from(&self, key: &TaskKey, from: Timestamp) -> Option<Timestamp> {
        let task = &self.tasks[key];
        if task.recipe.lane.as_ref().is_some_and(|lane| self.lanes.contains_key(lane)) {
            return None;
        }
        self.inputs(task)?;
        Some(self.barred_until.get(&key.step).map_or(from, |until| from.max(*until)))
    }

    /// A breaker moved.
    fn breaker_moved(&mut self, of: &StepId, to: &Breaker) {
        self.moved = true;
        match to {
            // Nobody holds anything in a simulation.
            Breaker::Closed { .. } | Breaker::Held { .. } => self.barred_until.remove(of),
            Breaker::Open { until, .. } | Breaker::Probing { until, .. } => {
                self.barred_until.insert(of.clone(), *until)
            }
        };
    }

    /// When the first lease runs out.
    pub(super) fn lease_until(&self) -> Option<Timestamp> {
        self.open.values().map(|open| open.lease_until).min()
    }

    /// The tasks that are dead, as far as was written.
    pub(super) fn dead(&self) -> impl Iterator<Item = &TaskKey> {
        let dead = self.tasks.values().filter(|task| matches!(task.state, crate::TaskState::Dead { .. }));
        dead.map(|task| &task.key)
    }

    /// A process died just now.
    pub(super) fn died(&mut self, worker: &WorkerId) {
        let now = self.now;
        for open in self.open.values_mut().filter(|open| open.worker == *worker) {
            open.orphaned = Some((now, open.lease_until));
        }
    }

    /// What a closed attempt tells about how soon the death of its process was noticed.
    fn noticed(&mut self, attempt: AttemptId, open: &Open) {
        let Some((died_at, lease_until)) = open.orphaned else { return };
        if self.disturbed_at >= died_at || lease_until > died_at + HEARTBEAT {
            return;
        }
        let after = self.now.duration_since(died_at);
        self.counts.noticed.push(i64::try_from(after.as_millis()).unwrap_or(i64::MAX));
        if after > NOTICED_WITHIN {
            let key = &open.key;
            self.violated(format!("attempt {attempt} of {key} was closed {after:#} after its process had died"));
        }
    }

    /// Checks that who waited for a task was told that it is settled. Whoever dies meanwhile leaves it to the next planning.
    pub(super) fn check_told(&mut self) {
        let shaken_at = self.shaken_at.max(self.disturbed_at);
        // Who waits anew, because what it reads is made again, is owed nothing.
        let mut owed = std::mem::take(&mut self.owed);
        let can_begin = |key: &TaskKey| self.tasks.get(key).is_some_and(|task| self.inputs(task).is_some());
        owed.retain(|key, since| *since > shaken_at && can_begin(key));
        self.owed = owed;
        let late = self.owed.iter().find(|(_, since)| self.now.duration_since(**since) > TOLD_WITHIN);
        if let Some((key, since)) = late {
            let what = format!("what {key} waited for is settled since {since}, and nobody says so");
            self.violated(what);
        }
    }

    /// Notes who waits for nothing more, now that a task is settled.
    fn owe(&mut self, settled: &TaskKey) {
        let waits = |task: &&Task| {
            task.key.partition == settled.partition
                && task.recipe.needs.contains(&settled.step)
                && matches!(task.state, crate::TaskState::NotYet { .. })
                && task.recipe.outside.is_some()
                && self.inputs(task).is_some()
        };
        let owed: Vec<TaskKey> = self.tasks.values().filter(waits).map(|task| task.key.clone()).collect();
        self.owed.extend(owed.into_iter().map(|key| (key, self.now)));
    }

    fn stands(&mut self, task: Task) {
        self.moved = true;
        if !matches!(task.state, crate::TaskState::NotYet { .. }) {
            self.owed.remove(&task.key);
        }
        match task.state.claimable_from() {
            Some(from) => self.claimable.insert(task.key.clone(), from),
            None => self.claimable.remove(&task.key),
        };
        let (key, state, revision) = (task.key.clone(), task.state.code(), task.revision);
        self.tasks.insert(key.clone(), task);
        self.note(Note::Stands { key, state, revision });
    }

    /// The outputs a task would read now; nothing while one of them is being made.
    fn inputs(&self, task: &Task) -> Option<BTreeMap<StepId, crate::OutputId>> {
        let mut inputs = BTreeMap::new();
        for step in &task.recipe.needs {
            let upstream = &self.tasks.get(&TaskKey::new(step.clone(), task.key.partition.clone()))?;
            match (&upstream.state, upstream.output) {
                (crate::TaskState::Done, Some(output)) => {
                    inputs.insert(step.clone(), output);
                }
                (crate::TaskState::Nothing { .. } | crate::TaskState::EmptyOk { .. }, _) => {}
                _ => return None,
            }
        }
        Some(inputs)
    }
}
