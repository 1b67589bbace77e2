//! The margin taken out of a market's prices, by each of the usual methods.
//!
//! Every method but the multiplicative one moves all break-evens by the same parameter in some scale of its own, and
//! finds the parameter at which they sum to one. Between two outcomes Shin's result is the additive one.

use std::fmt;
use std::str::FromStr;

use domain::{DecimalOdds, ParseError, Probability, TwoWayPrice};

/// How a book's margin is taken out of the prices of all outcomes of a market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Devig {
    /// All break-evens scaled down alike.
    #[default]
    Multiplicative,
    /// The same number taken off every break-even; a long shot can come to nothing by it.
    Additive,
    /// All break-evens raised to the same power. Long shots carry more of the margin.
    Power,
    /// The margin a book needs against a share of insiders among its customers (Shin 1992, by the formula of
    /// Jullien and Salanié 1994). Long shots carry more of the margin.
    Shin,
    /// All odds multiplied alike (Cheung 2015). The same as moving all log-odds alike, the logit method.
    OddsRatio,
}

/// Probabilities of a market's outcomes without the margin.
#[derive(Debug, Clone, PartialEq)]
pub struct NoVig {
    /// One for each price, in the prices' order; they sum to one.
    pub probabilities: Vec<Probability>,
    /// How many outcomes are left without a chance: the additive method takes off more than a long shot of
    /// three or more outcomes costs.
    pub clipped: usize,
}

impl Devig {
    /// Every method.
    pub const ALL: [Self; 5] = [Self::Multiplicative, Self::Additive, Self::Power, Self::Shin, Self::OddsRatio];

    /// Name in JSON and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Multiplicative => "multiplicative",
            Self::Additive => "additive",
            Self::Power => "power",
            Self::Shin => "shin",
            Self::OddsRatio => "odds_ratio",
        }
    }

    /// The probabilities behind the prices of all outcomes of a market, of which exactly one will happen. A single
    /// outcome is certain. Prices that together cost less than one are scaled up by the same formulas.
    pub fn no_vig(self, prices: &[DecimalOdds]) -> NoVig {
        let posted: Vec<f64> = prices.iter().map(|price| price.break_even().get()).collect();
        let moved = self.moved(&posted);
        let total: f64 = moved.iter().sum();
        let probabilities = moved.iter().map(|p| Probability::clamped(p / total)).collect();
        NoVig { probabilities, clipped: moved.iter().filter(|p| **p == 0.0).count() }
    }

    /// The over's probability behind a two-way price.
    pub fn over(self, price: TwoWayPrice) -> Probability {
        self.no_vig(&[price.over, price.under]).probabilities[0]
    }

    /// Break-evens moved until they sum to one, or as near as numbers allow.
    fn moved(self, posted: &[f64]) -> Vec<f64> {
        let book: f64 = posted.iter().sum();
        // Where each method's outcomes sum to at least one, and where to less, whatever two or more prices are.
        let (low, high) = match self {
            Self::Multiplicative => return posted.to_vec(),
            _ if posted.len() < 2 => return vec![1.0; posted.len()],
            Self::Additive => (-1.0, 1.0),
            Self::Power => (0.0, 1e6),
            Self::Shin => (-1.0, 1.0),
            Self::OddsRatio => (-40.0, 40.0),
        };
        let at = |parameter: f64| posted.iter().map(move |p| self.outcome(*p, book, parameter));
        let parameter = bisected(low, high, |parameter| at(parameter).sum::<f64>() - 1.0);
        at(parameter).collect()
    }

    /// An outcome's probability if the method's parameter has this value: the less the higher it is, over a market.
    fn outcome(self, posted: f64, book: f64, parameter: f64) -> f64 {
        match self {
            Self::Multiplicative => posted / book,
            Self::Additive => (posted - parameter).max(0.0),
            Self::Power => posted.powf(parameter),
            Self::Shin => {
                let share = posted * posted / book;
                let root = (parameter * parameter + 4.0 * (1.0 - parameter) * share).sqrt();
                // One number in two forms, of which one does not subtract what is nearly equal.
                if parameter < 0.0 {
                    (root - parameter) / (2.0 * (1.0 - parameter))
                } else {
                    2.0 * share / (root + parameter)
                }
            }
            Self::OddsRatio => posted / (posted + parameter.exp() * (1.0 - posted)),
        }
    }
}

/// Where a function that starts positive and ends negative crosses zero, as near as numbers allow.
fn bisected(mut low: f64, mut high: f64, function: impl Fn(f64) -> f64) -> f64 {
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return middle;
        }
        if function(middle) > 0.0 { low = middle } else { high = middle }
    }
}

impl FromStr for Devig {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = if text == "logit" { Self::OddsRatio.code() } else { text };
        Self::ALL.into_iter().find(|method| method.code() == text).ok_or_else(|| {
            ParseError::new(
                text,
                "a no-vig method: multiplicative, additive, power, shin, odds_ratio or logit, its other name",
            )
        })
    }
}

impl fmt::Display for Devig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fair(method: Devig, decimals: &[f64]) -> Vec<f64> {
        let prices: Vec<DecimalOdds> = decimals.iter().map(|decimal| DecimalOdds::new(*decimal).unwrap()).collect();
        method.no_vig(&prices).probabilities.into_iter().map(Probability::get).collect()
    }

    fn check(method: Devig, decimals: &[f64], published: &[f64], tolerance: f64) {
        let found = fair(method, decimals);
        let near = found.iter().zip(published).all(|(found, published)| (found - published).abs() < tolerance);
        assert!(near && found.len() == published.len(), "{method} of {decimals:?}: {found:?}, not {published:?}");
    }

    /// Three football matches worked through by every method in the README of the R package `implied`
    /// (github.com/opisthokonta/implied). Its margin weights proportional to the odds are the additive method. The
    /// exponents, odds ratios and shares of insiders it prints solve their equations only to about 1e-5.
    #[test]
    fn three_matches_come_out_as_in_the_implied_package() {
        let matches = [[4.20, 3.70, 1.95], [2.45, 3.70, 2.90], [2.05, 3.20, 3.80]];
        let check = |method, published: [[f64; 3]; 3]| {
            let tolerance = if matches!(method, Devig::Multiplicative | Devig::Additive) { 6e-8 } else { 3e-6 };
            for (odds, published) in matches.iter().zip(published) {
                check(method, odds, &published, tolerance);
            }
        };
        check(
            Devig::Multiplicative,
            [
                [0.233_155_6, 0.264_663_1, 0.502_181_3],
                [0.398_884_8, 0.264_126_4, 0.336_988_8],
                [0.458_694_8, 0.293_851_4, 0.247_453_8],
            ],
        );
        check(
            Devig::Additive,
            [
                [0.231_033_2, 0.263_208_3, 0.505_758_5],
                [0.400_409_6, 0.262_516_6, 0.337_073_9],
                [0.466_650_6, 0.291_345_7, 0.242_003_6],
            ],
        );
        check(
            Devig::Power,
            [
                [0.231_141_4, 0.263_064_4, 0.505_794_2],
                [0.400_315_6, 0.262_718_9, 0.336_965_5],
                [0.466_713_9, 0.290_898_5, 0.242_387_6],
            ],
        );
        check(
            Devig::Shin,
            [
                [0.231_571_6, 0.263_574_2, 0.504_854_2],
                [0.400_022_1, 0.262_927_1, 0.337_050_8],
                [0.464_588_2, 0.291_978_8, 0.243_433_1],
            ],
        );
        check(
            Devig::OddsRatio,
            [
                [0.232_004_8, 0.263_641_5, 0.504_353_7],
                [0.399_691_2, 0.263_386_9, 0.336_921_9],
                [0.463_440_6, 0.291_903_2, 0.244_656_2],
            ],
        );
    }

    /// pypi.org/project/shin, and the README of github.com/martineastwood/penaltyblog.
    #[test]
    fn two_more_packages_agree() {
        let published = [0.372_994_060_332_089_65, 0.404_779_410_920_018_4, 0.222_226_528_747_427_5];
        check(Devig::Shin, &[2.6, 2.4, 4.3], &published, 1e-9);
        let odds = [2.7, 2.3, 4.4];
        check(Devig::Multiplicative, &odds, &[0.358_738, 0.421_127_3, 0.220_134_7], 1e-6);
        check(Devig::Additive, &odds, &[0.359_561_8, 0.423_974_04, 0.216_464_16], 1e-7);
        check(Devig::Power, &odds, &[0.359_170_8, 0.423_729_1, 0.217_100_1], 3e-6);
        check(Devig::Shin, &odds, &[0.359_343_92, 0.423_243_85, 0.217_412_23], 1e-7);
        check(Devig::OddsRatio, &odds, &[0.358_810_36, 0.422_561_42, 0.218_628_22], 1e-6);
    }

    /// -300 against +240 at betherosports.com/blog/devigging-methods-explained.
    #[test]
    fn a_two_way_market_comes_out_as_published() {
        let price = TwoWayPrice { over: "-300".parse().unwrap(), under: "+240".parse().unwrap() };
        assert!((price.margin() - 0.044).abs() < 2e-4);
        assert!((Devig::Multiplicative.over(price).get() - 0.718_4).abs() < 1e-4);
    }

    /// Moving the log-odds by the logarithm of the odds ratio that penaltyblog finds gives its probabilities: the
    /// odds ratio method is the logit method.
    #[test]
    fn the_odds_ratio_moves_all_log_odds_alike() {
        let shift = 1.051_169_127_292_18_f64.ln();
        let moved = [2.7, 2.3, 4.4].map(|odds: f64| {
            let posted = 1.0 / odds;
            1.0 / (1.0 + ((1.0 - posted) / posted * shift.exp()))
        });
        check(Devig::OddsRatio, &[2.7, 2.3, 4.4], &moved, 1e-6);
        assert_eq!("logit".parse(), Ok(Devig::OddsRatio));
    }

    /// Prices which the tests of the R package `implied` call problematic for the additive method.
    #[test]
    fn the_additive_method_says_whom_it_leaves_without_a_chance() {
        let prices: Vec<DecimalOdds> =
            [0.87, 0.2, 0.1, 0.05, 0.02, 0.01].iter().map(|p| DecimalOdds::new(1.0 / p).unwrap()).collect();
        let clipped = Devig::ALL.map(|method| method.no_vig(&prices).clipped);
        assert_eq!(clipped, [0, 3, 0, 0, 0]);
        assert_eq!(Devig::Additive.no_vig(&prices).probabilities[3..], [Probability::ZERO; 3]);
    }

    #[test]
    fn few_outcomes_are_no_reason_to_stop() {
        for method in Devig::ALL {
            assert_eq!((fair(method, &[]), fair(method, &[1.7])), (vec![], vec![1.0]), "{method}");
        }
    }

    #[test]
    fn names_read_back() {
        for method in Devig::ALL {
            assert_eq!(method.code().parse(), Ok(method));
        }
        let error = "worst_case".parse::<Devig>().unwrap_err();
        assert!(error.to_string().contains("odds_ratio"), "{error}");
    }

    #[test]
    fn a_fair_book_is_left_alone() {
        for decimals in [&[2.0, 2.0][..], &[1.25, 5.0], &[1.28, 6.4, 16.0], &[8.0, 2.0, 4.0, 8.0]] {
            let posted: Vec<f64> = decimals.iter().map(|decimal| 1.0 / decimal).collect();
            for method in Devig::ALL {
                check(method, decimals, &posted, 1e-12);
            }
        }
    }

    fn any_price() -> impl Strategy<Value = f64> {
        prop_oneof![1.0001..1.2, 1.2..10.0, 10.0..9_999.0]
    }

    proptest! {
        #[test]
        fn probabilities_sum_to_one_in_the_order_of_the_prices(decimals in prop::collection::vec(any_price(), 2..8)) {
            for method in Devig::ALL {
                let found = fair(method, &decimals);
                prop_assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{} {:?}", method, found);
                for (i, j) in (0..decimals.len()).flat_map(|i| (0..decimals.len()).map(move |j| (i, j))) {
                    prop_assert!(decimals[i] < decimals[j] || found[i] <= found[j] + 1e-12, "{} {:?}", method, found);
                }
            }
        }

        #[test]
        fn equal_prices_are_equally_likely(decimal in any_price(), outcomes in 2_usize..8) {
            for method in Devig::ALL {
                for p in fair(method, &vec![decimal; outcomes]) {
                    prop_assert!((p - 1.0 / outcomes as f64).abs() < 1e-12, "{} {}", method, p);
                }
            }
        }

        #[test]
        fn between_two_outcomes_shin_is_additive(over in 1.02..40.0, under in 1.02..40.0) {
            let [additive, shin] = [Devig::Additive, Devig::Shin].map(|method| fair(method, &[over, under]));
            prop_assert!((additive[0] - shin[0]).abs() < 1e-9);
        }
    }
}
