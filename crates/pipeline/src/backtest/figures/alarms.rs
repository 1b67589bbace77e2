//! Figures too good to be true: each more likely says that the future leaked into a forecast than that it is good.

use std::fmt;

use serde::Serialize;

use super::population::{Lined, Population};
use crate::backtest::bets::{BySide, Placed, Tally};
use crate::backtest::{Bets, Contender};

/// Smaller samples are this good by luck.
const MIN_ROWS: usize = 1_000;
const MIN_SIDES: usize = 1_500;

/// What an honest forecast of points did not reach on any season measured.
const P10_MAE: f64 = 4.62;
const LINED_MAE: f64 = 5.20;
const LOG_LOSS: f64 = 0.688;
const ROI: f64 = 0.08;
const HIT_RATE: f64 = 0.57;

/// A figure that is too good.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alarm {
    /// Which figure.
    pub figure: AlarmKind,
    /// Whose: a contender, `published`, or bets such as `published, best price, under`.
    pub whose: String,
    /// Rows, prices, bets or sides it was measured over.
    pub n: usize,
    /// Its value.
    pub value: f64,
    /// What it had better not pass.
    pub limit: f64,
}

/// Figures that raise alarms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmKind {
    /// Mean absolute error on `p10`.
    P10Mae,
    /// Mean absolute error on `lined` of who does not read the market.
    LinedMae,
    /// Log loss of a P(over).
    LogLoss,
    /// Return on what was staked.
    Roi,
    /// How often the side was right.
    SideHitRate,
}

impl fmt::Display for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { whose, n, value, limit, .. } = self;
        match self.figure {
            AlarmKind::P10Mae => write!(f, "{whose}: MAE {value:.3} on p10 (n {n}) is below {limit:.2}"),
            AlarmKind::LinedMae => write!(f, "{whose}: MAE {value:.3} on lined (n {n}) is below {limit:.2}"),
            AlarmKind::LogLoss => write!(f, "{whose}: log loss {value:.4} (n {n}) is below {limit:.3}"),
            AlarmKind::Roi => {
                write!(f, "{whose}: return {:+.1} % (n {n}) is above {:+.0} %", value * 100.0, limit * 100.0)
            }
            AlarmKind::SideHitRate => {
                write!(f, "{whose}: {:.1} % of sides right (n {n}), above {:.0} %", value * 100.0, limit * 100.0)
            }
        }
    }
}

/// Every alarm, in the order of contenders.
pub(crate) fn alarms(contenders: &[Contender], p10: &Population, lined: &Lined, bets: &Bets) -> Vec<Alarm> {
    let mut found = Found(Vec::new());
    for contender in contenders {
        let id = contender.code();
        let counts = &p10.systems[&id].counts;
        found.below(AlarmKind::P10Mae, &id, counts.n, counts.mae, P10_MAE);
        let figures = &lined.population.systems[&id];
        if !contender.saw_market() {
            found.below(AlarmKind::LinedMae, &id, figures.counts.n, figures.counts.mae, LINED_MAE);
        }
        if let Some(lines) = &figures.lines {
            found.below(AlarmKind::LogLoss, &id, lines.n_prices, lines.probabilities.log_loss, LOG_LOSS);
            found.above(AlarmKind::SideHitRate, &id, (lines.n_sides, MIN_SIDES), lines.side_hit_rate, HIT_RATE);
            found.bets(&format!("{id}, posted prices"), &lines.posted);
            found.bets(&format!("{id}, best price"), &lines.best);
        }
    }
    found.below(AlarmKind::LogLoss, "published", lined.published.n, lined.published.figures.log_loss, LOG_LOSS);
    found.placed("published, posted prices", &bets.posted);
    found.placed("published, best price", &bets.best);
    for (side, tally) in bets.best.recommended.named() {
        let n = tally.wins + tally.losses;
        let whose = format!("published, best price{side}");
        found.above(AlarmKind::SideHitRate, &whose, (n, MIN_SIDES), tally.hit_rate, HIT_RATE);
    }
    found.0
}

impl BySide {
    fn named(&self) -> [(&'static str, &Tally); 3] {
        [("", &self.all), (", over", &self.over), (", under", &self.under)]
    }
}

struct Found(Vec<Alarm>);

impl Found {
    fn below(&mut self, figure: AlarmKind, whose: &str, n: usize, value: Option<f64>, limit: f64) {
        if let Some(value) = value.filter(|value| n >= MIN_ROWS && *value < limit) {
            self.0.push(Alarm { figure, whose: whose.to_owned(), n, value, limit });
        }
    }

    fn above(&mut self, figure: AlarmKind, whose: &str, (n, least): (usize, usize), value: Option<f64>, limit: f64) {
        if let Some(value) = value.filter(|value| n >= least && *value > limit) {
            self.0.push(Alarm { figure, whose: whose.to_owned(), n, value, limit });
        }
    }

    fn bets(&mut self, whose: &str, tally: &Tally) {
        self.above(AlarmKind::Roi, whose, (tally.n, MIN_ROWS), tally.roi, ROI);
    }

    fn placed(&mut self, whose: &str, placed: &Placed) {
        for (side, tally) in placed.recommended.named() {
            self.bets(&format!("{whose}{side}"), tally);
        }
        for bucket in &placed.by_edge {
            for (side, tally) in bucket.bets.named() {
                self.bets(&format!("{whose}, edge {}{side}", bucket.edge), tally);
            }
        }
    }
}
