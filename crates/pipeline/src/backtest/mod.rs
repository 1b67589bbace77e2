//! A season predicted again, slate by slate, and what it would have been worth.
//!
//! ```text
//!  a walk over past slates ─► Backtest (graded rows) ─► figures, bets ─► Report ─► JSON, page, tables
//! ```
//! Everybody is judged on the same rows, beside naive means and the book's line, with the number of rows and an interval.

mod bets;
mod contender;
mod figures;
mod graded;
mod report;
#[cfg(test)]
mod tests;
mod walk;

pub use bets::{Bets, BySide, CourseDay, EdgeBucket, Placed, RECOMMENDED_EDGE, Tally, TallyIntervals};
pub use contender::{Baseline, Contender};
pub use figures::{
    Alarm, AlarmKind, AttendanceFigures, AttendanceScore, CalibrationBin, CountFigures, CountIntervals, Estimate,
    Interval, LessPrice, LineFigures, Lined, Paired, Population, PricedFigures, Probabilities, ProbabilityFigures,
    ProbabilityIntervals, SaidPlays, Slice, SystemFigures,
};
pub use graded::{AskedRow, Backtest, BookRow, GradedRow, LawScore, Said, UnknownContender, WalkedEdition};
pub use report::{Populations, Report};
pub use walk::{Formulas, Refit, Walk, walk};
