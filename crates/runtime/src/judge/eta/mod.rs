//! When what is still missing will be done, and whether that is in time: said before it is too late.

use std::num::NonZeroUsize;

use jiff::{SignedDuration, Timestamp};

use crate::StepId;

/// A run that is still missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remaining {
    /// Of which step.
    pub step: StepId,
    /// The steps it reads; those that do not stand before it are done.
    pub needs: Vec<StepId>,
    /// How long it is expected to take, or what is left of that once it runs; nothing below zero.
    pub expected: SignedDuration,
}

/// When the last of what remains is expected to be done: none starts before all it needs has ended, and at most
/// `side_by_side` run at a time. What remains stands in an order in which it could run; whatever can start earliest
/// does, and of several that could at one instant, the first in that order.
pub fn eta(remaining: &[Remaining], side_by_side: NonZeroUsize, now: Timestamp) -> Timestamp {
    let mut lanes = vec![SignedDuration::ZERO; side_by_side.get().min(remaining.len())];
    let mut ends: Vec<Option<SignedDuration>> = vec![None; remaining.len()];
    for _ in remaining {
        let Some(lane) = lanes.iter_mut().min() else { break };
        let open = (0..remaining.len()).filter(|run| ends[*run].is_none());
        let startable = open.filter_map(|run| Some((ready_after(run, remaining, &ends)?.max(*lane), run)));
        let Some((start, run)) = startable.min() else { break };
        *lane = start.saturating_add(remaining[run].expected.max(SignedDuration::ZERO));
        ends[run] = Some(*lane);
    }
    let last = ends.into_iter().flatten().max().unwrap_or_default();
    now.saturating_add(last).expect("a duration has no calendar units")
}

/// When all that a run needs has ended; nothing while the end of one of them is not known.
fn ready_after(run: usize, remaining: &[Remaining], ends: &[Option<SignedDuration>]) -> Option<SignedDuration> {
    let before = remaining[..run].iter().zip(ends);
    let needed = before.filter(|(other, _)| remaining[run].needs.contains(&other.step));
    needed.map(|(_, end)| *end).try_fold(SignedDuration::ZERO, |latest, end| Some(latest.max(end?)))
}

/// By when something must be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sla {
    /// At this instant at the latest.
    pub deadline: Timestamp,
    /// How much longer than expected the rest may take before the deadline is in danger: 0.5 is half as long again.
    pub margin: f64,
}

/// When something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// It has ended.
    At(Timestamp),
    /// It is expected to.
    Expected(Timestamp),
}

/// How something stands against its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlaVerdict {
    /// It will be done in time, the margin included.
    OnTime {
        /// From its expected end to the deadline.
        slack: SignedDuration,
    },
    /// It will be done in time if nothing takes longer than expected.
    AtRisk {
        /// When it is expected to end.
        eta: Timestamp,
        /// From there to the deadline.
        slack: SignedDuration,
    },
    /// It will not be done in time, and the deadline has not passed yet.
    Late {
        /// From the deadline to its expected end.
        by: SignedDuration,
    },
    /// It was done in time.
    Met {
        /// When.
        at: Timestamp,
    },
    /// It was not done when the deadline passed.
    Missed {
        /// From the deadline to its end, or to now.
        by: SignedDuration,
    },
}

impl SlaVerdict {
    /// The names of all of them.
    pub const CODES: [&'static str; 5] = ["on_time", "at_risk", "late", "met", "missed"];

    /// Name in tables and output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OnTime { .. } => "on_time",
            Self::AtRisk { .. } => "at_risk",
            Self::Late { .. } => "late",
            Self::Met { .. } => "met",
            Self::Missed { .. } => "missed",
        }
    }
}

impl Sla {
    /// How something stands.
    pub fn judge(&self, finish: Finish, now: Timestamp) -> SlaVerdict {
        let after_deadline = |instant: Timestamp| instant.duration_since(self.deadline);
        match finish {
            Finish::At(at) if at <= self.deadline => SlaVerdict::Met { at },
            Finish::At(at) => SlaVerdict::Missed { by: after_deadline(at) },
            Finish::Expected(_) if now > self.deadline => SlaVerdict::Missed { by: after_deadline(now) },
            Finish::Expected(eta) if eta > self.deadline => SlaVerdict::Late { by: after_deadline(eta) },
            Finish::Expected(eta) => {
                let slack = self.deadline.duration_since(eta);
                let margin = eta.duration_since(now).as_secs_f64() * self.margin;
                if slack.as_secs_f64() < margin {
                    SlaVerdict::AtRisk { eta, slack }
                } else {
                    SlaVerdict::OnTime { slack }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
