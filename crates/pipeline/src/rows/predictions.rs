//! What consolidation makes of forecasts: predictions, and every line priced.

use std::collections::BTreeMap;

use domain::{
    Availability, DecimalOdds, GameDate, GameId, HalfPoints, Market, PlayerId, Probability, Sportsbook, Team,
    TwoWayPrice, Venue,
};
use jiff::Timestamp;
use predict::{Recommendation, Side, Staking, SystemId, Wager};

/// The merged result of an edition.
#[derive(Debug, Clone, PartialEq)]
pub struct Consolidation {
    /// One a key (game, player, market, system).
    pub predictions: Vec<Prediction>,
    /// Every line priced, apart from the predictions.
    pub scenarios: Vec<Scenario>,
    /// How complete it is.
    pub summary: ConsolidationSummary,
}

/// How complete a consolidation is. Both its writer and the publishing guard use this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsolidationSummary {
    /// Players asked about.
    pub expected_players: u32,
    /// Players with an answer of at least one system.
    pub completed_players: u32,
    /// Players every system was silent about, with reasons: done as well.
    pub skipped_players: u32,
    /// Players without a row of any system: those whom a book has in a game and no team there has listed.
    pub missing_players: u32,
    /// Predictions.
    pub predictions: u32,
}

/// Eighty of a hundred players must be done before anything is published.
const THRESHOLD_PERCENT: u32 = 80;

impl ConsolidationSummary {
    /// Whether enough players are done.
    pub fn is_complete_enough(&self) -> bool {
        (self.completed_players + self.skipped_players) * 100 >= self.expected_players * THRESHOLD_PERCENT
    }

    /// Players done of players expected, in per cent.
    pub fn completion_percent(&self) -> f64 {
        let done = f64::from(self.completed_players + self.skipped_players);
        if self.expected_players == 0 { 100.0 } else { 100.0 * done / f64::from(self.expected_players) }
    }
}

/// A system's published number on a player: one a key, never competing with line variants.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Its name for ever: a hash over key and content.
    pub id: PredictionId,
    /// Which game.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// His team.
    pub team: Team,
    /// Its opponent.
    pub opponent: Team,
    /// Home or away.
    pub venue: Venue,
    /// Which statistic.
    pub market: Market,
    /// Which system.
    pub system: SystemId,
    /// Mean of the law: the expected count.
    pub mean: f64,
    /// Median of the law.
    pub median: u16,
    /// Standard deviation of the law.
    pub deviation: f64,
    /// What the injury log says.
    pub availability: Availability,
    /// How likely he plays, where that was learned. All else is given that he does.
    pub p_plays: Option<Probability>,
    /// The line it is judged at, if a book had one.
    pub quote: Option<Quote>,
    /// Over, under or pass.
    pub recommendation: Recommendation,
}

impl Prediction {
    /// The posted price of the recommended side.
    pub fn odds(&self) -> Option<DecimalOdds> {
        let Recommendation::Bet(side) = self.recommendation else { return None };
        let quote = self.quote?;
        match side {
            Side::Over => quote.over_odds,
            Side::Under => quote.under_odds,
        }
    }

    /// A bet on the recommended side, or where none is recommended on the side that is nearer to being worth its price.
    pub fn wager(&self) -> Option<Wager> {
        let quote = self.quote?;
        match self.recommendation {
            Recommendation::Bet(side) => quote.wager(side),
            Recommendation::Pass(_) => {
                let sides = Side::BOTH.into_iter().filter_map(|side| quote.wager(side));
                sides.max_by(|a, b| a.edge().total_cmp(&b.edge()))
            }
        }
    }
}

/// What to stake on those of the predictions that are bets, placed together, as fractions of the bankroll.
pub fn stakes<'a>(predictions: impl IntoIterator<Item = &'a Prediction>) -> BTreeMap<PredictionId, f64> {
    let bet = |prediction: &'a Prediction| {
        let Recommendation::Bet(_) = prediction.recommendation else { return None };
        Some((prediction.id.clone(), (prediction.game, prediction.wager()?)))
    };
    let (ids, bets): (Vec<PredictionId>, Vec<(GameId, Wager)>) = predictions.into_iter().filter_map(bet).unzip();
    ids.into_iter().zip(Staking::default().stakes(&bets)).collect()
}

/// The line a prediction is judged at, as known at the cutoff.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quote {
    /// Whose line.
    pub book: Sportsbook,
    /// The line.
    pub line: HalfPoints,
    /// Price of the over, where offered.
    pub over_odds: Option<DecimalOdds>,
    /// Price of the under, where offered.
    pub under_odds: Option<DecimalOdds>,
    /// When the feed saw it.
    pub observed_at: Timestamp,
    /// Probability of the over by the law alone.
    pub law_over: Probability,
    /// Probability of a push.
    pub push: Probability,
    /// Probability of the over unless pushed, shrunk to the price.
    pub over: Option<Probability>,
    /// Expected profit per unit on the recommended side.
    pub expected_value: Option<f64>,
}

impl Quote {
    /// Both prices, where both sides are offered.
    pub fn two_way(&self) -> Option<TwoWayPrice> {
        Some(TwoWayPrice { over: self.over_odds?, under: self.under_odds? })
    }

    /// A bet on a side at its price, by the published probability.
    pub fn wager(&self, side: Side) -> Option<Wager> {
        let (over, price) = (self.over?, self.two_way()?);
        let (probability, odds) = match side {
            Side::Over => (over, price.over),
            Side::Under => (over.complement(), price.under),
        };
        Some(Wager { odds, probability, push: self.push })
    }

    /// The price at which a side would break even by the published probability.
    pub fn fair_odds(&self, side: Side) -> Option<DecimalOdds> {
        let over = self.over?;
        DecimalOdds::fair(match side {
            Side::Over => over,
            Side::Under => over.complement(),
        })
    }
}

/// Twelve hexadecimal digits that name a prediction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PredictionId(pub String);

/// A system's law priced at one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Which game.
    pub game: GameId,
    /// Which player.
    pub player: PlayerId,
    /// Which statistic.
    pub market: Market,
    /// Which system.
    pub system: SystemId,
    /// Whose line, or a variant of the main one.
    pub variant: Variant,
    /// The line.
    pub line: HalfPoints,
    /// Probabilities by the law alone: over, push, under.
    pub settlement: predict::Settlement,
    /// The book's prices, where it has both.
    pub price: Option<TwoWayPrice>,
    /// Probability of the over unless pushed, shrunk to the price.
    pub over: Option<Probability>,
}

/// Where a scenario's line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// A book's own line.
    Book(Sportsbook),
    /// The main line moved by so many half points.
    Base(i32),
}
