//! The best of the prices that several books post on one side.

use domain::{DecimalOdds, HalfPoints, Sportsbook};

use super::{Side, Wager};
use crate::CountLaw;

/// What one book posts on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    /// Who posts it.
    pub book: Sportsbook,
    /// The line.
    pub line: HalfPoints,
    /// What the side pays.
    pub odds: DecimalOdds,
}

/// The best of several offers, and what the law says of a bet on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// The offer.
    pub posted: Posted,
    /// The bet, by the law alone: nothing is shrunk to the price.
    pub wager: Wager,
}

/// The offer to take, of those that books post on one side of one statistic of one player.
///
/// At one line that is the highest price; at one price the lowest line for an over, the highest for an under. Where
/// one offer has the better line and another the better price, the law decides what half a point is worth: the offer
/// of the highest expected value is taken. Of equals the first book by name.
pub fn best_price(side: Side, law: &CountLaw, posted: impl IntoIterator<Item = Posted>) -> Option<Best> {
    let offers = posted.into_iter().map(|posted| {
        let settlement = law.settle(posted.line);
        let over = settlement.over_unless_push();
        let probability = match side {
            Side::Over => over,
            Side::Under => over.complement(),
        };
        Best { posted, wager: Wager { odds: posted.odds, probability, push: settlement.push } }
    });
    let value = |best: &Best| best.wager.expected_value();
    offers.max_by(|a, b| value(a).total_cmp(&value(b)).then(b.posted.book.cmp(&a.posted.book)))
}

#[cfg(test)]
mod tests {
    use domain::Probability;
    use proptest::prelude::*;

    use super::*;
    use crate::VarianceCurve;

    fn posted(book: &str, line: f64, odds: &str) -> Posted {
        Posted {
            book: book.parse().unwrap(),
            line: HalfPoints::from_points(line).unwrap(),
            odds: odds.parse().unwrap(),
        }
    }

    fn best(side: Side, offers: &[Posted]) -> String {
        let law = CountLaw::negative_binomial(21.0, VarianceCurve::POINTS);
        best_price(side, &law, offers.iter().copied()).unwrap().posted.book.to_string()
    }

    #[test]
    fn at_one_line_the_price_decides_and_at_one_price_the_line() {
        let prices = [posted("fanduel", 20.5, "-115"), posted("betmgm", 20.5, "-105"), posted("caesars", 20.5, "-110")];
        assert_eq!(Side::BOTH.map(|side| best(side, &prices)), ["betmgm", "betmgm"]);
        let lines = [posted("fanduel", 20.5, "-110"), posted("betmgm", 21.5, "-110"), posted("caesars", 20.0, "-110")];
        assert_eq!(Side::BOTH.map(|side| best(side, &lines)), ["caesars", "betmgm"]);
    }

    /// Around a mean of 21 the law puts 5.2 % on 21 points: as much as lies between -110 and -141.
    #[test]
    fn between_a_better_line_and_a_better_price_the_law_decides() {
        let check = |dearer, expected: &str| {
            let offers = [posted("fanduel", 20.5, dearer), posted("betmgm", 21.5, "-110")];
            assert_eq!(best(Side::Over, &offers), expected, "{dearer}");
        };
        check("-135", "fanduel");
        check("-145", "betmgm");
    }

    #[test]
    fn of_equals_the_first_by_name_is_taken_whatever_the_order() {
        let offers = [posted("fanduel", 20.5, "-110"), posted("betmgm", 20.5, "-110")];
        let reversed = [offers[1], offers[0]];
        assert_eq!((best(Side::Over, &offers).as_str(), best(Side::Over, &reversed).as_str()), ("betmgm", "betmgm"));
        assert_eq!(best_price(Side::Over, &CountLaw::negative_binomial(21.0, VarianceCurve::POINTS), []), None);
    }

    proptest! {
        #[test]
        fn nothing_is_taken_that_another_beats_in_line_and_price(
            mean in 1.0..40.0,
            offers in prop::collection::vec((0..80_i32, 1.2..6.0), 1..8),
        ) {
            let law = CountLaw::negative_binomial(mean, VarianceCurve::POINTS);
            let offers: Vec<Posted> = offers
                .into_iter()
                .map(|(halves, odds)| Posted {
                    line: HalfPoints::from_halves(halves),
                    odds: DecimalOdds::new(odds).unwrap(),
                    ..posted("betmgm", 0.5, "2.0")
                })
                .collect();
            let over = best_price(Side::Over, &law, offers.clone()).unwrap();
            for other in offers {
                prop_assert!(
                    other.line > over.posted.line
                        || other.odds <= over.posted.odds
                        || over.wager.probability == Probability::ZERO
                        || over.wager.probability.get() < 1e-6
                );
            }
        }
    }
}
