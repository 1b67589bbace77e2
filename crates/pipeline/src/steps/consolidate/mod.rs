//! Phase 5, second half: staging rows merged by exact key, and every line priced.
//!
//! A prediction's key is (game, player, market, system). Line variants never compete for it: books' own lines and the
//! main line moved by up to two points are scenarios, a table of their own under exact half points.

use std::collections::{BTreeMap, BTreeSet};

use domain::{DecimalOdds, Edition, GameId, HalfPoints, LineRole, Market, PlayerId, Probability, PropLine, Sportsbook};
use jiff::Timestamp;
use predict::features::{UpcomingPlayerGameContext, lines_known};
use predict::{CountLaw, MarketShrink, PassReason, Priced, Pricing, Recommendation, SystemId, Wager};
use sha2::{Digest, Sha256};

use crate::learn;
use crate::pipeline::{Pipeline, StepError, Work, upstream_rows};
use crate::ports::Upstream;
use crate::rows::{Consolidation, ConsolidationSummary, Forecast, Prediction, PredictionId, Quote, Scenario, Variant};
use crate::steps::train::model_month;
use crate::{MARKET, Rows, Step};

/// Whose line a prediction is judged at: the first of these with one, else the first other book by name.
const BOOK_PRECEDENCE: [&str; 6] = ["draftkings", "fanduel", "betmgm", "williamhill_us", "caesars", "betrivers"];

/// Variants of the main line, in half points: two points down to two points up.
const BASE_VARIANTS: [i32; 5] = [-4, -2, 0, 2, 4];

pub(crate) async fn run(pipeline: &Pipeline, edition: Edition, upstream: &dyn Upstream) -> Result<Work, StepError> {
    let players = upstream_rows!(upstream, Step::UpcomingPlayerGameContext, Rows::PlayerContexts);
    let forecasts = upstream_rows!(upstream, Step::Forecast, Rows::Forecasts);
    let lines = pipeline.facts.prop_lines(edition.slate..=edition.slate, edition.cutoff).await?;
    let lines = lines_known(edition.cutoff, &lines);
    let coverage = pipeline.coverage(edition).await?;
    let mut learnt = BTreeMap::new();
    for sight in coverage.sights() {
        let models = pipeline.outputs.models(model_month(edition), sight).await?;
        for (market, models) in learn::by_market(models) {
            learnt.insert((market, sight), learn::learnt(&models, edition.cutoff)?);
        }
    }
    let pricing = |(game, _, market): Key, system| {
        let learnt = learnt.get(&(market, coverage.sight(game)));
        let shrink = learnt.map_or_else(MarketShrink::default, |learnt| learnt.shrink(system));
        Pricing { shrink, ..Pricing::default() }
    };
    let forecasts: Vec<Forecast> = forecasts.into_iter().filter(|row| coverage.is_about(row.game)).collect();
    let lines = lines.iter().filter(|((game, _), _)| coverage.is_about(*game));
    let boards: BTreeMap<Key, Board<'_>> =
        lines.flat_map(|((game, player), lines)| boards(*game, *player, lines)).collect();
    let mut answers = pipeline.external_forecasts(edition).await?;
    answers.retain(|row| coverage.is_about(row.game));
    let merged = consolidate(edition, &players, (&forecasts, &answers), &boards, &pricing);
    Ok(Work::Rows(Rows::Consolidation(merged)))
}

type Key = (GameId, PlayerId, Market);

/// A market's newest lines on one player, by book.
struct Board<'a>(BTreeMap<Sportsbook, Vec<&'a PropLine>>);

/// Groups a player's lines by market and book, keeping of each book what it showed last.
fn boards<'a>(game: GameId, player: PlayerId, lines: &[&'a PropLine]) -> Vec<(Key, Board<'a>)> {
    let mut newest = BTreeMap::<(Market, Sportsbook), (Timestamp, Vec<&'a PropLine>)>::new();
    for line in lines {
        let Some(seen) = line.observed_at else { continue };
        let (shown_at, shown) = newest.entry((line.market, line.book)).or_insert((seen, Vec::new()));
        if seen > *shown_at {
            (*shown_at, *shown) = (seen, Vec::new());
        }
        if seen == *shown_at {
            shown.push(line);
        }
    }
    let mut boards = BTreeMap::<Key, Board<'a>>::new();
    for ((market, book), (_, shown)) in newest {
        boards.entry((game, player, market)).or_insert_with(|| Board(BTreeMap::new())).0.insert(book, shown);
    }
    boards.into_iter().collect()
}

impl<'a> Board<'a> {
    /// The line to judge at: a main line priced on both sides, or else any main line, of the first book in order.
    fn main(&self) -> Option<&'a PropLine> {
        let rank = |book: &Sportsbook| BOOK_PRECEDENCE.iter().position(|key| *key == book.key());
        let mut books: Vec<&Sportsbook> = self.0.keys().collect();
        books.sort_by_key(|book| (rank(book).unwrap_or(BOOK_PRECEDENCE.len()), **book));
        let mains = || books.iter().filter_map(|book| self.0.get(book)).flat_map(|lines| lines.iter().copied());
        let main = |line: &&PropLine| line.role == LineRole::Main;
        mains().filter(main).find(|line| line.two_way().is_some()).or_else(|| mains().find(main))
    }
}

/// Merges our forecasts with external ones, whose systems are never ours, so that none takes the place of another.
fn consolidate(
    edition: Edition,
    players: &[UpcomingPlayerGameContext],
    (forecasts, external): (&[Forecast], &[Forecast]),
    boards: &BTreeMap<Key, Board<'_>>,
    pricing: &dyn Fn(Key, SystemId) -> Pricing,
) -> Consolidation {
    let contexts: BTreeMap<(GameId, PlayerId), &UpcomingPlayerGameContext> =
        players.iter().map(|context| ((context.game, context.player), context)).collect();
    // Other systems' answers are about the same player.
    let attendance: BTreeMap<(GameId, PlayerId), Probability> =
        forecasts.iter().filter_map(|row| Some(((row.game, row.player), row.p_plays?))).collect();
    let (staged, external) = (staged(forecasts), staged(external));
    let mut predictions = Vec::new();
    let mut scenarios = Vec::new();
    for ((key, system), forecast) in staged.iter().chain(&external) {
        let (Ok(law), Some(context)) = (&forecast.answer, contexts.get(&(key.0, key.1))) else { continue };
        let board = boards.get(key);
        let main = board.and_then(Board::main);
        let pricing = pricing(*key, *system);
        let p_plays = attendance.get(&(key.0, key.1)).copied();
        let made = prediction((edition, *key, *system), law, context, main, &pricing);
        predictions.push(named(edition, Prediction { p_plays, ..made }));
        if let Some(board) = board {
            scenarios.extend(priced_lines(*key, *system, law, board, main, &pricing));
        }
    }
    // Whom a book has a line on and no team's listings have: he was asked about, and nobody could answer.
    let lined = boards.keys().filter(|key| key.2 == MARKET).map(|key| (key.0, key.1));
    let expected = contexts.keys().copied().chain(lined).collect();
    let summary = summary(&expected, &staged, predictions.len());
    Consolidation { predictions, scenarios, summary }
}

/// Staging rows by exact key; a later shard's row for the same key would replace an earlier one.
fn staged(rows: &[Forecast]) -> BTreeMap<(Key, SystemId), &Forecast> {
    rows.iter().map(|row| (((row.game, row.player, row.market), row.system), row)).collect()
}

/// Who is done by our own systems, on which alone it depends whether a page is published: answered by one, or skipped by
/// all with a reason. Only a player without a row is missing.
fn summary(
    expected: &BTreeSet<(GameId, PlayerId)>,
    staged: &BTreeMap<(Key, SystemId), &Forecast>,
    predictions: usize,
) -> ConsolidationSummary {
    let who = |(key, _): &(Key, SystemId)| (key.0, key.1);
    let asked: BTreeSet<_> = staged.keys().map(who).filter(|player| expected.contains(player)).collect();
    let answered: BTreeSet<_> = staged.iter().filter(|(_, row)| row.answer.is_ok()).map(|(key, _)| who(key)).collect();
    let completed = asked.intersection(&answered).count() as u32;
    ConsolidationSummary {
        expected_players: expected.len() as u32,
        completed_players: completed,
        skipped_players: asked.len() as u32 - completed,
        missing_players: (expected.len() - asked.len()) as u32,
        predictions: predictions as u32,
    }
}

fn prediction(
    (edition, key, system): (Edition, Key, SystemId),
    law: &CountLaw,
    context: &UpcomingPlayerGameContext,
    main: Option<&PropLine>,
    pricing: &Pricing,
) -> Prediction {
    let priced = main.map(|line| (line, Priced::at(law, line.line, line.two_way(), pricing)));
    let recommendation = match &priced {
        Some((_, priced)) => priced.recommend(context.availability, pricing.thresholds),
        None => Recommendation::Pass(PassReason::NoLine),
    };
    let quote = priced.and_then(|(line, priced)| quote(line, &priced, recommendation));
    Prediction {
        id: PredictionId(String::new()),
        game: key.0,
        slate: edition.slate,
        player: key.1,
        team: context.team,
        opponent: context.opponent,
        venue: context.venue,
        market: key.2,
        system,
        mean: law.mean(),
        median: law.median(),
        deviation: law.standard_deviation(),
        availability: context.availability,
        p_plays: None,
        quote,
        recommendation,
    }
}

fn named(edition: Edition, mut prediction: Prediction) -> Prediction {
    prediction.id = name(edition, &prediction);
    prediction
}

fn quote(line: &PropLine, priced: &Priced, recommendation: Recommendation) -> Option<Quote> {
    let side = match recommendation {
        Recommendation::Bet(side) => Some(side),
        Recommendation::Pass(_) => None,
    };
    Some(Quote {
        book: line.book,
        line: line.line,
        over_odds: line.over,
        under_odds: line.under,
        observed_at: line.observed_at?,
        law_over: priced.settlement.over,
        push: priced.settlement.push,
        over: priced.blended_over,
        expected_value: side.and_then(|side| priced.wager(side)).map(Wager::expected_value),
    })
}

/// Among the millions of predictions of many seasons, two names of eight bytes do not meet.
const NAME_BYTES: usize = 8;

/// A name that only this content has: the same prediction made again is the same, a changed one is another.
fn name(edition: Edition, prediction: &Prediction) -> PredictionId {
    let price = |odds: Option<DecimalOdds>| odds.map_or("none".to_owned(), |odds| format!("{:.4}", odds.decimal()));
    let quote = prediction.quote.map(|quote| {
        let (over, under) = (price(quote.over_odds), price(quote.under_odds));
        format!("{} {} {over} {under} {}", quote.book, quote.line, quote.observed_at)
    });
    let Prediction { game, player, market, system, mean, deviation, recommendation, p_plays, .. } = prediction;
    let content = format!(
        "{edition}|{game}|{player}|{market}|{system}|{:016x}|{:016x}|{}|{}{}",
        mean.to_bits(),
        deviation.to_bits(),
        recommendation.code(),
        quote.unwrap_or_default(),
        p_plays.map_or_else(String::new, |p| format!("|{:016x}", p.get().to_bits())),
    );
    let digest = Sha256::digest(content);
    PredictionId(digest[..NAME_BYTES].iter().map(|byte| format!("{byte:02x}")).collect())
}

fn priced_lines(
    key: Key,
    system: SystemId,
    law: &CountLaw,
    board: &Board<'_>,
    main: Option<&PropLine>,
    pricing: &Pricing,
) -> Vec<Scenario> {
    let scenario = |variant, line: HalfPoints, price| {
        let priced = Priced::at(law, line, price, pricing);
        Scenario {
            game: key.0,
            player: key.1,
            market: key.2,
            system,
            variant,
            line,
            settlement: priced.settlement,
            price,
            over: priced.blended_over,
        }
    };
    let of_books = board
        .0
        .iter()
        .flat_map(|(book, lines)| lines.iter().map(move |line| (Variant::Book(*book), line.line, line.two_way())));
    let of_base =
        main.into_iter().flat_map(|main| BASE_VARIANTS.map(|halves| (Variant::Base(halves), main.line + halves, None)));
    // A book that shows one line twice (two feeds) prices it once.
    let mut lines: BTreeMap<(Variant, HalfPoints), _> = BTreeMap::new();
    for (variant, line, price) in of_books.chain(of_base).filter(|(_, line, _)| line.halves() > 0) {
        lines.entry((variant, line)).or_insert(price);
    }
    lines.into_iter().map(|((variant, line), price)| scenario(variant, line, price)).collect()
}

#[cfg(test)]
mod tests;
