//! The schedule table: when the clock asks for what, as data. Times and names are the original's; all are US Eastern, and
//! the zone decides what that means on the nights the clocks change.

use jiff::SignedDuration;
use runtime::state::ScheduleError;
use runtime::{CatchUp, Overlap, Schedule, ScheduleId, TickPolicy};

use crate::promises::TICKS_WITHIN;

/// Everything the clock asks for.
pub(crate) static SCHEDULES: [Entry; 14] = [
    Entry::new("synthetic-alerts", "30 4 * * *", Action::ProveRoutes, "a synthetic alert through every route"),
    Entry::new("retention", "0 5 * * *", Action::Prune, "removes old attempts that nothing rests on"),
    Entry::new("daily-yesterday-analytics", "30 6 * * *", Action::Reconcile, "yesterday's summaries"),
    Entry::new("overnight-predictions", "0 7 * * *", Action::Predict(Day::Today), "today, with what is known by then"),
    Entry::new("daily-health-summary", "0 7 * * *", Action::Reconcile, "judges the night"),
    Entry::new("grading-alert", "0 10 * * *", Action::Reconcile, "is yesterday graded?"),
    Entry::new("same-day-phase3", "30 10 * * *", Action::Reconcile, "contexts of today"),
    Entry::new("same-day-phase4", "0 11 * * *", Action::Reconcile, "features of today"),
    Entry::new("grading", "0 11 * * *", Action::Reconcile, "grades of yesterday"),
    Entry::new("same-day-predictions", "30 11 * * *", Action::Predict(Day::Today), "today again, with newer lines"),
    Entry::new("self-heal-predictions", "45 12 * * *", Action::Reconcile, "whatever is planned and not done"),
    Entry::new("publish-tonight", "0 13 * * *", Action::Reconcile, "tonight's page"),
    Entry::new("predictions-tomorrow", "0 18 * * *", Action::Predict(Day::Tomorrow), "tomorrow, early"),
    Entry::new("self-heal-evening", "*/30 16-23 * * *", Action::Reconcile, "whatever is planned and not done"),
];

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) pattern: &'static str,
    pub(crate) action: Action,
    pub(crate) summary: &'static str,
}

/// What a tick asks for. Whatever it is, the grid decides what there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Plan everything anew; the grid does the rest.
    Reconcile,
    /// An edition of a day as of the tick, up to its predictions; publishing is the scheduled edition's.
    Predict(Day),
    /// A synthetic alert through every route.
    ProveRoutes,
    /// Remove old history.
    Prune,
}

/// A day seen from a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    /// The tick's.
    Today,
    /// The next.
    Tomorrow,
}

/// The zone of the league's days.
pub(crate) const ZONE: &str = "America/New_York";

/// A tick is on time for so long.
const GRACE: SignedDuration = SignedDuration::from_mins(2);

impl Entry {
    const fn new(name: &'static str, pattern: &'static str, action: Action, summary: &'static str) -> Self {
        Self { name, pattern, action, summary }
    }

    /// The entry of this name.
    pub(crate) fn named(name: &ScheduleId) -> Option<&'static Self> {
        SCHEDULES.iter().find(|entry| entry.name == name.as_str())
    }

    /// Its schedule.
    pub(crate) fn schedule(&self) -> Result<Schedule, ScheduleError> {
        let catch_up = CatchUp::Newest { within: TICKS_WITHIN };
        Schedule::parse(self.name, self.pattern, ZONE, TickPolicy { grace: GRACE, catch_up, overlap: Overlap::Skip })
    }
}

/// All of them as schedules.
pub(crate) fn all() -> Result<Vec<Schedule>, ScheduleError> {
    SCHEDULES.iter().map(Entry::schedule).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn every_line_is_a_schedule_of_its_own_name() {
        let schedules = all().unwrap();
        let names: std::collections::BTreeSet<_> = schedules.iter().map(|schedule| schedule.name().clone()).collect();
        assert_eq!(names.len(), SCHEDULES.len());
        assert!(names.iter().all(|name| Entry::named(name).is_some()));
    }

    #[test]
    fn one_o_clock_is_one_o_clock_in_new_york_in_summer_and_in_winter() {
        let publish = Entry::named(&ScheduleId::from("publish-tonight")).unwrap().schedule().unwrap();
        let next = |after: &str| publish.next_after(after.parse::<Timestamp>().unwrap()).unwrap().to_string();
        assert_eq!(next("2026-03-07T18:00:00Z"), "2026-03-08T17:00:00Z", "the clocks go forward that night");
        assert_eq!(next("2026-10-31T17:00:00Z"), "2026-11-01T18:00:00Z", "and back that one");
    }
}
