//! `systems/performance.json`: the systems' records over the last week, month and season, with the book's line beside.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Edition, GameDate, Market};
use predict::SystemId;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Head, rounded};
use crate::MARKET;
use crate::rows::SystemPerformance;

/// The systems' records over the last week, month and season, with the book's line beside.
#[derive(JsonSchema, Serialize)]
pub(super) struct Leaderboard {
    #[serde(flatten)]
    head: Head,
    /// Of points.
    systems: BTreeMap<&'static str, Windows>,
    comparison: Comparison,
    /// The systems' records in each other market, where it was forecast.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    markets: BTreeMap<&'static str, BTreeMap<&'static str, Windows>>,
}

#[derive(JsonSchema, Serialize)]
struct Windows {
    /// Whether it answers from outside this program.
    external: bool,
    last_7_days: Record,
    last_30_days: Record,
    season: Record,
}

/// Who is best over 30 days; nobody while there is nothing to compare.
#[derive(JsonSchema, Serialize)]
struct Comparison {
    best_mae: Option<&'static str>,
    best_win_rate: Option<&'static str>,
    lowest_bias: Option<&'static str>,
}

/// A system's record over some slates. Rates are nothing where they have no denominator.
#[derive(JsonSchema, Serialize)]
pub(super) struct Record {
    slates: u32,
    predictions: u32,
    voids: u32,
    pub(super) mae: Option<f64>,
    pub(super) bias: Option<f64>,
    pub(super) within_3_pct: Option<f64>,
    pub(super) within_5_pct: Option<f64>,
    wins: u32,
    losses: u32,
    pushes: u32,
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) win_rate: Option<f64>,
    #[schemars(range(min = 0.0, max = 1.0))]
    over_win_rate: Option<f64>,
    #[schemars(range(min = 0.0, max = 1.0))]
    under_win_rate: Option<f64>,
    /// Units won and lost, one staked a bet.
    profit: f64,
    /// Profit per unit staked on bets that were decided.
    roi: Option<f64>,
    /// Rows with a line, the system's error on them, and the line's own.
    lined: u32,
    lined_mae: Option<f64>,
    line_mae: Option<f64>,
}

impl Record {
    pub(super) fn of(records: &[&SystemPerformance]) -> Self {
        let count = |of: fn(&SystemPerformance) -> u32| records.iter().map(|record| of(record)).sum::<u32>();
        let sum = |of: fn(&SystemPerformance) -> f64| records.iter().map(|record| of(record)).sum::<f64>();
        let per = |part: f64, whole: u32| (whole > 0).then(|| rounded(part / f64::from(whole)));
        let (predictions, lined) = (count(|r| r.predictions), count(|r| r.lined));
        let (wins, losses) = (count(|r| r.wins), count(|r| r.losses));
        let (overs, overs_won) = (count(|r| r.overs), count(|r| r.overs_won));
        let decided = wins + losses;
        let profit = sum(|r| r.profit);
        Self {
            slates: records.len() as u32,
            predictions,
            voids: count(|r| r.voids),
            mae: per(sum(|r| r.absolute_error_sum), predictions),
            bias: per(sum(|r| r.signed_error_sum), predictions),
            within_3_pct: per(100.0 * f64::from(count(|r| r.within_3)), predictions),
            within_5_pct: per(100.0 * f64::from(count(|r| r.within_5)), predictions),
            wins,
            losses,
            pushes: count(|r| r.pushes),
            win_rate: per(f64::from(wins), decided),
            over_win_rate: per(f64::from(overs_won), overs),
            under_win_rate: per(f64::from(wins - overs_won), decided - overs),
            profit: rounded(profit),
            roi: per(profit, decided),
            lined,
            lined_mae: per(sum(|r| r.lined_error_sum), lined),
            line_mae: per(sum(|r| r.line_error_sum), lined),
        }
    }
}

/// The season of a slate starts on the first of August before it; that is only a window's edge here.
pub(super) fn season_start(slate: GameDate) -> GameDate {
    let date = slate.date();
    let year = if date.month() >= 8 { date.year() } else { date.year() - 1 };
    GameDate::first_of(year, 8)
}

pub(super) fn document(edition: Edition, earlier: &[SystemPerformance], today: &[SystemPerformance]) -> Leaderboard {
    let counted: Vec<&SystemPerformance> = earlier.iter().chain(today).collect();
    let markets: BTreeSet<Market> = counted.iter().map(|record| record.market).collect();
    let of = |market| {
        let of_market: Vec<_> = counted.iter().copied().filter(|record| record.market == market).collect();
        windows(edition.slate, &of_market)
    };
    let systems = of(MARKET);
    let comparison = Comparison {
        best_mae: lowest(&systems, |record| record.mae),
        best_win_rate: lowest(&systems, |record| record.win_rate.map(|rate| -rate)),
        lowest_bias: lowest(&systems, |record| record.bias.map(f64::abs)),
    };
    let others = markets.into_iter().filter(|market| *market != MARKET);
    let markets = others.map(|market| (market.code(), of(market))).collect();
    Leaderboard { head: Head::of(edition), systems, comparison, markets }
}

/// The records of one market by system, over the windows that end on a slate.
fn windows(slate: GameDate, records: &[&SystemPerformance]) -> BTreeMap<&'static str, Windows> {
    let since = |system: SystemId, first: GameDate| {
        let counts = |record: &&&SystemPerformance| record.system == system && record.edition.slate >= first;
        Record::of(&records.iter().filter(counts).copied().collect::<Vec<_>>())
    };
    let season = season_start(slate);
    let this_season = records.iter().filter(|record| record.edition.slate >= season);
    let systems: BTreeSet<SystemId> = this_season.map(|record| record.system).collect();
    let windows = |system: SystemId| Windows {
        external: system.is_external(),
        last_7_days: since(system, slate.plus_days(-6)),
        last_30_days: since(system, slate.plus_days(-29)),
        season: since(system, season),
    };
    systems.into_iter().map(|system| (system.code(), windows(system))).collect()
}

fn lowest(systems: &BTreeMap<&'static str, Windows>, of: fn(&Record) -> Option<f64>) -> Option<&'static str> {
    systems
        .iter()
        .filter_map(|(system, windows)| Some((of(&windows.last_30_days)?, *system)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, system)| system)
}

#[cfg(test)]
mod tests {

    use super::*;

    fn record(slate: &str, system: SystemId, mae: f64) -> SystemPerformance {
        SystemPerformance {
            edition: Edition::morning(slate.parse().unwrap(), None),
            market: MARKET,
            system,
            predictions: 10,
            voids: 1,
            wins: 3,
            losses: 2,
            pushes: 1,
            overs: 2,
            overs_won: 1,
            absolute_error_sum: mae * 10.0,
            signed_error_sum: -5.0,
            within_3: 4,
            within_5: 6,
            profit: 0.7,
            line_error_sum: 25.0,
            lined_error_sum: 26.0,
            lined: 5,
        }
    }

    #[test]
    fn windows_end_on_the_slate() {
        let edition = Edition::morning("2025-01-15".parse().unwrap(), None);
        let earlier = [
            record("2024-12-20", SystemId::Ensemble, 7.0),
            record("2025-01-08", SystemId::Ensemble, 6.0),
            record("2025-01-09", SystemId::Ensemble, 6.0),
            record("2024-05-01", SystemId::Ensemble, 9.0),
        ];
        let today = [record("2025-01-15", SystemId::Ensemble, 4.0), record("2025-01-15", SystemId::Xgboost, 4.5)];
        let board = document(edition, &earlier, &today);
        let windows = &board.systems["ensemble_v1"];
        assert_eq!(
            [&windows.last_7_days, &windows.last_30_days, &windows.season].map(|w| (w.slates, w.mae)),
            [(2, Some(5.0)), (4, Some(5.75)), (4, Some(5.75))]
        );
        assert_eq!(board.comparison.best_mae, Some("xgboost_v1"));
    }

    #[test]
    fn rates_have_the_right_denominators() {
        let record = record("2025-01-15", SystemId::Ensemble, 5.0);
        let total = Record::of(&[&record, &record]);
        assert_eq!((total.win_rate, total.over_win_rate, total.under_win_rate), (Some(0.6), Some(0.5), Some(0.667)));
        assert_eq!((total.roi, total.line_mae, total.lined_mae), (Some(0.14), Some(5.0), Some(5.2)));
        assert_eq!(Record::of(&[]).win_rate, None);
    }
}
