//! Systems: who forecasts best, whether published probabilities mean what they say, and the error against the line by month.

mod plots;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::{GameDate, Market};
use pipeline::MARKET;
use pipeline::rows::SystemPerformance;
use predict::SystemId;
use tokio::sync::Mutex;

use super::frame::{Frame, Looks};
use super::{Withheld, shown};
use crate::App;
use crate::app::{Calibration, ReliabilityBin};
use crate::http::Surface;
use crate::reports::named;

/// Probabilities are held against so many days: each night is read whole.
const CALIBRATED_DAYS: i32 = 30;

/// The records span a season.
const RECORD_DAYS: i32 = 365;

/// The newest calibration with the records it belongs to: nights are graded rarely, and pages looked at often.
#[derive(Default)]
pub(in crate::http) struct Remembered(Mutex<Option<(Vec<SystemPerformance>, Calibration)>>);

/// A system's record.
struct Row {
    system: String,
    slates: usize,
    predictions: u32,
    mae: String,
    bias: String,
    lined_mae: String,
    line_mae: String,
    within_3: String,
    bets: u32,
    won: String,
    profit: String,
    roi: String,
}

#[derive(Template)]
#[template(path = "systems.html")]
struct Page {
    frame: Frame,
    from: GameDate,
    rows: Vec<Row>,
    headline: &'static str,
    months: Option<String>,
    reliability: Option<String>,
    bins: Vec<[String; 4]>,
    nights: usize,
    cover: Option<String>,
}

pub(super) async fn page(State(surface): State<Surface>, looks: Looks) -> Result<impl IntoResponse, Withheld> {
    let today = GameDate::of(surface.app.now());
    let from = today.plus_days(-RECORD_DAYS);
    let mut records = surface.app.store.outputs.performance(today).await?;
    records.retain(|record| record.edition.slate >= from);
    let mut remembered = surface.remembered.0.lock().await;
    if remembered.as_ref().is_none_or(|(of, _)| *of != records) {
        *remembered = Some((records.clone(), calibrated(&surface.app, &records).await?));
    }
    let calibration = remembered.as_ref().map(|(_, calibration)| calibration);
    let bins = calibration.map_or(&[][..], |calibration| &calibration.bins);
    shown(&Page {
        frame: Frame::of("Systems", &surface, &looks),
        from,
        rows: Market::ALL.into_iter().flat_map(|market| Row::of_market(market, &records)).collect(),
        headline: SystemId::Ensemble.code(),
        months: plots::months(&by_month(&records)).map_err(|error| anyhow::anyhow!(error))?,
        reliability: plots::reliability(bins).map_err(|error| anyhow::anyhow!(error))?,
        bins: bins.iter().map(in_words).collect(),
        nights: calibration.map_or(0, |calibration| calibration.nights),
        cover: calibration.and_then(|calibration| Some(format!("{:.1} %", calibration.cover_80? * 100.0))),
    })
}

/// How the headline's probabilities of the newest graded days came out.
async fn calibrated(app: &App, records: &[SystemPerformance]) -> anyhow::Result<Calibration> {
    match records.iter().map(|record| record.edition.slate).max() {
        Some(newest) => app.calibration(newest.plus_days(-CALIBRATED_DAYS)..=newest, SystemId::Ensemble).await,
        None => Ok(Calibration::default()),
    }
}

fn in_words(bin: &ReliabilityBin) -> [String; 4] {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let ends = format!("{:.0}–{:.0} %", bin.ends.0 * 100.0, bin.ends.1 * 100.0);
    [ends, bin.n.to_string(), percent(bin.said), percent(bin.happened)]
}

/// The headline's mean absolute error and the line's, on rows with a line, by month.
fn by_month(records: &[SystemPerformance]) -> Vec<(String, f64, f64)> {
    let mut months = BTreeMap::<GameDate, (f64, f64, u32)>::new();
    for record in records.iter().filter(|record| record.system == SystemId::Ensemble && record.market == MARKET) {
        let (ours, line, lined) = months.entry(record.edition.slate.first_of_month()).or_default();
        *ours += record.lined_error_sum;
        *line += record.line_error_sum;
        *lined += record.lined;
    }
    let mean = |(month, (ours, line, lined)): (GameDate, (f64, f64, u32))| {
        let n = f64::from(lined);
        (lined > 0).then(|| (month.date().strftime("%Y-%m").to_string(), ours / n, line / n))
    };
    months.into_iter().filter_map(mean).collect()
}

impl Row {
    fn of_market(market: Market, records: &[SystemPerformance]) -> Vec<Self> {
        let of_market = records.iter().filter(|record| record.market == market);
        let systems: BTreeSet<SystemId> = of_market.map(|record| record.system).collect();
        systems.into_iter().map(|system| Self::of((system, market), records)).collect()
    }

    fn of((system, market): (SystemId, Market), records: &[SystemPerformance]) -> Self {
        let of = || records.iter().filter(|record| record.system == system && record.market == market);
        let sum = |what: fn(&SystemPerformance) -> u32| of().map(what).sum::<u32>();
        let total = |what: fn(&SystemPerformance) -> f64| of().map(what).sum::<f64>();
        let counted = sum(|record| record.predictions);
        let (wins, losses, pushes) =
            (sum(|record| record.wins), sum(|record| record.losses), sum(|record| record.pushes));
        let (lined, bets) = (sum(|record| record.lined), wins + losses + pushes);
        let per = |sum: f64, n: u32| if n == 0 { String::new() } else { format!("{:.2}", sum / f64::from(n)) };
        let percent =
            |part: f64, n: u32| if n == 0 { String::new() } else { format!("{:.1} %", 100.0 * part / f64::from(n)) };
        let profit = total(|record| record.profit);
        Self {
            system: named(system, market),
            slates: of().count(),
            predictions: counted,
            mae: per(total(|record| record.absolute_error_sum), counted),
            bias: per(total(|record| record.signed_error_sum), counted),
            lined_mae: per(total(|record| record.lined_error_sum), lined),
            line_mae: per(total(|record| record.line_error_sum), lined),
            within_3: percent(f64::from(sum(|record| record.within_3)), counted),
            bets,
            won: percent(f64::from(wins), wins + losses),
            profit: format!("{profit:+.1}"),
            roi: percent(profit, wins + losses),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Edition;

    use super::*;

    fn record(system: SystemId) -> SystemPerformance {
        SystemPerformance {
            edition: Edition::morning("2025-01-15".parse().unwrap(), None),
            market: MARKET,
            system,
            predictions: 200,
            voids: 150,
            wins: 6,
            losses: 4,
            pushes: 2,
            overs: 5,
            overs_won: 3,
            absolute_error_sum: 1000.0,
            signed_error_sum: -50.0,
            within_3: 80,
            within_5: 120,
            profit: 1.5,
            line_error_sum: 500.0,
            lined_error_sum: 510.0,
            lined: 100,
        }
    }

    #[test]
    fn means_are_over_who_played_and_systems_from_outside_stand_in_the_list() {
        let external = SystemId::named("somebody_v1").unwrap();
        let rows = Row::of_market(MARKET, &[record(external), record(SystemId::Ensemble)]);
        let names: Vec<&str> = rows.iter().map(|row| row.system.as_str()).collect();
        assert_eq!(names, ["ensemble_v1", "somebody_v1"]);
        let Row { predictions, mae, within_3, lined_mae, bets, won, roi, .. } = &rows[0];
        assert_eq!((*predictions, mae.as_str(), within_3.as_str()), (200, "5.00", "40.0 %"));
        assert_eq!((*bets, won.as_str(), roi.as_str(), lined_mae.as_str()), (12, "60.0 %", "15.0 %", "5.10"));
    }
}
