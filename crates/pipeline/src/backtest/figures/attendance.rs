//! How good probabilities of playing are, over everybody who was asked about.

use std::collections::BTreeMap;

use serde::Serialize;

use super::calibration::loss;
use crate::backtest::AskedRow;
use crate::backtest::report::rounded;

/// How good probabilities of playing were, over everybody who was asked about and of whom there was one.
#[derive(Debug, Clone, Serialize)]
pub struct AttendanceFigures {
    /// Player-games asked about.
    pub n: usize,
    /// Those of them that were played.
    pub played: usize,
    /// The model's.
    pub model: AttendanceScore,
    /// That of who knows nothing but the injury list: the share who played of all who were listed alike.
    pub base_rate: AttendanceScore,
    /// Ten bins of equal mass, lowest first: what the model said and how many played.
    pub reliability: Vec<SaidPlays>,
}

/// How good probabilities of playing were.
#[derive(Debug, Clone, Serialize)]
pub struct AttendanceScore {
    /// Mean log loss, natural logarithm.
    pub log_loss: Option<f64>,
    /// Mean squared difference of probability and outcome.
    pub brier: Option<f64>,
    /// Mean distance of probability and frequency over ten bins of equal mass.
    pub ece: Option<f64>,
}

/// A tenth of the rows, by their probability.
#[derive(Debug, Clone, Serialize)]
pub struct SaidPlays {
    /// Mean probability.
    pub said: Option<f64>,
    /// How often they played.
    pub happened: Option<f64>,
}

const BINS: usize = 10;

/// Nothing where nobody was told how likely he plays.
pub(crate) fn attendance(asked: &[AskedRow]) -> Option<AttendanceFigures> {
    let claims = |of: fn(&AskedRow) -> Option<f64>| -> Vec<(f64, f64)> {
        let both = asked.iter().filter(|row| row.p_plays.is_some() && row.base_rate.is_some());
        both.filter_map(|row| Some((of(row)?, f64::from(u8::from(row.played))))).collect()
    };
    let (model, base) = (claims(|row| row.p_plays), claims(|row| row.base_rate));
    if model.is_empty() {
        return None;
    }
    let played = model.iter().filter(|(_, played)| *played > 0.5).count();
    let reliability = bins(&model)
        .into_iter()
        .map(|(said, happened)| SaidPlays { said: rounded(said), happened: rounded(happened) })
        .collect();
    Some(AttendanceFigures { n: model.len(), played, reliability, model: score(&model), base_rate: score(&base) })
}

fn score(claims: &[(f64, f64)]) -> AttendanceScore {
    let mean = |of: &dyn Fn(f64, f64) -> f64| {
        rounded(claims.iter().map(|(said, happened)| of(*said, *happened)).sum::<f64>() / claims.len() as f64)
    };
    let bins = bins(claims);
    let off = bins.iter().map(|(said, happened)| (said - happened).abs()).sum::<f64>() / bins.len() as f64;
    AttendanceScore {
        log_loss: mean(&loss),
        brier: mean(&|said, happened| (said - happened).powi(2)),
        ece: rounded(off),
    }
}

/// Mean probability and share that played of each tenth of the claims. Who was told the same stands for as many with the outcome
/// that they had on average: a bin takes as much of them as it has room for.
fn bins(claims: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut shared = BTreeMap::<u64, (f64, f64, f64)>::new();
    for (said, happened) in claims {
        let (n, sum, _) = shared.entry(said.to_bits()).or_insert((0.0, 0.0, *said));
        *n += 1.0;
        *sum += happened;
    }
    let room = claims.len() as f64 / BINS as f64;
    let mut bins = vec![(0.0, 0.0); BINS];
    let mut at = 0.0;
    for (n, happened, said) in shared.into_values() {
        let mut left = n;
        while left > 1e-9 {
            let bin = ((at / room + 1e-9) as usize).min(BINS - 1);
            let taken = if bin == BINS - 1 { left } else { left.min(room * (bin + 1) as f64 - at) };
            bins[bin].0 += said * taken;
            bins[bin].1 += happened / n * taken;
            at += taken;
            left -= taken;
        }
    }
    bins.into_iter().map(|(said, happened)| (said / room, happened / room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a hundred, so many play; all are told the same by the model, and even odds by the list.
    fn asked(played: usize, told: f64) -> Vec<AskedRow> {
        let row = |index| AskedRow { p_plays: Some(told), base_rate: Some(0.5), played: index < played };
        (0..100).map(row).collect()
    }

    #[test]
    fn the_same_said_to_many_is_judged_by_how_many_of_them_played() {
        let right = attendance(&asked(80, 0.8)).unwrap();
        assert_eq!((right.n, right.played, right.model.ece), (100, 80, Some(0.0)));
        assert_eq!(right.model.brier, Some(0.16));
        assert_eq!(right.base_rate.log_loss, Some((std::f64::consts::LN_2 * 1e6).round() / 1e6));
        assert_eq!(attendance(&asked(80, 0.7)).unwrap().model.ece, Some(0.1));
    }

    #[test]
    fn bins_are_tenths_from_low_to_high() {
        let rows = [asked(10, 0.1), asked(90, 0.9)].concat();
        let figures = attendance(&rows).unwrap();
        let said: Vec<f64> = figures.reliability.iter().map(|bin| bin.said.unwrap()).collect();
        assert_eq!(said, [[0.1; 5], [0.9; 5]].concat());
        assert_eq!(figures.model.ece, Some(0.0));
    }

    #[test]
    fn who_was_told_nothing_is_not_counted() {
        let silent = AskedRow { p_plays: None, base_rate: Some(0.5), played: true };
        assert!(attendance(&[silent]).is_none());
    }
}
