//! What a walk over past slates yields: what everybody said before each game, beside what then happened.

use domain::{GameDate, GameId, HalfPoints, Market, PlayerId, Season, Sportsbook, TwoWayPrice};
use jiff::Timestamp;
use predict::CountLaw;
use sha2::{Digest, Sha256};

use super::Contender;

/// A walk over the slates of a season, graded.
#[derive(Debug, Clone)]
pub struct Backtest {
    /// The season walked.
    pub season: Season,
    /// What is counted.
    pub market: Market,
    /// Which edition of every slate was predicted.
    pub edition: WalkedEdition,
    /// The last cutoff: no prediction used anything that became known later.
    pub as_of: Timestamp,
    /// Slates walked, those without a row among them.
    pub n_slates: usize,
    /// Who was asked; `GradedRow::said` and `BookRow::over` follow this order.
    pub contenders: Vec<Contender>,
    /// One row for every player who played.
    pub rows: Vec<GradedRow>,
    /// Everybody who was asked about, whether he played or not.
    pub asked: Vec<AskedRow>,
}

/// How likely somebody who was asked about was said to play, and whether he did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AskedRow {
    /// What the model said; nothing before it was taught.
    pub p_plays: Option<f64>,
    /// The share who played of all who were listed as he is, before.
    pub base_rate: Option<f64>,
    /// Whether he played.
    pub played: bool,
}

/// An id that nobody asked bears.
#[derive(Debug, thiserror::Error)]
#[error("nobody is called {asked:?}; there are {}", there.join(", "))]
pub struct UnknownContender {
    asked: String,
    there: Vec<String>,
}

impl Backtest {
    /// Keeps only those with these ids; all of them where none is given.
    ///
    /// # Errors
    /// When nobody bears one of the ids.
    pub fn keep(&mut self, ids: &[String]) -> Result<(), UnknownContender> {
        let there: Vec<String> = self.contenders.iter().map(|contender| contender.code()).collect();
        if let Some(asked) = ids.iter().find(|id| !there.contains(id)) {
            return Err(UnknownContender { asked: asked.clone(), there });
        }
        if ids.is_empty() {
            return Ok(());
        }
        let kept: Vec<bool> = there.iter().map(|id| ids.contains(id)).collect();
        fn keep<T>(items: &mut Vec<T>, kept: &[bool]) {
            let mut kept = kept.iter();
            items.retain(|_| *kept.next().expect("one for each contender"));
        }
        keep(&mut self.contenders, &kept);
        for row in &mut self.rows {
            keep(&mut row.said, &kept);
            row.books.iter_mut().for_each(|book| keep(&mut book.over, &kept));
        }
        Ok(())
    }
}

/// The edition of each slate that a walk predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalkedEdition {
    /// At 13:00 Eastern, or an hour before an earlier first tip-off.
    Morning,
    /// Shortly before tip-off, when it is known who starts and who is absent.
    Late,
}

impl WalkedEdition {
    /// The name in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Late => "late",
        }
    }
}

/// A player-game: what was said before it, and what he did.
#[derive(Debug, Clone)]
pub struct GradedRow {
    /// The game date.
    pub slate: GameDate,
    /// The game.
    pub game: GameId,
    /// The player.
    pub player: PlayerId,
    /// What the market counted.
    pub count: u16,
    /// Mean minutes of his last ten games played before the cutoff: what a player is tiered by. Tiers by what he did
    /// in the game itself would show a bias that is none.
    pub minutes: f64,
    /// Whether the row is in the population `p10`: at least ten `minutes`.
    pub in_p10: bool,
    /// The median over the books of their main lines; a row that has one is in the population `lined`.
    pub line: Option<f64>,
    /// What each contender said; nothing where it abstained.
    pub said: Vec<Option<Said>>,
    /// Every book's main line with two prices.
    pub books: Vec<BookRow>,
}

/// A forecast of a count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Said {
    /// The median of the law, or the number itself.
    pub median: f64,
    /// The mean of the law, or the number itself.
    pub mean: f64,
    /// How the law did; a number alone has none.
    pub law: Option<LawScore>,
}

impl Said {
    /// A number without a law.
    pub fn point(number: f64) -> Self {
        Self { median: number, mean: number, law: None }
    }

    /// A law, held against the count.
    pub fn law(law: &CountLaw, count: u16) -> Self {
        Self { median: f64::from(law.median()), mean: law.mean(), law: Some(LawScore::of(law, count)) }
    }
}

/// A law held against what was counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LawScore {
    /// The continuous ranked probability score in counts: squared differences of the two distribution functions,
    /// summed over all counts. For a number without spread it would be the absolute error.
    pub crps: f64,
    /// P(less than what was counted).
    pub below: f64,
    /// P(at most what was counted).
    pub through: f64,
}

impl LawScore {
    /// Scores `law` against `count`.
    pub fn of(law: &CountLaw, count: u16) -> Self {
        let (mass, count) = (law.mass(), usize::from(count));
        let mut score = Self { crps: 0.0, below: 0.0, through: 0.0 };
        let mut cumulative = 0.0;
        for at in 0..mass.len().max(count + 1) {
            if at == count {
                score.below = cumulative;
            }
            cumulative += mass.get(at).copied().unwrap_or(0.0);
            if at == count {
                score.through = cumulative;
            }
            let happened = if at >= count { 1.0 } else { 0.0 };
            score.crps += (cumulative - happened).powi(2);
        }
        score
    }

    /// Where what was counted lies in the law, 0 to 1: uniform over many rows if the laws are right. A count has a
    /// whole interval of such places; which one is drawn from a hash, so that the same row always gives the same.
    pub fn pit(&self, game: GameId, player: PlayerId, contender: Contender) -> f64 {
        let digest = Sha256::digest(format!("{game} {player} {contender}"));
        let bits = digest.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let drawn = (bits >> 11) as f64 / (1_u64 << 53) as f64;
        self.below + drawn * (self.through - self.below)
    }
}

/// A book's main line on the player, and what was made of it.
#[derive(Debug, Clone)]
pub struct BookRow {
    /// Who offered it.
    pub book: Sportsbook,
    /// The line.
    pub line: HalfPoints,
    /// The prices at the cutoff.
    pub price: TwoWayPrice,
    /// P(over unless push) by the prices alone, the margin removed.
    pub fair_over: f64,
    /// P(over unless push) by contender; nothing where it has no law.
    pub over: Vec<Option<f64>>,
    /// The P(over unless push) that is published and bet on.
    pub bet: Option<f64>,
    /// P(over) by the last prices of this book and line before tip-off, the margin removed.
    pub closing_fair_over: Option<f64>,
}

#[cfg(test)]
mod tests {
    use predict::SystemId;

    use super::*;

    #[test]
    fn a_law_is_scored_as_by_hand() {
        let law = CountLaw::from_mass(vec![0.1, 0.2, 0.3, 0.4]).unwrap();
        let check = |count, crps: f64, below: f64, through: f64| {
            let score = LawScore::of(&law, count);
            let got = [score.crps, score.below, score.through];
            for (value, expected) in got.into_iter().zip([crps, below, through]) {
                assert!((value - expected).abs() < 1e-12, "{count}: {got:?}");
            }
        };
        check(0, 0.81 + 0.49 + 0.16, 0.0, 0.1);
        check(2, 0.01 + 0.09 + 0.16, 0.3, 0.6);
        // Beyond the law's last count every further one costs a whole.
        check(5, 0.01 + 0.09 + 0.36 + 1.0 + 1.0, 1.0, 1.0);
    }

    #[test]
    fn a_certain_law_scores_its_absolute_error() {
        let law = CountLaw::from_mass(vec![0.0, 0.0, 0.0, 1.0]).unwrap();
        assert_eq!([0, 3, 8].map(|count| LawScore::of(&law, count).crps), [3.0, 0.0, 5.0]);
    }

    #[test]
    fn the_place_in_a_law_is_drawn_anew_for_everybody_and_never_for_the_same() {
        let score = LawScore { crps: 0.0, below: 0.2, through: 0.6 };
        let pit = |player, system| {
            let game = "0022400561".parse().unwrap();
            score.pit(game, PlayerId::new(player), Contender::System(system))
        };
        let one = pit(7, SystemId::Ensemble);
        assert!((0.2..0.6).contains(&one));
        assert_eq!(one, pit(7, SystemId::Ensemble));
        assert_ne!(one, pit(8, SystemId::Ensemble));
        assert_ne!(one, pit(7, SystemId::Xgboost));
    }
}
