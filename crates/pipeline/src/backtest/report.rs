//! The report of a backtest: what `tipoff backtest --json` prints. docs/backtest.md says what each figure means.

use std::fmt::Display;

use domain::Market;
use serde::{Serialize, Serializer};

use super::figures::{self, Alarm, AttendanceFigures, Lined, Population};
use super::{Backtest, Bets, WalkedEdition};

/// Raised whenever a key changes its name or meaning, or goes.
const SCHEMA_VERSION: u32 = 1;

/// Figures of a backtest. Numbers are rounded to six decimals; what does not exist is null.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Version of this shape.
    pub schema_version: u32,
    /// The season walked: `2024-25`.
    pub season: String,
    /// What is counted.
    pub market: &'static str,
    /// Slates walked.
    pub n_slates: usize,
    /// Which edition of each slate was predicted.
    pub edition: &'static str,
    /// The last cutoff.
    pub as_of: String,
    /// Ids of the contenders, in the order tables show them.
    pub contenders: Vec<String>,
    /// The figures.
    pub populations: Populations,
    /// How good probabilities of playing were; nothing where nobody was told one.
    pub attendance: Option<AttendanceFigures>,
    /// What betting by the published probability would have come to.
    pub bets: Bets,
    /// Figures too good to be true; of the market points alone, whose limits are known.
    pub alarms: Vec<Alarm>,
}

/// The two populations.
#[derive(Debug, Clone, Serialize)]
pub struct Populations {
    /// Players with a mean of at least ten minutes over their last ten games.
    pub p10: Population,
    /// Players with a line.
    pub lined: Lined,
}

impl Report {
    /// The figures of graded rows.
    pub fn of(backtest: &Backtest) -> Self {
        let contenders = &backtest.contenders;
        let rows = figures::rows(backtest);
        let p10 = figures::p10(&rows, contenders);
        let (lined, sample) = figures::lined(&rows, contenders);
        let bets = Bets::published(&sample);
        // What is too good is known of points in the morning; the evening's news is worth more than any alarm's margin.
        let alarms = match (backtest.market, backtest.edition) {
            (Market::Points, WalkedEdition::Morning) => figures::alarms(contenders, &p10, &lined, &bets),
            _ => Vec::new(),
        };
        Self {
            schema_version: SCHEMA_VERSION,
            season: backtest.season.to_string(),
            market: backtest.market.code(),
            n_slates: backtest.n_slates,
            edition: backtest.edition.code(),
            as_of: backtest.as_of.to_string(),
            contenders: contenders.iter().map(|contender| contender.code()).collect(),
            populations: Populations { p10, lined },
            attendance: figures::attendance(&backtest.asked),
            bets,
            alarms,
        }
    }
}

/// A figure to six decimals; nothing where it is no number.
pub(crate) fn rounded(value: f64) -> Option<f64> {
    // Adding zero turns the zero with a sign into the one without.
    value.is_finite().then(|| (value * 1e6).round() / 1e6 + 0.0)
}

/// For values that are texts in documents.
pub(crate) fn as_text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
