//! The bench: the attempts under way in one process, and how many seats they leave.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Pulse, SIDE_BY_SIDE};
use crate::state::{Seat, StepPolicy};
use crate::{AttemptId, Lease};

/// Tasks that wait side by side: each costs a buffer and no core. More than all lanes of those who are asked, so that none of
/// these waits for a seat.
const WAITING_SIDE_BY_SIDE: usize = 24;

/// The attempts under way.
#[derive(Default)]
pub(super) struct Bench {
    pub(super) running: BTreeMap<AttemptId, Running>,
    /// Attempts that were ended while their step went on: a thread that blocks cannot be stopped, only given up. It keeps
    /// its seat.
    pub(super) abandoned: BTreeMap<AttemptId, Seat>,
    /// Whether no more is claimed.
    pub(super) closing: bool,
}

pub(super) struct Running {
    pub(super) lease: Lease,
    pub(super) policy: StepPolicy,
    pub(super) pulse: Arc<Pulse>,
    pub(super) renewed_at: Timestamp,
    pub(super) standing: Standing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its step is at work.
    Working,
    /// Its end is in the inbox.
    Ended,
}

impl Seat {
    pub(super) const ALL: [Self; 2] = [Self::Computing, Self::Waiting];

    fn side_by_side(self) -> usize {
        match self {
            Self::Computing => SIDE_BY_SIDE,
            Self::Waiting => WAITING_SIDE_BY_SIDE,
        }
    }
}

impl Bench {
    /// How many seats of a kind may still be taken.
    pub(super) fn free(&self, seat: Seat) -> usize {
        let running = self.running.values().filter(|running| running.policy.seat == seat).count();
        if self.closing { 0 } else { seat.side_by_side().saturating_sub(running + self.given_up(seat)) }
    }

    /// Whether steps that do not end have taken every seat of a kind.
    pub(super) fn is_stuck(&self, seat: Seat) -> bool {
        self.given_up(seat) >= seat.side_by_side()
    }

    fn given_up(&self, seat: Seat) -> usize {
        self.abandoned.values().filter(|taken| **taken == seat).count()
    }
}
