//! The decision about every due tick of a schedule, exactly one each, and bounded however long nobody was there.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::{CatchUp, Overlap, Schedule};

/// Whether the previous firing of a schedule is still at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Busy {
    /// Nothing of it is.
    Idle,
    /// It is.
    AtWork,
}

/// What becomes of a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TickDecision {
    /// The schedule was never seen before: nothing up to here is owed.
    Begins {
        /// Now.
        at: Timestamp,
    },
    /// It fires, on time.
    Fire {
        /// When it was due.
        due: Timestamp,
    },
    /// It fires after its time.
    FireLate {
        /// When it was due.
        due: Timestamp,
        /// How long ago that was.
        late_by: SignedDuration,
    },
    /// Its time passed while nobody was there.
    Missed {
        /// When it was due.
        due: Timestamp,
        /// Why it is not caught up with.
        why: MissedWhy,
    },
    /// More ticks were missed than are listed one by one: all from the first to the last of them.
    MissedMany {
        /// When the first was due.
        first: Timestamp,
        /// When the last was due.
        last: Timestamp,
        /// How many they are, or that many at least once it is [`COUNTED`].
        at_least: usize,
    },
    /// Its time has come, and it does not fire.
    Skipped {
        /// When it was due.
        due: Timestamp,
        /// Why not.
        why: SkippedWhy,
    },
}

/// Why a tick is not caught up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissedWhy {
    /// The schedule never catches up.
    NoCatchUp,
    /// It is later than the schedule catches up with.
    TooLate,
    /// Newer ticks took its place.
    Overtaken,
}

/// Why a tick whose time has come does not fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkippedWhy {
    /// The previous firing is still at work.
    StillAtWork,
    /// A newer tick fires in its place.
    Overtaken,
}

/// How far missed ticks are counted: counting a year of minutes is no use to anybody.
pub const COUNTED: usize = 1000;

impl TickDecision {
    /// Up to where this decides: the tick, or the last of many.
    pub fn due(&self) -> Timestamp {
        match *self {
            Self::Begins { at } => at,
            Self::MissedMany { last, .. } => last,
            Self::Fire { due } | Self::FireLate { due, .. } | Self::Missed { due, .. } | Self::Skipped { due, .. } => {
                due
            }
        }
    }

    /// How late it fires, which is zero on time; nothing when it does not.
    pub fn fires_late_by(&self) -> Option<SignedDuration> {
        match *self {
            Self::Fire { .. } => Some(SignedDuration::ZERO),
            Self::FireLate { late_by, .. } => Some(late_by),
            Self::Begins { .. } | Self::Missed { .. } | Self::MissedMany { .. } | Self::Skipped { .. } => None,
        }
    }

    /// Name in tables and output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Begins { .. } => "begins",
            Self::Fire { .. } => "fire",
            Self::FireLate { .. } => "fire_late",
            Self::Missed { .. } => "missed",
            Self::MissedMany { .. } => "missed_many",
            Self::Skipped { .. } => "skipped",
        }
    }
}

impl MissedWhy {
    const ALL: [Self; 3] = [Self::NoCatchUp, Self::TooLate, Self::Overtaken];

    /// Name in tables and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoCatchUp => "no_catch_up",
            Self::TooLate => "too_late",
            Self::Overtaken => "overtaken",
        }
    }

    /// The reason with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

impl SkippedWhy {
    const ALL: [Self; 2] = [Self::StillAtWork, Self::Overtaken];

    /// Name in tables and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::StillAtWork => "still_at_work",
            Self::Overtaken => "overtaken",
        }
    }

    /// The reason with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

impl fmt::Display for MissedWhy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NoCatchUp => "nobody was there, and the schedule does not catch up",
            Self::TooLate => "nobody was there until it was too late to catch up",
            Self::Overtaken => "nobody was there, and newer ticks took its place",
        })
    }
}

impl fmt::Display for SkippedWhy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::StillAtWork => "the previous firing was still at work",
            Self::Overtaken => "a newer tick fired in its place",
        })
    }
}

/// Decides every tick after `last_considered` and up to `now`, oldest first. Where a schedule stands afterwards is
/// [`TickDecision::due`] of the last decision; a clock that stepped back finds nothing due.
///
/// At most [`Schedule::LISTED`] ticks are decided one by one; those before them are missed together, however young.
pub fn due(schedule: &Schedule, last_considered: Option<Timestamp>, busy: Busy, now: Timestamp) -> Vec<TickDecision> {
    let Some(after) = last_considered else { return vec![TickDecision::Begins { at: now }] };
    let mut older = schedule.back_from(now).take_while(|tick| *tick > after);
    let mut chosen = 0;
    let mut decisions: Vec<TickDecision> =
        older.by_ref().take(Schedule::LISTED).map(|tick| decide(schedule, tick, busy, now, &mut chosen)).collect();
    decisions.extend(older.next().and_then(|last| missed_together(schedule, after, last)));
    decisions.reverse();
    decisions
}

/// The decision about one tick, given how many newer ones were `chosen`: those that would fire if nothing were at work.
fn decide(schedule: &Schedule, due: Timestamp, busy: Busy, now: Timestamp, chosen: &mut usize) -> TickDecision {
    let policy = schedule.policy();
    let late_by = now.duration_since(due);
    let missed = |why| TickDecision::Missed { due, why };
    let in_time = late_by <= policy.grace;
    if !in_time {
        match policy.catch_up {
            CatchUp::Skip => return missed(MissedWhy::NoCatchUp),
            CatchUp::Newest { within } | CatchUp::Every { within, .. } if late_by > within => {
                return missed(MissedWhy::TooLate);
            }
            CatchUp::Newest { .. } if *chosen > 0 => return missed(MissedWhy::Overtaken),
            CatchUp::Every { most, .. } if *chosen >= most => return missed(MissedWhy::Overtaken),
            CatchUp::Newest { .. } | CatchUp::Every { .. } => {}
        }
    }
    *chosen += 1;
    match (policy.overlap, busy) {
        (Overlap::Skip, Busy::AtWork) => TickDecision::Skipped { due, why: SkippedWhy::StillAtWork },
        (Overlap::Skip, Busy::Idle) if *chosen > 1 => TickDecision::Skipped { due, why: SkippedWhy::Overtaken },
        (Overlap::Skip | Overlap::Allow, _) if in_time => TickDecision::Fire { due },
        (Overlap::Skip | Overlap::Allow, _) => TickDecision::FireLate { due, late_by },
    }
}

/// All ticks after an instant and up to `last`, counted as far as that is worth while.
fn missed_together(schedule: &Schedule, after: Timestamp, last: Timestamp) -> Option<TickDecision> {
    let first = schedule.next_after(after)?;
    let ticks = std::iter::successors(Some(first), |tick| schedule.next_after(*tick));
    let at_least = ticks.take_while(|tick| *tick <= last).take(COUNTED).count();
    Some(TickDecision::MissedMany { first, last, at_least })
}

#[cfg(test)]
mod tests;
