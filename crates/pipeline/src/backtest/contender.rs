//! Who is compared in a backtest: our systems, the original system's formulas, and what any of them must beat.

use std::fmt;

use predict::SystemId;

/// A forecast that needs no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Baseline {
    /// The player's mean of the season so far.
    SeasonMean,
    /// His mean of the newest ten games played.
    Last10,
    /// His exponentially weighted mean, a tenth on the newest game.
    Ewma,
    /// The median of the books' main lines.
    BookLine,
    /// The line moved by what its prices say, averaged over the books.
    PriceAdjustedLine,
}

impl Baseline {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::SeasonMean, Self::Last10, Self::Ewma, Self::BookLine, Self::PriceAdjustedLine];

    /// The id in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::SeasonMean => "season_mean",
            Self::Last10 => "last_10",
            Self::Ewma => "ewma",
            Self::BookLine => "book_line",
            Self::PriceAdjustedLine => "price_adjusted_line",
        }
    }
}

/// Somebody who says a number, or a law, about a player's count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Contender {
    /// One of our systems.
    System(SystemId),
    /// A forecast without a model.
    Baseline(Baseline),
    /// The original system's formula of that name, with the mistakes it was published with.
    Original(SystemId),
}

impl Contender {
    /// The id in reports: `ensemble_v1`, `ewma`, `original:ensemble_v1`.
    pub fn code(self) -> String {
        self.to_string()
    }

    /// Whether it is made from the line, so that nearness to the line says nothing about a leak.
    pub fn saw_market(self) -> bool {
        match self {
            Self::System(system) => system.saw_market(),
            Self::Baseline(baseline) => matches!(baseline, Baseline::BookLine | Baseline::PriceAdjustedLine),
            Self::Original(_) => false,
        }
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(system) => f.write_str(system.code()),
            Self::Baseline(baseline) => f.write_str(baseline.code()),
            Self::Original(system) => write!(f, "original:{system}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_contenders_share_an_id() {
        let systems = SystemId::ALL.into_iter().flat_map(|id| [Contender::System(id), Contender::Original(id)]);
        let contenders: Vec<Contender> = systems.chain(Baseline::ALL.map(Contender::Baseline)).collect();
        let codes: BTreeSet<String> = contenders.iter().map(|contender| contender.code()).collect();
        assert_eq!(codes.len(), contenders.len());
        assert!(codes.contains("original:moving_average"));
    }
}
