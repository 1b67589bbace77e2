//! Last looks at the lines of each game, shortly before its tip-off: planned the day before, so that a missed one shows.

use domain::Game;
use jiff::{SignedDuration, Timestamp};

use super::{Planned, Readiness};
use crate::{CLOSING_LOOKS, Delivery, Partition, Step};

/// Whether there is anything to look with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOut {
    /// Live sources are configured.
    Open,
    /// None are.
    Closed,
}

/// A look that is later than this says nothing about its moment any more.
const LATE_BY: SignedDuration = SignedDuration::from_mins(4);

/// The last looks at the lines of these games.
pub fn closing_looks<'g>(games: impl IntoIterator<Item = &'g Game>, way_out: WayOut, now: Timestamp) -> Vec<Planned> {
    let looks = games.into_iter().filter_map(|game| Some((game, game.tipoff?))).flat_map(|(game, tipoff)| {
        CLOSING_LOOKS.map(|minutes| {
            let delivery = Delivery::Closing { slate: game.slate, game: game.id, minutes };
            let readiness = readiness(tipoff - SignedDuration::from_mins(i64::from(minutes)), way_out, now);
            Planned { step: Step::Land, partition: Partition::Delivery(delivery), readiness }
        })
    });
    looks.collect()
}

fn readiness(moment: Timestamp, way_out: WayOut, now: Timestamp) -> Readiness {
    if way_out == WayOut::Closed {
        return Readiness::Nothing { why: "no live source is configured".to_owned() };
    }
    if now < moment {
        return Readiness::NotYet { until: Some(moment), why: "its moment has not come".to_owned() };
    }
    if now > moment + LATE_BY {
        return Readiness::Nothing { why: "its moment has passed".to_owned() };
    }
    // A game that is re-timed is looked at again.
    Readiness::Ready { inputs: vec![format!("lines at {moment}")] }
}

#[cfg(test)]
mod tests {
    use domain::GameDate;

    use super::*;

    #[test]
    fn lines_are_looked_at_half_an_hour_and_five_minutes_before_a_game_and_as_it_starts() {
        let slate: GameDate = "2025-01-15".parse().unwrap();
        let tipoff = slate.at(19, 30);
        let [home, away] = ["SAS".parse().unwrap(), "MEM".parse().unwrap()];
        let game = Game { id: "0022400561".parse().unwrap(), slate, tipoff: Some(tipoff), home, away };
        let looks = |now: Timestamp| -> Vec<&'static str> {
            let planned = closing_looks([&game], WayOut::Open, now);
            planned
                .iter()
                .map(|look| match look.readiness {
                    Readiness::Ready { .. } => "ready",
                    Readiness::NotYet { .. } => "not yet",
                    Readiness::Nothing { .. } => "nothing",
                })
                .collect()
        };
        assert_eq!(looks(slate.at(18, 59)), ["not yet", "not yet", "not yet"]);
        assert_eq!(looks(slate.at(19, 1)), ["ready", "not yet", "not yet"]);
        assert_eq!(looks(slate.at(19, 27)), ["nothing", "ready", "not yet"]);
        assert_eq!(looks(slate.at(19, 31)), ["nothing", "nothing", "ready"]);
        assert_eq!(looks(slate.at(19, 35)), ["nothing", "nothing", "nothing"]);
        let closed = closing_looks([&game], WayOut::Closed, slate.at(19, 1));
        assert!(closed.iter().all(|look| matches!(look.readiness, Readiness::Nothing { .. })));
        let untimed = Game { tipoff: None, ..game };
        assert_eq!(closing_looks([&untimed], WayOut::Open, tipoff), [], "nobody knows when it starts");
    }
}
