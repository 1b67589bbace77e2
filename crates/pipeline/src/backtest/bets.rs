//! What betting by a probability would have come to: one unit a bet, at the prices that were posted.

use domain::{GameDate, HalfPoints};
use predict::Side;
use serde::Serialize;

use super::figures::{Interval, Row, Sample, total};
use super::report::rounded;
use super::{BookRow, GradedRow};

/// A bet is recommended from this edge on, the margin that `predict` asks of a recommendation.
pub const RECOMMENDED_EDGE: f64 = 0.02;

/// Lower ends of the edge buckets, and their names in percentage points.
const BUCKETS: [(f64, &str); 4] = [(0.0, "0-2"), (0.02, "2-4"), (0.04, "4-6"), (0.06, "6+")];

/// The bets of one probability in two ways of placing them.
#[derive(Debug, Clone, Serialize)]
pub struct Bets {
    /// The least edge of a recommended bet, as a share: 0.02 is two percentage points.
    pub recommended_edge: f64,
    /// A bet at every book that offers an edge: several on one player-game, won and lost together.
    pub posted: Placed,
    /// One bet a player-game, at the book and side with the largest edge.
    pub best: Placed,
    /// The recommended bets at the best price, date by date.
    pub course: Vec<CourseDay>,
    /// The deepest fall of the profit below an earlier height, in units.
    pub max_drawdown: f64,
}

/// Bets placed in one way.
#[derive(Debug, Clone, Serialize)]
pub struct Placed {
    /// Those with the recommended edge.
    pub recommended: BySide,
    /// All with an edge of zero or more, by edge.
    pub by_edge: Vec<EdgeBucket>,
}

/// Bets within a bucket of edge.
#[derive(Debug, Clone, Serialize)]
pub struct EdgeBucket {
    /// Percentage points of edge: `2-4` is two or more and less than four.
    pub edge: &'static str,
    /// The bets.
    #[serde(flatten)]
    pub bets: BySide,
}

/// Bets by side.
#[derive(Debug, Clone, Serialize)]
pub struct BySide {
    /// Both sides.
    pub all: Tally,
    /// Overs.
    pub over: Tally,
    /// Unders.
    pub under: Tally,
}

/// What bets came to.
#[derive(Debug, Clone, Serialize)]
pub struct Tally {
    /// Bets.
    pub n: usize,
    /// Bets won.
    pub wins: usize,
    /// Bets lost.
    pub losses: usize,
    /// Bets paid back.
    pub pushes: usize,
    /// Wins of the bets that were not pushed.
    pub hit_rate: Option<f64>,
    /// The hit rate at which these prices pay back what was staked, averaged over the bets.
    pub break_even: Option<f64>,
    /// Units won less units lost.
    pub profit: Option<f64>,
    /// Profit per unit staked; a push is a stake.
    pub roi: Option<f64>,
    /// Bets whose closing price is known.
    pub n_closing: usize,
    /// Closing-line value: the no-vig probability of the side at the last price before tip-off less that at the price
    /// taken. Positive: the market came to agree.
    pub closing_value: Option<f64>,
    /// Intervals of the figures above.
    pub interval: TallyIntervals,
}

/// Intervals of [`Tally`].
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each is the interval of the figure of its name")]
pub struct TallyIntervals {
    pub hit_rate: Option<Interval>,
    pub roi: Option<Interval>,
    pub closing_value: Option<Interval>,
}

/// Where the profit stood after a date.
#[derive(Debug, Clone, Serialize)]
pub struct CourseDay {
    /// The game date.
    #[serde(serialize_with = "super::report::as_text")]
    pub date: GameDate,
    /// Bets so far.
    pub n: usize,
    /// Profit so far, in units.
    pub profit: f64,
    /// The highest profit so far, the start's zero included; the drawdown is what the profit lies below it.
    pub peak: f64,
}

/// How a side of a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Win,
    Loss,
    Push,
}

/// How a side of `line` ended.
pub(crate) fn outcome(side: Side, line: HalfPoints, count: u16) -> Outcome {
    match ((2 * i32::from(count)).cmp(&line.halves()), side) {
        (std::cmp::Ordering::Equal, _) => Outcome::Push,
        (std::cmp::Ordering::Greater, Side::Over) | (std::cmp::Ordering::Less, Side::Under) => Outcome::Win,
        _ => Outcome::Loss,
    }
}

/// One unit on a side.
#[derive(Debug, Clone, Copy)]
struct Bet {
    side: Side,
    edge: f64,
    break_even: f64,
    outcome: Outcome,
    /// In units: what a win pays, less one on a loss.
    profit: f64,
    closing_value: Option<f64>,
}

impl Bet {
    /// On the side of a book's line whose probability lies further above its break-even; nothing where neither does.
    fn on(book: &BookRow, over: f64, count: u16) -> Option<Self> {
        let place = |side| {
            let (p, odds, sign) = match side {
                Side::Over => (over, book.price.over, 1.0),
                Side::Under => (1.0 - over, book.price.under, -1.0),
            };
            let outcome = outcome(side, book.line, count);
            let profit = match outcome {
                Outcome::Win => odds.decimal() - 1.0,
                Outcome::Loss => -1.0,
                Outcome::Push => 0.0,
            };
            let break_even = odds.break_even().get();
            let closing_value = book.closing_fair_over.map(|closing| sign * (closing - book.fair_over));
            Self { side, edge: p - break_even, break_even, outcome, profit, closing_value }
        };
        let (over, under) = (place(Side::Over), place(Side::Under));
        let better = if under.edge > over.edge { under } else { over };
        (better.edge >= 0.0).then_some(better)
    }

    fn is_recommended(&self) -> bool {
        self.edge >= RECOMMENDED_EDGE
    }

    /// The terms a tally sums.
    fn terms(&self) -> [f64; 7] {
        let is = |outcome| f64::from(u8::from(self.outcome == outcome));
        let closing = self.closing_value.map_or([0.0; 2], |value| [1.0, value]);
        let won = [is(Outcome::Win), is(Outcome::Loss), is(Outcome::Push)];
        [won[0], won[1], won[2], self.profit, self.break_even, closing[0], closing[1]]
    }
}

/// How bets are placed on a player-game.
#[derive(Clone, Copy)]
pub(crate) enum Placing {
    Posted,
    Best,
}

impl Placing {
    fn bets(self, row: &GradedRow, over: impl Fn(&BookRow) -> Option<f64>) -> Vec<Bet> {
        let mut offers: Vec<(&BookRow, Bet)> =
            row.books.iter().filter_map(|book| Some((book, Bet::on(book, over(book)?, row.count)?))).collect();
        if let Self::Best = self {
            // The largest edge; among equals the first book by name, whatever order the books came in.
            offers.sort_by(|(a, x), (b, y)| y.edge.total_cmp(&x.edge).then((a.book, a.line).cmp(&(b.book, b.line))));
            offers.truncate(1);
        }
        offers.into_iter().map(|(_, bet)| bet).collect()
    }
}

/// All bets of a probability, by date.
fn bets_by_date(sample: &Sample, placing: Placing, over: impl Fn(&BookRow) -> Option<f64>) -> Vec<Vec<Bet>> {
    let of_rows = |rows: &Vec<&Row>| rows.iter().flat_map(|row| placing.bets(row.graded, &over)).collect();
    sample.dates().iter().map(of_rows).collect()
}

/// What those bets come to that `counted` lets through.
fn tally(sample: &Sample, bets: &[Vec<Bet>], counted: impl Fn(&Bet) -> bool) -> Tally {
    let sums = sample.sum_dates(|date| total(bets[date].iter().filter(|bet| counted(bet)).map(Bet::terms)));
    let hit_rate = |[wins, losses, ..]: &[f64; 7]| wins / (wins + losses);
    let staked = |[wins, losses, pushes, ..]: &[f64; 7]| wins + losses + pushes;
    let roi = |sums: &[f64; 7]| sums[3] / staked(sums);
    let closing_value = |[.., n, value]: &[f64; 7]| value / n;
    let [wins, losses, pushes] = [0, 1, 2].map(|at| sums.all[at] as usize);
    Tally {
        n: wins + losses + pushes,
        wins,
        losses,
        pushes,
        hit_rate: sums.value(hit_rate),
        break_even: sums.value(|sums| sums[4] / staked(sums)),
        profit: sums.value(|sums| sums[3]),
        roi: sums.value(roi),
        n_closing: sums.all[5] as usize,
        closing_value: sums.value(closing_value),
        interval: TallyIntervals {
            hit_rate: sums.interval(hit_rate),
            roi: sums.interval(roi),
            closing_value: sums.interval(closing_value),
        },
    }
}

/// The recommended bets of a probability, both sides together.
pub(crate) fn recommended(sample: &Sample, placing: Placing, over: impl Fn(&BookRow) -> Option<f64>) -> Tally {
    tally(sample, &bets_by_date(sample, placing, over), Bet::is_recommended)
}

fn placed(sample: &Sample, bets: &[Vec<Bet>]) -> Placed {
    let by_side = |low: f64, high: f64| {
        let tally = |side: Option<Side>| {
            let counted = |bet: &Bet| (low..high).contains(&bet.edge) && side.is_none_or(|side| side == bet.side);
            tally(sample, bets, counted)
        };
        BySide { all: tally(None), over: tally(Some(Side::Over)), under: tally(Some(Side::Under)) }
    };
    let upper_ends = BUCKETS.iter().skip(1).map(|(low, _)| *low).chain([f64::INFINITY]);
    let bucket = |((low, edge), high): (&(f64, &'static str), f64)| EdgeBucket { edge, bets: by_side(*low, high) };
    Placed {
        recommended: by_side(RECOMMENDED_EDGE, f64::INFINITY),
        by_edge: BUCKETS.iter().zip(upper_ends).map(bucket).collect(),
    }
}

impl Bets {
    /// Of the published probability.
    pub(crate) fn published(sample: &Sample) -> Self {
        let of = |placing| bets_by_date(sample, placing, |book| book.bet);
        let best = of(Placing::Best);
        let course = course(sample, &best);
        let max_drawdown = course.iter().map(|day| day.peak - day.profit).fold(0.0, f64::max);
        Self {
            recommended_edge: RECOMMENDED_EDGE,
            posted: placed(sample, &of(Placing::Posted)),
            best: placed(sample, &best),
            course,
            max_drawdown: rounded(max_drawdown).unwrap_or_default(),
        }
    }
}

fn course(sample: &Sample, bets: &[Vec<Bet>]) -> Vec<CourseDay> {
    let (mut n, mut profit, mut peak) = (0, 0.0, 0.0_f64);
    let after = |(rows, bets): (&Vec<&Row>, &Vec<Bet>)| {
        for bet in bets.iter().filter(|bet| bet.is_recommended()) {
            n += 1;
            profit += bet.profit;
        }
        peak = peak.max(profit);
        let round = |value| rounded(value).unwrap_or_default();
        CourseDay { date: rows[0].graded.slate, n, profit: round(profit), peak: round(peak) }
    };
    sample.dates().iter().zip(bets).map(after).collect()
}
