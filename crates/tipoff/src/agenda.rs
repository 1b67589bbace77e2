//! The agenda: what is expected of the pipeline at an instant. It follows from the clock, the schedule and the ticks that
//! fired, so nothing is lost with the process that noticed.

use domain::{Cutoff, Edition, GameDate};
use jiff::Timestamp;
use runtime::{TickDecision, TickRecord};

use crate::schedules::{Action, Day, Entry};

/// Something expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Goal {
    /// The scheduled edition of a slate, or a late one, published.
    Publish(Edition),
    /// An edition that a tick asked for, predicted.
    Predict(Edition),
    /// A published edition, graded.
    Grade(Edition),
}

impl Goal {
    /// The edition it is about.
    pub(crate) fn edition(self) -> Edition {
        match self {
            Self::Publish(edition) | Self::Predict(edition) | Self::Grade(edition) => edition,
        }
    }
}

/// What fired longer ago asks for nothing any more.
pub(crate) const TICKS_COUNT_FOR_HOURS: i64 = 36;

/// Slates so many days back are expected to be graded; older gaps show in the grid and wait for a backfill.
pub(crate) const GRADED_WITHIN_DAYS: i32 = 7;

/// The editions that ticks asked for.
pub(crate) fn asked_for(ticks: &[TickRecord]) -> Vec<Goal> {
    let editions = ticks.iter().filter_map(|tick| {
        let (TickDecision::Fire { due } | TickDecision::FireLate { due, .. }) = tick.decision else { return None };
        match Entry::named(&tick.schedule)?.action {
            Action::Predict(day) => Some(Goal::Predict(Edition { slate: slate_of(day, due), cutoff: Cutoff::at(due) })),
            Action::Reconcile | Action::ProveRoutes | Action::Prune => None,
        }
    });
    editions.collect()
}

fn slate_of(day: Day, due: Timestamp) -> GameDate {
    match day {
        Day::Today => GameDate::of(due),
        Day::Tomorrow => GameDate::of(due).plus_days(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(schedule: &str, decision: TickDecision) -> TickRecord {
        TickRecord { schedule: schedule.into(), decision, decided_at: decision_time() }
    }

    fn decision_time() -> Timestamp {
        "2025-01-16T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn ticks_ask_for_editions_as_of_when_they_were_due() {
        let day: GameDate = "2025-01-15".parse().unwrap();
        let (morning, evening) = (day.at(7, 0), day.at(18, 0));
        let late = TickDecision::FireLate { due: morning, late_by: jiff::SignedDuration::from_mins(40) };
        let ticks = [
            tick("overnight-predictions", late),
            tick("predictions-tomorrow", TickDecision::Fire { due: evening }),
            tick("grading", TickDecision::Fire { due: day.at(11, 0) }),
            tick("same-day-predictions", TickDecision::Begins { at: day.at(11, 30) }),
            tick("a schedule of the past", TickDecision::Fire { due: morning }),
        ];
        let expected = [
            Goal::Predict(Edition { slate: day, cutoff: Cutoff::at(morning) }),
            Goal::Predict(Edition { slate: day.plus_days(1), cutoff: Cutoff::at(evening) }),
        ];
        assert_eq!(asked_for(&ticks), expected);
    }
}
