//! A question: one player, one game, one market, and all a system may know to answer it.

use domain::{Cutoff, GameDate, GameId, Market, PlayerId, RestDays, Season, Venue};

use crate::features::{FeatureRow, FeatureVector};
use crate::inputs::Inputs;
use crate::league::{DefenseTier, LeagueBaseline, Mean, defensive_rating_before, mean};
use crate::snapshot::{PlayedGame, season_games};
use crate::{Abstain, Snapshot};

/// The only thing a system is handed. Posed by [`Question::pose`], which refuses one asked too late.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Which game.
    pub game: GameId,
    /// Which player.
    pub player: PlayerId,
    /// Which statistic.
    pub market: Market,
    /// Games played, up to the 30 newest.
    pub games: u16,
    /// Days off since he last played.
    pub rest: Option<RestDays>,
    /// The original's features.
    pub features: FeatureVector,
    /// What trained models read, and the formulas' base.
    pub inputs: Inputs,
    /// The league's averages at the cutoff.
    pub league: LeagueBaseline,
    /// The player's newest games with their circumstances, newest first.
    pub past_games: Vec<PastGame>,
}

/// A past game, reduced to what makes it comparable with tonight's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PastGame {
    /// Its date.
    pub slate: GameDate,
    /// What the player counted in the question's market.
    pub count: u16,
    /// How good the opponent's defence was before that game.
    pub defense: Option<DefenseTier>,
    /// The player's days off before that game.
    pub rest: Option<RestDays>,
    /// Home or away.
    pub venue: Venue,
    /// How he was going before that game.
    pub form: Option<Form>,
    /// What was to be expected of him before it: the average of the games before, newer ones weighing more.
    pub expected: Option<f64>,
}

/// Newest five games against the season so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// At least three below.
    Cold,
    /// In between.
    Steady,
    /// At least three above.
    Hot,
}

impl Form {
    /// From the mean of the newest five games and of the season.
    pub fn of(newest: f64, season: f64) -> Self {
        match newest - season {
            rise if rise >= 3.0 => Self::Hot,
            fall if fall <= -3.0 => Self::Cold,
            _ => Self::Steady,
        }
    }
}

/// Past games are at most so many ...
const PAST_GAMES: usize = 30;
/// ... of at most so many days.
const PAST_DAYS: i32 = 90;
/// An expectation forgets a tenth with every game.
const EXPECTATION_KEPT: f64 = 0.9;

impl Question {
    /// Asks about one feature row, with the player's history from the snapshot.
    ///
    /// # Errors
    /// [`Abstain::AfterTipoff`] unless the cutoff of features and snapshot lies before the game.
    pub fn pose(row: &FeatureRow, inputs: &Inputs, market: Market, snapshot: &Snapshot<'_>) -> Result<Self, Abstain> {
        let cutoff: Cutoff = row.vector.cutoff().max(snapshot.cutoff());
        if cutoff.instant() >= row.tipoff {
            return Err(Abstain::AfterTipoff { tipoff: row.tipoff });
        }
        Ok(Self {
            game: row.game,
            player: row.player,
            market,
            games: row.games,
            rest: row.rest,
            features: row.vector.clone(),
            inputs: inputs.clone(),
            league: *snapshot.league(),
            past_games: past_games(snapshot, row.player, row.slate, market),
        })
    }
}

/// The newest games before a slate, each with the circumstances as they were before it.
fn past_games(snapshot: &Snapshot<'_>, player: PlayerId, slate: GameDate, market: Market) -> Vec<PastGame> {
    let games: Vec<PlayedGame<'_>> = snapshot.played_games(player).collect();
    let league = snapshot.league().defensive_rating;
    let expected = expected_before(&games, market);
    (0..games.len().min(PAST_GAMES))
        .take_while(|index| slate.days_since(games[*index].summary.slate) <= PAST_DAYS)
        .map(|index| {
            let summary = games[index].summary;
            let before = &games[index + 1..];
            let gap = before.first().map(|earlier| summary.slate.days_since(earlier.summary.slate));
            PastGame {
                slate: summary.slate,
                count: market.count(games[index].line),
                defense: defensive_rating_before(snapshot, summary.opponent, summary.slate)
                    .zip(league)
                    .map(|(rating, league)| DefenseTier::of(rating, league)),
                rest: gap.and_then(RestDays::from_gap),
                venue: summary.venue,
                form: form_before(before, summary.game.season(), market),
                expected: expected[index],
            }
        })
        .collect()
}

/// What was to be expected of each game, newest first, from the games before it.
fn expected_before(games: &[PlayedGame<'_>], market: Market) -> Vec<Option<f64>> {
    let mut mean = Mean::default();
    let mut expected: Vec<Option<f64>> = games
        .iter()
        .rev()
        .map(|game| {
            let before = mean.get();
            mean.observe(f64::from(market.count(game.line)), EXPECTATION_KEPT);
            before
        })
        .collect();
    expected.reverse();
    expected
}

/// How a player was going before a game of a season: measured as tonight's form is, five games against the season.
fn form_before(before: &[PlayedGame<'_>], season: Season, market: Market) -> Option<Form> {
    let count = |game: &PlayedGame<'_>| f64::from(market.count(game.line));
    let newest = mean(before.iter().take(5).map(count), 1)?;
    let season = mean(season_games(before, season).map(count), 1);
    Some(Form::of(newest, season.unwrap_or(newest)))
}
