//! From graded rows to figures: pure, in any order of the rows the same.

mod alarms;
mod attendance;
mod calibration;
mod counts;
mod population;
mod sample;

use domain::{GameId, PlayerId};
use rayon::prelude::*;

use super::{Backtest, Contender, GradedRow};

pub use alarms::{Alarm, AlarmKind};
pub use attendance::{AttendanceFigures, AttendanceScore, SaidPlays};
pub use calibration::{CalibrationBin, LessPrice, Probabilities, ProbabilityIntervals};
pub use counts::{CountFigures, CountIntervals, Paired};
pub use population::{LineFigures, Lined, Population, PricedFigures, ProbabilityFigures, Slice, SystemFigures};
pub use sample::{Estimate, Interval};

pub(super) use alarms::alarms;
pub(super) use attendance::attendance;
pub(super) use population::{lined, p10};
pub(super) use sample::{Sample, total};

/// A graded row, and where its count lies in each contender's law.
pub(crate) struct Row<'a> {
    /// What was said and what happened.
    pub(crate) graded: &'a GradedRow,
    /// The randomised places by contender, 0 to 1.
    pits: Vec<Option<f64>>,
}

/// The rows in the order of date, game and player, in which everything is summed.
pub(super) fn rows(backtest: &Backtest) -> Vec<Row<'_>> {
    let mut rows: Vec<Row> = backtest.rows.par_iter().map(|row| Row::of(row, &backtest.contenders)).collect();
    rows.sort_by_key(|row| (row.graded.slate, row.key()));
    rows
}

impl<'a> Row<'a> {
    fn of(graded: &'a GradedRow, contenders: &[Contender]) -> Self {
        let pit = |(said, contender): (&Option<super::Said>, &Contender)| {
            said.as_ref()?.law.map(|law| law.pit(graded.game, graded.player, *contender))
        };
        Self { graded, pits: graded.said.iter().zip(contenders).map(pit).collect() }
    }

    fn key(&self) -> (GameId, PlayerId) {
        (self.graded.game, self.graded.player)
    }
}
