//! The alarm on what was published: a record that nobody can have honestly stops publication. It is the one guard that looks
//! at other nights; what is published does not depend on it, only whether anything is.

use domain::GameDate;
use predict::SystemId;

use super::leaderboard::season_start;
use crate::MARKET;
use crate::pipeline::{Pipeline, StepError};
use crate::rows::SystemPerformance;

/// Levels at which a record is a leak and no triumph: shares of decided bets that won, and units won a unit staked, each over
/// at least so many. The best honest season that was walked won 55 % and returned 4 %.
const WON: (f64, u32) = (0.57, 1_500);
const RETURNED: (f64, u32) = (0.08, 1_000);

/// The systems' records of the season before a slate, or since the day from which they count.
pub(super) async fn of_season(pipeline: &Pipeline, slate: GameDate) -> Result<Vec<SystemPerformance>, StepError> {
    let since = pipeline.records_count_since.map_or(season_start(slate), |since| since.max(season_start(slate)));
    let mut records = pipeline.outputs.performance(slate.plus_days(-1)).await?;
    records.retain(|record| record.edition.slate >= since && record.market == MARKET);
    Ok(records)
}

/// Checks the systems of ours.
///
/// # Errors
/// Whose record is too good to be true.
pub(super) fn check(records: &[SystemPerformance]) -> Result<(), String> {
    let problems: Vec<String> = SystemId::ALL.into_iter().filter_map(|system| too_good(system, records)).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
}

fn too_good(system: SystemId, records: &[SystemPerformance]) -> Option<String> {
    let of = || records.iter().filter(|record| record.system == system);
    let won: u32 = of().map(|record| record.wins).sum();
    let decided = won + of().map(|record| record.losses).sum::<u32>();
    let profit: f64 = of().map(|record| record.profit).sum();
    let share = |part: f64, (limit, least): (f64, u32)| {
        let share = part / f64::from(decided);
        (decided >= least && share > limit).then_some(100.0 * share)
    };
    let what = match (share(won.into(), WON), share(profit, RETURNED)) {
        (Some(won), _) => format!("won {won:.1} %"),
        (None, Some(returned)) => format!("returned {returned:+.1} %"),
        (None, None) => return None,
    };
    Some(format!(
        "{system} {what} of {decided} bets this season, more than anybody can: it must have seen their results. Once the leak is \
         mended, the setting records_since (a date) lets the record begin there"
    ))
}

#[cfg(test)]
mod tests {
    use domain::Edition;

    use super::*;

    fn record(system: SystemId, wins: u32, losses: u32, profit: f64) -> SystemPerformance {
        SystemPerformance {
            edition: Edition::morning("2025-01-15".parse().unwrap(), None),
            market: MARKET,
            system,
            predictions: 300,
            voids: 0,
            wins,
            losses,
            pushes: 0,
            overs: 0,
            overs_won: 0,
            absolute_error_sum: 1_400.0,
            signed_error_sum: 0.0,
            within_3: 120,
            within_5: 200,
            profit,
            line_error_sum: 0.0,
            lined_error_sum: 0.0,
            lined: 0,
        }
    }

    #[test]
    fn a_season_that_is_too_good_to_be_true_stops_publication() {
        let leaky = record(SystemId::Xgboost, 850, 150, 620.0);
        let refused = check(&[leaky.clone(), leaky]).unwrap_err();
        assert!(refused.starts_with("xgboost_v1 won 85.0 % of 2000 bets this season"), "{refused}");
        let rich = record(SystemId::MarketBlend, 560, 440, 81.0);
        assert!(check(&[rich]).unwrap_err().starts_with("market_blend_v1 returned +8.1 % of 1000 bets"));
    }

    #[test]
    fn good_luck_and_an_honest_season_do_not() {
        let honest = record(SystemId::MarketBlend, 3_353, 2_755, 183.4);
        let lucky = record(SystemId::Ensemble, 450, 50, 350.0);
        let outside = SystemId::named("somebody_v1").unwrap();
        assert_eq!(check(&[honest, lucky, record(outside, 1_900, 100, 1_700.0)]), Ok(()));
    }
}
