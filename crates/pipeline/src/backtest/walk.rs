//! The walk: every slate of a season predicted at its cutoff with what was learned before its month, and graded.
//!
//! Inputs, formulas, learning and laws are those of the nightly steps (`learn/`, `predict`). What is learned for a refit
//! rests on what was known when it was made; a row is graded by what is known now.

use std::collections::BTreeMap;

use domain::{Cutoff, GameDate, Market, Probability, Season};
use jiff::Timestamp;
use predict::inputs::{Input, Inputs, Sight};
use predict::{CountLaw, Devig, Learnt, MarketView, MeanAnswer, ModelCard, SystemId, Trees};
use rayon::prelude::*;

use super::{AskedRow, Backtest, Baseline, BookRow, Contender, GradedRow, Said, WalkedEdition};
use crate::learn::{self, Checkpoint, ClosingKey, Depth, Learned, Learner, PastRow, PastSlates, Played, Results};
use crate::pipeline::{Pipeline, Progress, StepError};
use crate::ports::TrainedTrees;
use crate::steps::train::training_slates;

/// What is walked.
#[derive(Debug, Clone, Copy)]
pub struct Walk {
    /// The season.
    pub season: Season,
    /// What is counted.
    pub market: Market,
    /// Which edition of every slate.
    pub edition: WalkedEdition,
    /// How often everything is learned anew.
    pub refit: Refit,
    /// Whether the original's formulas are asked too.
    pub formulas: Formulas,
}

/// How often everything is learned anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refit {
    /// With every month, as the nightly program does.
    Monthly,
    /// Every so many days, counted from the season's first slate.
    Days(u16),
}

/// Whose formulas are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formulas {
    /// Ours.
    Current,
    /// Ours, and beside them the original's as published.
    Original,
}

/// Minutes a game from which a row belongs to `p10`.
const P10_MINUTES: f64 = 10.0;

/// The last day of a season's slates: that of 2019-20 ended in October.
fn season_end(season: Season) -> GameDate {
    GameDate::first_of(season.start_year() as i16 + 1, 11).plus_days(-1)
}

/// Walks a season. Trees are kept in `trained` as soon as they are, so that a walk that was interrupted goes on from there;
/// those found come from the same rows, and the report is the same.
///
/// # Errors
/// When the store fails, or the learner refuses the data.
pub async fn walk(
    pipeline: &Pipeline,
    walk: Walk,
    trained: &dyn TrainedTrees,
    progress: &dyn Progress,
) -> Result<Backtest, StepError> {
    let start = GameDate::first_of(walk.season.start_year() as i16, 7);
    let slates = *training_slates(start).start()..=season_end(walk.season);
    progress.beat("what was known", 0, 1);
    let past = PastSlates::load(pipeline, slates, Cutoff::at(Timestamp::MAX)).await?;
    let checked_from = learn::checked_from(start);
    let depth = |slate: GameDate| match (slate, walk.formulas) {
        (slate, _) if slate < checked_from => Depth::Inputs,
        (slate, Formulas::Original) if slate >= start => Depth::Originals,
        _ => Depth::Formulas,
    };
    let sight = match walk.edition {
        WalkedEdition::Morning => Sight::Morning,
        WalkedEdition::Late => Sight::Late,
    };
    let rows = past.rows((walk.market, sight), depth, progress);
    let learner = Learner { market: walk.market, sight, trained };
    let walker = Walker { walk, learner, closing: past.closing(walk.market), past, rows };
    walker.run(progress)
}

struct Walker<'t> {
    walk: Walk,
    learner: Learner<'t>,
    past: PastSlates,
    rows: Vec<PastRow>,
    closing: BTreeMap<ClosingKey, (Timestamp, f64)>,
}

impl Walker<'_> {
    fn run(&self, progress: &dyn Progress) -> Result<Backtest, StepError> {
        let walked: Vec<&PastRow> = self.rows.iter().filter(|row| row.game.season() == self.walk.season).collect();
        let mut slates: Vec<GameDate> = walked.iter().map(|row| row.edition.slate).collect();
        slates.dedup();
        let refits = self.refits(&slates);
        let happened = self.past.results(self.walk.market, Cutoff::at(Timestamp::MAX));
        let contenders = self.contenders();
        let mut checkpoints: Option<(GameDate, Vec<Checkpoint>)> = None;
        let (mut graded, mut asked) = (Vec::new(), Vec::new());
        for (index, refit) in refits.iter().enumerate() {
            progress.beat("learning", index as u64, refits.len() as u64);
            let until = refits.get(index + 1);
            let block: Vec<&&PastRow> = walked
                .iter()
                .filter(|row| row.edition.slate >= *refit && until.is_none_or(|until| row.edition.slate < *until))
                .collect();
            let learned = self.learned(*refit, &mut checkpoints)?;
            progress.beat("asking", index as u64, refits.len() as u64);
            let panel = Panel::of(learned);
            asked.extend(self.asked(*refit, &block, &happened, &panel));
            graded.par_extend(block.par_iter().filter_map(|row| {
                let played = happened.of(row.game, row.player)?;
                Some(self.graded(row, played, &panel, &contenders))
            }));
        }
        progress.beat("asking", refits.len() as u64, refits.len() as u64);
        let as_of = walked.iter().map(|row| row.edition.cutoff.instant()).max().unwrap_or(Timestamp::UNIX_EPOCH);
        Ok(Backtest {
            season: self.walk.season,
            market: self.walk.market,
            edition: self.walk.edition,
            as_of,
            n_slates: slates.len(),
            contenders,
            rows: graded,
            asked,
        })
    }

    /// The dates on which everything is learned anew.
    fn refits(&self, slates: &[GameDate]) -> Vec<GameDate> {
        let Some(first) = slates.first() else { return Vec::new() };
        let mut refits: Vec<GameDate> = slates
            .iter()
            .map(|slate| match self.walk.refit {
                Refit::Monthly => slate.first_of_month(),
                Refit::Days(days) => {
                    let days = i32::from(days.max(1));
                    first.plus_days(slate.days_since(*first) / days * days)
                }
            })
            .collect();
        refits.dedup();
        refits
    }

    /// What was learned by a date, of what was known before it.
    fn learned(
        &self,
        refit: GameDate,
        checkpoints: &mut Option<(GameDate, Vec<Checkpoint>)>,
    ) -> Result<Option<Learned>, StepError> {
        let results: Results = self.past.results(self.walk.market, Cutoff::at(refit.at(0, 0)));
        let from = *training_slates(refit).start();
        let slate = |row: &PastRow| row.edition.slate;
        let (start, end) =
            (self.rows.partition_point(|row| slate(row) < from), self.rows.partition_point(|row| slate(row) < refit));
        let rows = &self.rows[start..end];
        let season = learn::season_start(refit);
        let kept = checkpoints.take().filter(|(of, _)| *of == season).map_or_else(Vec::new, |(_, kept)| kept);
        let made = self.learner.checkpoints(rows, &results, refit, kept)?;
        let (_, checkpoints) = checkpoints.insert((season, made));
        self.learner.learn(rows, &results, checkpoints)
    }

    /// How likely everybody of some slates was said to play, beside what the injury list alone had taught by a refit.
    fn asked(&self, refit: GameDate, block: &[&&PastRow], happened: &Results, panel: &Panel) -> Vec<AskedRow> {
        let known = self.past.results(self.walk.market, Cutoff::at(refit.at(0, 0)));
        let before = &self.rows[..self.rows.partition_point(|row| row.edition.slate < refit)];
        let mut listed = BTreeMap::<u64, (f64, f64)>::new();
        for (inputs, played) in learn::asked(before, &known) {
            let (n, came) = listed.entry(listing(inputs)).or_default();
            *n += 1.0;
            *came += f64::from(u8::from(played));
        }
        let row = |row: &&&PastRow| {
            Some(AskedRow {
                p_plays: panel.learnt.attendance.as_ref().map(|who| who.p_plays(&row.inputs).get()),
                base_rate: listed.get(&listing(&row.inputs)).map(|(n, came)| came / n),
                played: happened.attended(row.game, row.player)?,
            })
        };
        block.iter().filter(|row| !row.told_out).filter_map(row).collect()
    }

    fn contenders(&self) -> Vec<Contender> {
        let ours = SystemId::ALL.map(Contender::System);
        let originals = match self.walk.formulas {
            Formulas::Current => &[][..],
            Formulas::Original => &SystemId::MARKET_FREE,
        };
        let baselines = Baseline::ALL.map(Contender::Baseline);
        ours.into_iter().chain(baselines).chain(originals.iter().copied().map(Contender::Original)).collect()
    }

    fn graded(&self, row: &PastRow, played: Played, panel: &Panel, contenders: &[Contender]) -> GradedRow {
        let market = self.walk.market;
        let view = row.market_view(market);
        let laws = panel.laws(row, market, view.as_ref());
        let said = contenders.iter().map(|contender| match contender {
            Contender::System(system) => laws.get(system).map(|law| Said::law(law, played.count)),
            Contender::Baseline(baseline) => baseline_number(*baseline, row, view.as_ref()).map(Said::point),
            Contender::Original(system) => {
                row.originals.iter().find(|(id, _)| id == system).and_then(|(_, points)| *points).map(Said::point)
            }
        });
        let minutes = row.inputs.get(Input::MinutesMean10).unwrap_or(0.0);
        GradedRow {
            slate: row.edition.slate,
            game: row.game,
            player: row.player,
            count: played.count,
            minutes,
            in_p10: minutes >= P10_MINUTES,
            line: view.map(|view| view.line),
            said: said.collect(),
            books: self.book_rows(row, panel, &laws, contenders),
        }
    }

    fn book_rows(
        &self,
        row: &PastRow,
        panel: &Panel,
        laws: &BTreeMap<SystemId, CountLaw>,
        contenders: &[Contender],
    ) -> Vec<BookRow> {
        let book_row = |quote: &predict::BookQuote| {
            let over = |system: SystemId| laws.get(&system).map(|law| law.settle(quote.line).over_unless_push());
            // A price that was not seen again did not close: it is the one that was bet at.
            let closing = self.closing.get(&(row.game, row.player, quote.book, quote.line));
            let later = closing.filter(|(seen, _)| *seen > quote.observed_at).map(|(_, over)| *over);
            let fair_over = Devig::default().over(quote.price);
            let shrink = panel.learnt.shrink(SystemId::MarketBlend);
            BookRow {
                book: quote.book,
                line: quote.line,
                price: quote.price,
                fair_over: fair_over.get(),
                over: contenders
                    .iter()
                    .map(|contender| match contender {
                        Contender::System(system) => over(*system).map(Probability::get),
                        Contender::Baseline(_) | Contender::Original(_) => None,
                    })
                    .collect(),
                // The archive's prices are the morning's: nobody could have bet the evening's news at them.
                bet: match self.walk.edition {
                    WalkedEdition::Morning => {
                        over(SystemId::MarketBlend).map(|over| shrink.over(over, fair_over).get())
                    }
                    WalkedEdition::Late => None,
                },
                closing_fair_over: later,
            }
        };
        row.quotes.iter().map(book_row).collect()
    }
}

/// The systems as they stand after a refit.
#[derive(Default)]
struct Panel {
    trees: Option<Trees>,
    learnt: Learnt,
    through: Option<Cutoff>,
}

impl Panel {
    fn of(learned: Option<Learned>) -> Self {
        let Some(learned) = learned else { return Self::default() };
        let card = ModelCard::through(learned.through.instant());
        let trees = Some(Trees { card, booster: learned.trees });
        Self { trees, learnt: learned.learnt, through: Some(learned.through) }
    }

    /// Every system's law about a row; those that abstain are missing.
    fn laws(&self, row: &PastRow, market: Market, view: Option<&MarketView>) -> BTreeMap<SystemId, CountLaw> {
        let older = self.through.is_none_or(|through| through < row.edition.cutoff);
        assert!(older, "what was learned after a row's cutoff is not asked about it: {}", row.edition);
        let mut means: Vec<MeanAnswer> = row.formulas.clone();
        let trees = match &self.trees {
            Some(trees) => trees.mean_of(row.edition.cutoff, row.games, &row.inputs),
            None => Err(predict::Abstain::NoModel),
        };
        means.push((SystemId::Xgboost, trees));
        let means = self.learnt.together(means, view);
        let law = |(system, mean): MeanAnswer| Some((system, self.learnt.law(system, mean.ok()?, market, &row.inputs)));
        means.into_iter().filter_map(law).collect()
    }
}

/// What the injury list says of somebody, as a key.
fn listing(inputs: &Inputs) -> u64 {
    inputs.get(Input::Injury).unwrap_or(-1.0).to_bits()
}

fn baseline_number(baseline: Baseline, row: &PastRow, view: Option<&MarketView>) -> Option<f64> {
    match baseline {
        Baseline::SeasonMean => row.inputs.get(Input::CountSeason),
        Baseline::Last10 => row.inputs.get(Input::CountMean10),
        Baseline::Ewma => row.inputs.get(Input::CountAverage10),
        Baseline::BookLine => view.map(|view| view.line),
        Baseline::PriceAdjustedLine => view.map(|view| view.adjusted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks systems that learned from what was known through an instant about a row.
    fn asked(through: impl Fn(Cutoff) -> Timestamp) {
        let row = learn::tests::row();
        let through = Cutoff::at(through(row.edition.cutoff));
        Panel { through: Some(through), ..Panel::default() }.laws(&row, Market::Points, None);
    }

    #[test]
    fn a_walk_asks_those_who_learned_before() {
        asked(|cutoff| cutoff.instant() - jiff::SignedDuration::from_secs(1));
    }

    #[test]
    #[should_panic(expected = "what was learned after a row's cutoff is not asked about it")]
    fn a_walk_asks_nobody_who_has_seen_the_night() {
        asked(Cutoff::instant);
    }
}
