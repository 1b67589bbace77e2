//! The Odds API: what books offer on one event, current or as a historical snapshot: player props, and lines on the game.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{DecimalOdds, Game, HalfPoints, LineRole, Market, PlayerId, PropLine, Sportsbook};
use jiff::Timestamp;
use serde::Deserialize;

use crate::delivery::Delivery;
use crate::source::{
    Directory, Fields, Mention, Parsed, Provider, Reject, RejectReason, Source, Unreadable, json, seen,
};
use crate::{RawPayload, RawRequest};

use super::FEED;
use super::events::Event;
use super::game_lines::WholeGame;

/// Player props and game lines by event.
pub(crate) struct OddsApiEventOdds;

/// A historical answer wraps the current shape.
#[derive(Deserialize)]
struct Historical {
    data: EventOdds,
}

#[derive(Deserialize)]
struct EventOdds {
    #[serde(flatten)]
    event: Event,
    bookmakers: Vec<Bookmaker>,
}

#[derive(Deserialize)]
pub(super) struct Bookmaker {
    pub(super) key: String,
    pub(super) markets: Vec<WireMarket>,
}

#[derive(Deserialize)]
pub(super) struct WireMarket {
    pub(super) key: String,
    pub(super) last_update: Timestamp,
    pub(super) outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
pub(super) struct Outcome {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) price: Option<f64>,
    pub(super) point: Option<f64>,
}

const EVERY_MARKET: &str = "player_points,player_rebounds,player_assists,player_threes,player_points_rebounds_assists,\
    player_points_rebounds,player_points_assists,player_rebounds_assists,h2h,spreads,totals";

impl Source for OddsApiEventOdds {
    fn id(&self) -> &'static str {
        "odds_api_event_odds"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::OddsApi)
    }

    fn parser_version(&self) -> u32 {
        2
    }

    fn feeds_directory(&self) -> bool {
        false
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched; a line's own moment is its market's last update"
    }

    /// One request an event; a game whose event nobody has told of yet is not asked about.
    fn fields(&self) -> Fields {
        Fields { wanted: &["price", "point"], known: include_str!("../event_odds.fields") }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        // Each market of each look is paid for: all of them before the edition is made, and those we bet on until tip-off.
        let markets = match delivery {
            Delivery::Visit { .. } => EVERY_MARKET,
            _ => "player_points,h2h,spreads,totals",
        };
        delivery
            .games(directory)
            .filter(|game| delivery.wants_lines(game))
            .filter_map(|game| directory.event_of(Provider::OddsApi, game.id))
            .map(|event| RawRequest {
                source: self.id(),
                subject: format!(
                    "v4/sports/basketball_nba/events/{event}/odds?regions=us&markets={markets}&oddsFormat=decimal"
                ),
            })
            .collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let odds = match json::<Historical>(payload) {
            Ok(historical) => historical.data,
            Err(_) => json::<EventOdds>(payload)?,
        };
        let mut parsed = Parsed::default();
        let game = match odds.event.game(directory) {
            Ok(game) => game,
            Err((reason, detail)) => {
                parsed.rejects.push(Reject { reason, row: 0, detail });
                return Ok(parsed);
            }
        };
        for bookmaker in &odds.bookmakers {
            read_bookmaker(bookmaker, &Meeting { game, event: &odds.event }, payload, directory, &mut parsed);
        }
        Ok(parsed)
    }
}

fn market_of(key: &str) -> Option<Market> {
    match key.strip_suffix("_alternate").unwrap_or(key) {
        "player_points" => Some(Market::Points),
        "player_rebounds" => Some(Market::Rebounds),
        "player_assists" => Some(Market::Assists),
        "player_threes" => Some(Market::Threes),
        "player_points_rebounds_assists" => Some(Market::PointsReboundsAssists),
        "player_points_rebounds" => Some(Market::PointsRebounds),
        "player_points_assists" => Some(Market::PointsAssists),
        "player_rebounds_assists" => Some(Market::ReboundsAssists),
        _ => None,
    }
}

/// One player's lines of one market at one book.
type Ladder = BTreeMap<HalfPoints, Rung>;

/// Both prices of a line, and when the book showed them.
#[derive(Clone, Copy)]
struct Rung {
    over: Option<DecimalOdds>,
    under: Option<DecimalOdds>,
    observed_at: Timestamp,
}

/// Our game and the event that is it.
pub(super) struct Meeting<'m> {
    pub(super) game: &'m Game,
    pub(super) event: &'m Event,
}

/// Reads all of a book's markets. Its alternate lines are a market of their own on the wire and the same ladder here.
fn read_bookmaker(
    bookmaker: &Bookmaker,
    meeting: &Meeting<'_>,
    payload: &RawPayload,
    directory: &Directory,
    parsed: &mut Parsed,
) {
    let game = meeting.game;
    let mut whole_game = WholeGame::default();
    let mut ladders = BTreeMap::<(Market, PlayerId), Ladder>::new();
    let book = bookmaker.key.parse::<Sportsbook>();
    for market in &bookmaker.markets {
        if market.last_update > meeting.event.commence_time {
            let detail = format!("{} of {} at {}, in play", market.key, bookmaker.key, market.last_update);
            for _ in &market.outcomes {
                parsed.row::<()>(Err((RejectReason::InPlay, detail.clone())));
            }
            continue;
        }
        if WholeGame::has(&market.key) {
            parsed.row(whole_game.read(market, meeting.event));
            continue;
        }
        let (Some(kind), Ok(_)) = (market_of(&market.key), &book) else {
            let detail = format!("market {} of {}", market.key, bookmaker.key);
            parsed.rejects.push(Reject { reason: RejectReason::NotCounted, row: parsed.rows_read, detail });
            continue;
        };
        let observed_at = market.last_update.min(payload.fetched_at);
        for outcome in &market.outcomes {
            let Some((player, line, price)) = parsed.row(read_outcome(outcome, game, directory)) else { continue };
            let empty = Rung { over: None, under: None, observed_at };
            let rung = ladders.entry((kind, player)).or_default().entry(line).or_insert(empty);
            let side = if outcome.name == "Under" { &mut rung.under } else { &mut rung.over };
            *side = Some(price);
        }
    }
    let Ok(book) = book else { return };
    parsed.facts.game_lines.extend(whole_game.line(bookmaker, game).map(|line| seen(line, payload)));
    let feed: Arc<str> = FEED.into();
    for ((market, player), ladder) in ladders {
        let main = main_line(&ladder);
        for (line, Rung { over, under, observed_at }) in ladder {
            let line = PropLine {
                game: game.id,
                slate: game.slate,
                player,
                market,
                book,
                feed: feed.clone(),
                line,
                role: if Some(line) == main { LineRole::Main } else { LineRole::Alternate },
                over,
                under,
                observed_at: Some(observed_at),
            };
            parsed.facts.prop_lines.push(seen(line, payload));
        }
    }
}

fn read_outcome(
    outcome: &Outcome,
    game: &Game,
    directory: &Directory,
) -> Result<(PlayerId, HalfPoints, DecimalOdds), (RejectReason, String)> {
    let name = outcome.description.as_deref().unwrap_or_default();
    let missing = |what: &str| (RejectReason::MissingValue, format!("{what} of {name:?}"));
    let malformed = |what: String| (RejectReason::Malformed, format!("{what} of {name:?}"));
    if !matches!(outcome.name.as_str(), "Over" | "Under") {
        return Err(malformed(format!("side {:?}", outcome.name)));
    }
    let point = outcome.point.ok_or_else(|| missing("line"))?;
    let price = outcome.price.ok_or_else(|| missing("price"))?;
    let line = HalfPoints::from_points(point).ok_or_else(|| malformed(format!("line {point}")))?;
    let price = DecimalOdds::new(price).ok_or_else(|| malformed(format!("price {price}")))?;
    let player = directory.resolve(Mention::named(name).of(&[game.home, game.away]))?;
    Ok((player, line, price))
}

/// The line nearest to even odds, among those priced on both sides if any is.
fn main_line(ladder: &Ladder) -> Option<HalfPoints> {
    let imbalance = |rung: &Rung| match (rung.over, rung.under) {
        (Some(over), Some(under)) => (over.decimal() - under.decimal()).abs(),
        _ => f64::MAX,
    };
    ladder.iter().min_by(|a, b| imbalance(a.1).total_cmp(&imbalance(b.1))).map(|(line, _)| *line)
}

#[cfg(test)]
mod tests;
