//! Over, under, or pass with a reason; and how much better than its price a side must be.

use std::fmt;

use super::{Side, Wager};

/// How far a side's probability must lie above its price's break-even for a bet, as a difference of probabilities.
/// Each side has its own: what an edge of an over was worth in the past says little about that of an under.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// For the over.
    pub over: f64,
    /// For the under.
    pub under: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { over: 0.02, under: 0.02 }
    }
}

impl Thresholds {
    /// The side worth its price, if one is; the likelier, should a book's mistake make both so. The likelier side is
    /// not always the better priced one.
    pub fn side(self, over: Wager, under: Wager) -> Option<Side> {
        let clears = |side: &Side| match side {
            Side::Over => over.edge() >= self.over,
            Side::Under => under.edge() >= self.under,
        };
        let likelier = if over.probability >= under.probability { Side::Over } else { Side::Under };
        [likelier, likelier.opposite()].into_iter().find(clears)
    }
}

/// What a prediction says about a bet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recommendation {
    /// A side worth its price.
    Bet(Side),
    /// No bet.
    Pass(PassReason),
}

/// Why there is no bet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PassReason {
    /// No book has a line on the player.
    NoLine,
    /// The line has no price on both sides.
    NoPrice,
    /// Neither side beats its price by the margin.
    NoEdge,
    /// The player is listed out.
    ListedOut,
}

impl Recommendation {
    /// Every recommendation.
    pub const ALL: [Self; 6] = [
        Self::Bet(Side::Over),
        Self::Bet(Side::Under),
        Self::Pass(PassReason::NoLine),
        Self::Pass(PassReason::NoPrice),
        Self::Pass(PassReason::NoEdge),
        Self::Pass(PassReason::ListedOut),
    ];

    /// OVER, UNDER or PASS, as documents print it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Bet(Side::Over) => "OVER",
            Self::Bet(Side::Under) => "UNDER",
            Self::Pass(_) => "PASS",
        }
    }

    /// Name in tables, reason included.
    pub fn code(self) -> &'static str {
        match self {
            Self::Bet(Side::Over) => "over",
            Self::Bet(Side::Under) => "under",
            Self::Pass(PassReason::NoLine) => "pass_no_line",
            Self::Pass(PassReason::NoPrice) => "pass_no_price",
            Self::Pass(PassReason::NoEdge) => "pass_no_edge",
            Self::Pass(PassReason::ListedOut) => "pass_listed_out",
        }
    }

    /// The recommendation with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|recommendation| recommendation.code() == code)
    }
}

impl fmt::Display for Recommendation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

#[cfg(test)]
mod tests {
    use domain::Probability;

    use super::*;

    fn wager(odds: &str, probability: f64) -> Wager {
        Wager {
            odds: odds.parse().unwrap(),
            probability: Probability::new(probability).unwrap(),
            push: Probability::ZERO,
        }
    }

    #[test]
    fn each_side_has_a_threshold_of_its_own() {
        let check = |over, under, probability: f64, expected| {
            let side = Thresholds { over, under }.side(wager("2.0", probability), wager("2.0", 1.0 - probability));
            assert_eq!(side, expected, "{over} {under} {probability}");
        };
        check(0.05, 0.02, 0.53, None);
        check(0.05, 0.02, 0.56, Some(Side::Over));
        check(0.05, 0.02, 0.47, Some(Side::Under));
        check(0.05, 0.04, 0.47, None);
    }

    #[test]
    fn the_better_priced_side_need_not_be_the_likelier() {
        let side = Thresholds::default().side(wager("-300", 0.7), wager("+300", 0.3));
        assert_eq!(side, Some(Side::Under));
    }

    #[test]
    fn codes_read_back() {
        for recommendation in Recommendation::ALL {
            assert_eq!(Recommendation::from_code(recommendation.code()), Some(recommendation));
        }
    }
}
