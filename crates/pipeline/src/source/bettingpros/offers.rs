//! `offers`: what books offer on players in one event.
//!
//! No payload of this kind was at hand: the shape is the one that public clients of it describe
//! (offers, selections over and under, books, lines with `cost` in American odds). Whatever is not so is a reject.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{AmericanOdds, DecimalOdds, Game, HalfPoints, LineRole, Market, PlayerId, PropLine, Sportsbook};
use jiff::Timestamp;
use serde::Deserialize;

use super::instant;
use crate::delivery::Delivery;
use crate::source::{Directory, Mention, Parsed, Provider, RejectReason, Rejection, Source, Unreadable, json, seen};
use crate::{RawPayload, RawRequest};

/// Player props by event.
pub(crate) struct BettingProsOffers;

#[derive(Deserialize)]
struct Wire {
    offers: Vec<Offer>,
}

#[derive(Deserialize)]
struct Offer {
    event_id: u64,
    market_id: u32,
    participants: Vec<Participant>,
    selections: Vec<Selection>,
}

#[derive(Deserialize)]
struct Participant {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Selection {
    selection: String,
    books: Vec<Book>,
}

#[derive(Deserialize)]
struct Book {
    id: u32,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    cost: Option<i32>,
    line: Option<f64>,
    #[serde(default)]
    main: bool,
    updated: Option<String>,
}

/// Its numbers of the markets it is asked for.
const MARKETS: [(u32, Market); 4] =
    [(156, Market::Points), (157, Market::Rebounds), (151, Market::Assists), (162, Market::Threes)];

/// Its numbers of books, under the keys that other feeds give them. Number 0 is its consensus: nobody's offer.
const BOOKS: [(u32, &str); 8] = [
    (10, "fanduel"),
    (12, "draftkings"),
    (13, "williamhill_us"),
    (14, "pointsbetus"),
    (15, "sugarhouse"),
    (18, "betrivers"),
    (19, "betmgm"),
    (24, "bet365"),
];

impl Source for BettingProsOffers {
    fn id(&self) -> &'static str {
        "bettingpros_offers"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::BettingPros)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        false
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched; a line's own moment is its last update"
    }

    /// One request a game and market; a game whose event nobody has told of yet is not asked about.
    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let games = delivery.games(directory).filter(|game| delivery.wants_lines(game));
        let events = games.filter_map(|game| directory.event_of(Provider::BettingPros, game.id));
        let subject = |event, market| format!("v3/offers?sport=NBA&market_id={market}&event_id={event}&limit=100");
        events
            .flat_map(|event| {
                MARKETS.map(|(market, _)| RawRequest { source: self.id(), subject: subject(event, market) })
            })
            .collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let feed: Arc<str> = "bettingpros".into();
        let mut parsed = Parsed::default();
        for offer in &wire.offers {
            let Some((game, market, player)) = parsed.row(offer.about(directory)) else { continue };
            let mut rungs = BTreeMap::<(Sportsbook, HalfPoints), Rung>::new();
            for selection in &offer.selections {
                for (book, line) in
                    selection.books.iter().flat_map(|book| book.lines.iter().map(move |line| (book, line)))
                {
                    let read = read(selection, book, line, game, payload);
                    let Some((key, side, price, told)) = parsed.row(read) else { continue };
                    let rung = rungs.entry(key).or_insert(told);
                    // A line is as old as the newer of its sides.
                    rung.observed_at = rung.observed_at.max(told.observed_at);
                    rung.role = rung.role.min(told.role);
                    rung.prices[side as usize] = Some(price);
                }
            }
            for ((book, line), Rung { prices: [over, under], observed_at, role }) in rungs {
                let (feed, observed_at) = (feed.clone(), Some(observed_at));
                let (game, slate) = (game.id, game.slate);
                let line = PropLine { game, slate, player, market, book, feed, line, role, over, under, observed_at };
                parsed.facts.prop_lines.push(seen(line, payload));
            }
        }
        Ok(parsed)
    }
}

/// A side of a line.
#[derive(Clone, Copy)]
enum Side {
    Over,
    Under,
}

/// Both prices of a line, and when the book showed them.
#[derive(Clone, Copy)]
struct Rung {
    prices: [Option<DecimalOdds>; 2],
    observed_at: Timestamp,
    role: LineRole,
}

impl Offer {
    fn about<'d>(&self, directory: &'d Directory) -> Result<(&'d Game, Market, PlayerId), Rejection> {
        let market = MARKETS.into_iter().find(|(number, _)| *number == self.market_id);
        let (_, market) = market.ok_or_else(|| (RejectReason::NotCounted, format!("market {}", self.market_id)))?;
        let game = directory.game_called(Provider::BettingPros, &self.event_id.to_string());
        let game = game.ok_or_else(|| (RejectReason::UnknownGame, format!("event {}", self.event_id)))?;
        let [participant] = self.participants.as_slice() else {
            return Err((RejectReason::NotCounted, format!("of {} participants", self.participants.len())));
        };
        let mention = Mention::named(&participant.name).called(Provider::BettingPros, &participant.id);
        Ok((game, market, directory.resolve(mention.of(&[game.home, game.away]))?))
    }
}

/// One book's price of one side of one line.
type Told = ((Sportsbook, HalfPoints), Side, DecimalOdds, Rung);

fn read(selection: &Selection, book: &Book, line: &Line, game: &Game, payload: &RawPayload) -> Result<Told, Rejection> {
    let malformed = |what: String| (RejectReason::Malformed, what);
    let side = match selection.selection.as_str() {
        "over" => Side::Over,
        "under" => Side::Under,
        other => return Err(malformed(format!("side {other:?}"))),
    };
    let key = BOOKS.into_iter().find(|(number, _)| *number == book.id);
    let (_, key) = key.ok_or_else(|| (RejectReason::NotCounted, format!("book {}", book.id)))?;
    let key: Sportsbook = key.parse().map_err(|error: domain::ParseError| malformed(error.to_string()))?;
    let points = line.line.ok_or_else(|| (RejectReason::MissingValue, format!("line of {key}")))?;
    let cost = line.cost.ok_or_else(|| (RejectReason::MissingValue, format!("cost of {points} at {key}")))?;
    let price = AmericanOdds::new(cost).map(DecimalOdds::from).ok_or_else(|| malformed(format!("cost {cost}")))?;
    let rung = HalfPoints::from_points(points).ok_or_else(|| malformed(format!("line {points}")))?;
    let updated = line.updated.as_deref().and_then(instant).unwrap_or(payload.fetched_at);
    let observed_at = updated.min(payload.fetched_at);
    if observed_at > game.earliest_tipoff() {
        return Err((RejectReason::InPlay, format!("{points} at {key} at {observed_at}")));
    }
    let role = if line.main { LineRole::Main } else { LineRole::Alternate };
    Ok(((key, rung), side, price, Rung { prices: [None; 2], observed_at, role }))
}
