//! The picks of a slate: lines, prices, probabilities, and each law as a picture.

use domain::Market;
use pipeline::rows::Prediction;
use pipeline::source::Directory;
use pipeline::{HEADLINE, Page};
use predict::{CountLaw, Recommendation, Side};

use crate::app::Laws;
use crate::http::pages::spark::{most, spark};
use crate::http::pages::words::Tone;

/// So many picks unless somebody asks for all.
pub(super) const SHOWN: usize = 25;

/// The picks shown, of how many.
pub(super) struct Picks {
    pub(super) system: &'static str,
    pub(super) all: usize,
    pub(super) lined: usize,
    pub(super) bets: usize,
    pub(super) rows: Vec<Pick>,
}

/// A pick as a row.
pub(super) struct Pick {
    pub(super) player: u32,
    pub(super) name: String,
    pub(super) listed: &'static str,
    pub(super) game: String,
    pub(super) spark: Option<String>,
    pub(super) mean: String,
    pub(super) interval: String,
    pub(super) line: String,
    pub(super) over: String,
    pub(super) fair: String,
    pub(super) tone: Tone,
    pub(super) pick: &'static str,
    pub(super) price: String,
    pub(super) edge: String,
    pub(super) stake: String,
}

impl Picks {
    /// The numbers of the system that documents show first beside the best bets: bets, best first; players with a line; the rest.
    pub(super) fn of(page: &Page, market: Market, laws: &Laws, directory: &Directory, at_most: usize) -> Self {
        let system = HEADLINE;
        let (bets, stakes) = (page.bets(), page.stakes_of_bets());
        let of_system = page.predictions_of(market).into_iter().filter(|row| row.system == system);
        let mut rows: Vec<(&Prediction, &Prediction)> =
            of_system.map(|row| (row, bets.get(&(row.game, row.player, row.market)).copied().unwrap_or(row))).collect();
        rows.sort_by(|(a, bet_a), (b, bet_b)| rank(bet_b).total_cmp(&rank(bet_a)).then(b.mean.total_cmp(&a.mean)));
        let scale = most(rows.iter().take(at_most).filter_map(|(prediction, _)| laws.behind(prediction)));
        let is_bet = |(_, bet): &&(&Prediction, &Prediction)| matches!(bet.recommendation, Recommendation::Bet(_));
        let pick = |(prediction, bet): &(&Prediction, &Prediction)| {
            let stake = stakes.get(&bet.id).copied();
            Pick::of((prediction, bet), laws, directory, stake, scale)
        };
        Self {
            system: system.code(),
            all: rows.len(),
            lined: rows.iter().filter(|(_, bet)| bet.quote.is_some()).count(),
            bets: rows.iter().filter(is_bet).count(),
            rows: rows.iter().take(at_most).map(pick).collect(),
        }
    }
}

fn rank(prediction: &Prediction) -> f64 {
    match (prediction.recommendation, prediction.quote) {
        (Recommendation::Bet(_), Some(quote)) => 2.0 + quote.expected_value.unwrap_or(0.0),
        (_, Some(_)) => 1.0,
        (_, None) => 0.0,
    }
}

impl Pick {
    fn of(
        (prediction, bet): (&Prediction, &Prediction),
        laws: &Laws,
        directory: &Directory,
        stake: Option<f64>,
        scale: usize,
    ) -> Self {
        let (quote, law) = (bet.quote, laws.behind(prediction));
        let fair = |side| Some(format!("{:.2}", quote?.fair_odds(side)?.decimal()));
        let at = if prediction.venue == domain::Venue::Home { "v" } else { "@" };
        let is_bet = matches!(bet.recommendation, Recommendation::Bet(_));
        Self {
            player: prediction.player.number(),
            name: directory
                .name(prediction.player)
                .map_or_else(|| format!("player {}", prediction.player), str::to_owned),
            listed: match prediction.availability.code() {
                "available" => "",
                listed => listed,
            },
            game: format!("{} {at} {}", prediction.team, prediction.opponent),
            spark: law.map(|law| spark(law, quote.map(|quote| quote.line), scale)),
            mean: format!("{:.1}", prediction.mean),
            interval: law.map(CountLaw::interval_80).map_or(String::new(), |(low, high)| format!("{low}–{high}")),
            line: quote.map_or(String::new(), |quote| format!("{:.1} {}", quote.line.points(), quote.book)),
            over: quote
                .and_then(|quote| quote.over)
                .map_or(String::new(), |over| format!("{:.1} %", over.get() * 100.0)),
            fair: fair(Side::Over)
                .zip(fair(Side::Under))
                .map_or(String::new(), |(over, under)| format!("{over} / {under}")),
            tone: if is_bet { Tone::Good } else { Tone::Calm },
            pick: bet.recommendation.label(),
            price: bet.odds().map_or(String::new(), |odds| format!("{:.2}", odds.decimal())),
            edge: bet.wager().map_or(String::new(), |wager| format!("{:+.1} %", wager.edge() * 100.0)),
            stake: stake.map_or(String::new(), |stake| format!("{:.2} %", stake * 100.0)),
        }
    }
}
