//! A book's lines on a game as a whole: spread, total and moneyline.

use domain::{DecimalOdds, Game, GameLine};

use super::FEED;
use super::event_odds::{Bookmaker, Outcome, WireMarket};
use super::events::Event;
use crate::source::{RejectReason, Rejection};

/// What a book says of a game, so far as it was read.
#[derive(Default)]
pub(super) struct WholeGame {
    home_spread: Option<f64>,
    total: Option<f64>,
    home_win: Option<DecimalOdds>,
    away_win: Option<DecimalOdds>,
}

impl WholeGame {
    /// Whether a market is one of these.
    pub(super) fn has(market: &str) -> bool {
        matches!(market, "spreads" | "totals" | "h2h")
    }

    /// Reads one of them.
    pub(super) fn read(&mut self, market: &WireMarket, event: &Event) -> Result<(), Rejection> {
        let [home, away] = [&event.home_team, &event.away_team];
        match market.key.as_str() {
            "spreads" => {
                let (home, away) = (point(market, home)?, point(market, away)?);
                self.home_spread = Some(agreed(market, home, -away)?);
            }
            "totals" => self.total = Some(agreed(market, point(market, "Over")?, point(market, "Under")?)?),
            _ => {
                let price =
                    |name| outcome(market, name)?.price.and_then(DecimalOdds::new).ok_or_else(|| lacking(market, name));
                (self.home_win, self.away_win) = (Some(price(home)?), Some(price(away)?));
            }
        }
        Ok(())
    }

    /// The fact, if there was anything to read.
    pub(super) fn line(self, bookmaker: &Bookmaker, game: &Game) -> Option<GameLine> {
        let Self { home_spread, total, home_win, away_win } = self;
        let said = home_spread.is_some() || total.is_some() || home_win.is_some();
        let (source, book) = (FEED.to_owned(), bookmaker.key.clone());
        let (game, slate) = (game.id, game.slate);
        said.then_some(GameLine { game, slate, source, book, home_spread, total, home_win, away_win })
    }
}

fn outcome<'m>(market: &'m WireMarket, name: &str) -> Result<&'m Outcome, Rejection> {
    market.outcomes.iter().find(|outcome| outcome.name == name).ok_or_else(|| lacking(market, name))
}

fn point(market: &WireMarket, name: &str) -> Result<f64, Rejection> {
    outcome(market, name)?.point.filter(|point| point.is_finite()).ok_or_else(|| lacking(market, name))
}

fn lacking(market: &WireMarket, name: &str) -> Rejection {
    (RejectReason::MissingValue, format!("{name} of {}", market.key))
}

/// Both sides of a line are at the same number.
fn agreed(market: &WireMarket, one: f64, other: f64) -> Result<f64, Rejection> {
    let apart = || (RejectReason::Implausible, format!("sides of {} at {one} and {other}", market.key));
    ((one - other).abs() < 1e-9).then_some(one).ok_or_else(apart)
}
