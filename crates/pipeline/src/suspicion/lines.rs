//! Lines: prices and numbers in their units, seen lately, and before the game.

use domain::{GameId, GameLine, LineRole, Market, PropLine, TwoWayPrice};
use jiff::{SignedDuration, Timestamp};

use super::{Check, Judgement, Verdict, by_share, hours, opened};
use crate::RawPayload;
use crate::source::{Directory, Facts, Source};

/// A game begins some minutes after its listed tip-off; what a book shows later than this is a live line.
const BEGINS_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// A book's last update this old says that the feed stands still.
const STALE_AFTER: SignedDuration = SignedDuration::from_hours(3);
/// Of this age they are another day's.
const USELESS_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// What both prices of a main line imply together: the book's margin makes it more than one.
const IMPLIED: std::ops::RangeInclusive<f64> = 0.9..=1.4;
/// Points of both teams together, and the most that one is favoured by.
const TOTAL: std::ops::RangeInclusive<f64> = 120.0..=320.0;
const WIDEST_SPREAD: f64 = 60.0;

pub(super) fn judge(
    source: &dyn Source,
    payload: &RawPayload,
    facts: &Facts,
    directory: &Directory,
    judgement: &mut Judgement,
) {
    let props: Vec<&PropLine> = opened(&facts.prop_lines).collect();
    in_play(facts, directory, judgement);
    if !props.is_empty() {
        prices(&props, judgement);
        numbers(&props, judgement);
    }
    // What a file says was old when it was written.
    if source.provider().is_some() {
        stale(payload, &props, judgement);
    }
    game_lines(facts, judgement);
}

/// Lines seen after the game began. Among many games some may have; a payload about one game that has says nothing of
/// before it.
fn in_play(facts: &Facts, directory: &Directory, judgement: &mut Judgement) {
    let props = facts.prop_lines.iter().filter_map(|known| {
        let line = opened(std::slice::from_ref(known)).next()?;
        Some((line.game, line.observed_at.unwrap_or(known.known_at())))
    });
    let games = facts.game_lines.iter().filter_map(|known| {
        let line = opened(std::slice::from_ref(known)).next()?;
        Some((line.game, known.known_at()))
    });
    let lines: Vec<(GameId, Timestamp)> = props.chain(games).collect();
    let began = |game: GameId| Some(directory.game(game)?.tipoff? + BEGINS_AFTER);
    let late = lines.iter().filter(|(game, seen)| began(*game).is_some_and(|began| *seen > began)).count();
    if late == 0 {
        return;
    }
    let is_about_one = lines.iter().all(|(game, _)| *game == lines[0].0);
    let worst = if is_about_one || late == lines.len() { Verdict::Block } else { Verdict::Degrade };
    let detail = format!("{late} of {} lines were seen after the game began", lines.len());
    judgement.add(Check::InPlay, by_share(late, lines.len()).min(worst), detail);
}

/// The newest update of any book.
fn stale(payload: &RawPayload, props: &[&PropLine], judgement: &mut Judgement) {
    let Some(newest) = props.iter().filter_map(|line| line.observed_at).max() else { return };
    let age = age(newest, payload.fetched_at);
    if age > STALE_AFTER {
        let verdict = if age > USELESS_AFTER { Verdict::Block } else { Verdict::Degrade };
        judgement.add(Check::Stale, verdict, format!("the newest line was {} old when it was fetched", hours(age)));
    }
}

fn age(seen: Timestamp, fetched_at: Timestamp) -> SignedDuration {
    fetched_at.duration_since(seen)
}

/// Prices of main lines: there, on both sides, and what a book would ask.
fn prices(props: &[&PropLine], judgement: &mut Judgement) {
    let main: Vec<&&PropLine> = props.iter().filter(|line| line.role == LineRole::Main).collect();
    let priced: Vec<TwoWayPrice> = main.iter().filter_map(|line| line.two_way()).collect();
    let one_sided = main.len() - priced.len();
    // A share of them is normal: some books take bets on one side only.
    if one_sided * 2 > main.len() {
        let detail = format!("{one_sided} of {} main lines lack a price", main.len());
        judgement.add(Check::Missing, Verdict::Degrade, detail);
    }
    let implied = |price: &TwoWayPrice| 1.0 / price.over.decimal() + 1.0 / price.under.decimal();
    let odd = priced.iter().filter(|price| !IMPLIED.contains(&implied(price))).count();
    if odd > 0 {
        let detail = format!("the prices of {odd} of {} main lines are no book's", priced.len());
        judgement.add(Check::Units, by_share(odd, priced.len()), detail);
    }
}

/// The lines themselves: what a player may come to in a market.
fn numbers(props: &[&PropLine], judgement: &mut Judgement) {
    let odd = |line: &&&PropLine| !(0.0..=highest(line.market)).contains(&line.line.points());
    let wrong = props.iter().filter(odd).count();
    if let Some(first) = props.iter().find(odd) {
        let detail = format!(
            "{wrong} of {} lines are out of reach, such as {} {}",
            props.len(),
            first.line,
            first.market.code()
        );
        judgement.add(Check::Units, by_share(wrong, props.len()), detail);
    }
}

/// No book has ever offered a line above this.
fn highest(market: Market) -> f64 {
    match market {
        Market::Points => 61.0,
        Market::Rebounds | Market::Assists => 31.0,
        Market::Threes => 16.0,
        Market::PointsReboundsAssists => 91.0,
        Market::PointsRebounds | Market::PointsAssists => 76.0,
        Market::ReboundsAssists => 46.0,
    }
}

/// Spreads and totals in points.
fn game_lines(facts: &Facts, judgement: &mut Judgement) {
    let lines: Vec<&GameLine> = opened(&facts.game_lines).collect();
    let odd = |line: &&&GameLine| {
        line.total.is_some_and(|total| !TOTAL.contains(&total))
            || line.home_spread.is_some_and(|spread| spread.abs() > WIDEST_SPREAD)
    };
    let wrong = lines.iter().filter(odd).count();
    if wrong > 0 {
        let detail = format!("{wrong} of {} spreads and totals are out of reach", lines.len());
        judgement.add(Check::Units, by_share(wrong, lines.len()), detail);
    }
}
