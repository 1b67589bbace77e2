//! Whether somebody who is asked about plays: a logistic regression on what is known before the game.
//!
//! Laws are about the count of somebody who plays. How likely he does is said beside them, and moves none of them.

use domain::Probability;

use crate::inputs::{Input, Inputs};
use crate::logistic::{self, dot, logistic};

/// What the log-odds are a weighted sum of.
const TERMS: usize = 20;
/// Fewer rows teach nothing.
const MIN_ROWS: usize = 2_000;
/// A pull toward even odds, as strong as a few rows.
const RIDGE: f64 = 1.0;
/// Nobody is said to play, or not to, more surely than this.
const SUREST: f64 = 0.998;

/// Who plays, as earlier slates have taught it.
#[derive(Debug, Clone, PartialEq)]
pub struct Attendance([f64; TERMS]);

impl Attendance {
    /// From rows of everybody who was asked about, and whether he played; nothing where there are too few.
    pub fn learn(asked: &[(&Inputs, bool)]) -> Option<Self> {
        let row = |(inputs, played): &(&Inputs, bool)| (terms(inputs), if *played { 1.0 } else { 0.0 });
        let rows: Vec<([f64; TERMS], f64)> = asked.iter().map(row).collect();
        (rows.len() >= MIN_ROWS).then(|| Self(logistic::fit(&rows, RIDGE, [0.0; TERMS])))
    }

    /// Its coefficients, for writing them down.
    pub fn coefficients(&self) -> &[f64] {
        &self.0
    }

    /// One read back; nothing unless there are as many coefficients as terms, all of them numbers.
    pub fn from_coefficients(coefficients: &[f64]) -> Option<Self> {
        let sound = coefficients.iter().all(|coefficient| coefficient.is_finite());
        coefficients.try_into().ok().filter(|_| sound).map(Self)
    }

    /// How likely he plays.
    pub fn p_plays(&self, inputs: &Inputs) -> Probability {
        Probability::clamped(logistic(dot(terms(inputs), self.0)).clamp(1.0 - SUREST, SUREST))
    }
}

/// Listings, games missed, minutes and their trend, the schedule. What is not known counts as nothing, beside a term that says so.
fn terms(inputs: &Inputs) -> [f64; TERMS] {
    let known = |input: Input| inputs.get(input).unwrap_or(0.0);
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let listed = inputs.get(Input::Injury);
    let (questionable, out) = (flag(listed == Some(1.0)), flag(listed == Some(2.0)));
    let missed = known(Input::GamesMissed);
    let missed_much = missed.min(40.0).ln_1p();
    let minutes = known(Input::MinutesAverage40);
    let team_games = known(Input::TeamGamesLast7).max(1.0);
    let back_to_back = flag(inputs.get(Input::TeamRest) == Some(1.0));
    [
        1.0,
        questionable,
        out,
        flag(listed.is_none()),
        flag(missed > 0.0),
        missed_much,
        missed_much * missed_much,
        questionable * missed_much,
        out * missed_much,
        out * flag(missed > 0.0),
        minutes / 10.0,
        minutes.min(12.0) / 10.0,
        known(Input::Minutes1) / 10.0,
        known(Input::Starts40),
        (known(Input::GamesLast7) / team_games).min(1.0),
        known(Input::GamesSeason).ln_1p(),
        known(Input::GamesWithTeam).min(40.0).ln_1p(),
        known(Input::DaysOff).min(200.0).ln_1p(),
        back_to_back * minutes / 10.0,
        flag(known(Input::SeasonDay) > 175.0) * minutes / 10.0,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Somebody listed so who has missed so many games.
    fn asked(listed: f64, missed: f64) -> Inputs {
        Inputs::known(&[(Input::Injury, listed), (Input::GamesMissed, missed), (Input::MinutesAverage40, 28.0)])
    }

    /// Of a hundred each: all but five of the available play, half of the questionable, none of those who are out.
    fn taught() -> Attendance {
        let groups = [(asked(0.0, 0.0), 95), (asked(1.0, 1.0), 50), (asked(2.0, 5.0), 0)];
        let rows: Vec<(&Inputs, bool)> = (0..3_000)
            .map(|index| {
                let (inputs, share) = &groups[index % 3];
                (inputs, index / 3 % 100 < *share)
            })
            .collect();
        Attendance::learn(&rows).unwrap()
    }

    #[test]
    fn shares_that_were_seen_are_said_again() {
        let taught = taught();
        for (listed, missed, share) in [(0.0, 0.0, 0.95), (1.0, 1.0, 0.5), (2.0, 5.0, 0.0)] {
            let said = taught.p_plays(&asked(listed, missed)).get();
            assert!((said - share).abs() < 0.01, "{listed}: {said}, not {share}");
        }
    }

    #[test]
    fn nobody_is_sure_and_what_is_unknown_is_no_number_either() {
        let taught = taught();
        for inputs in [Inputs::unknown(), asked(2.0, 80.0), asked(0.0, 0.0)] {
            assert!((0.001..=0.999).contains(&taught.p_plays(&inputs).get()));
        }
    }

    #[test]
    fn coefficients_read_back_and_damaged_ones_do_not() {
        let taught = taught();
        assert_eq!(Attendance::from_coefficients(taught.coefficients()), Some(taught.clone()));
        assert_eq!(Attendance::from_coefficients(&taught.coefficients()[1..]), None);
        assert_eq!(Attendance::from_coefficients(&[f64::NAN; TERMS]), None);
    }

    #[test]
    fn few_rows_teach_nothing() {
        let inputs = asked(0.0, 0.0);
        assert_eq!(Attendance::learn(&vec![(&inputs, true); MIN_ROWS - 1]), None);
    }
}
