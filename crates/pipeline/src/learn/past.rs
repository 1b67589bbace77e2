//! Past slates as they looked at their morning cutoffs, and what then happened.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{Cutoff, Dated, Edition, Game, GameDate, GameId, Known, Market, PlayerId, PropLine};
use jiff::Timestamp;
use predict::features::{FeatureRow, SlateLines, feature_tables, lines_known};
use predict::inputs::{Inputs, LeagueForm, inputs};
use predict::{BookQuote, History, MarketView, MeanAnswer, Question, Snapshot, formulas};
use rayon::prelude::*;

use crate::pipeline::{Pipeline, Progress, StepError};
use crate::ports::HistoryScope;

/// Some past slates with everything known about them and before them, sealed.
pub struct PastSlates {
    /// Everybody's games and injuries.
    pub history: Arc<History>,
    slates: Vec<PastSlate>,
}

struct PastSlate {
    edition: Edition,
    games: Vec<Known<Game>>,
    lines: Vec<Known<PropLine>>,
}

/// One player of a past slate, as he looked at its cutoff.
pub struct PastRow {
    /// The slate at that cutoff.
    pub edition: Edition,
    /// Which game.
    pub game: GameId,
    /// Which player.
    pub player: PlayerId,
    /// Bound of the start of play.
    pub tipoff: Timestamp,
    /// Games played, up to the 30 newest.
    pub games: u16,
    /// What trained models read.
    pub inputs: Inputs,
    /// What the formulas said, where they were asked.
    pub formulas: Vec<MeanAnswer>,
    /// The books' newest main lines at the cutoff, where formulas were asked.
    pub quotes: Vec<BookQuote>,
}

impl PastRow {
    /// What the books said together.
    pub fn market_view(&self, market: Market) -> Option<MarketView> {
        MarketView::of(&self.quotes, market)
    }
}

/// How much of a past slate is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The inputs: what trees learn from.
    Inputs,
    /// The formulas' answers too: what their misses are measured on.
    Formulas,
}

/// What a player did in one game.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Played {
    /// What the market counts.
    pub count: u16,
    /// Minutes on court.
    pub minutes: f64,
}

/// What everybody did, as far as it was known at some instant.
pub type Results = BTreeMap<(GameId, PlayerId), Played>;

/// What a slate's systems are asked with: its snapshot, its lines, and everybody's row.
struct Opened<'a> {
    snapshot: Snapshot<'a>,
    lines: SlateLines<'a>,
    features: Vec<FeatureRow>,
    inputs: Vec<Inputs>,
}

impl PastSlates {
    /// Slates of a range with every version of what was known about them at the cutoff.
    pub(crate) async fn load(
        pipeline: &Pipeline,
        slates: RangeInclusive<GameDate>,
        cutoff: Cutoff,
    ) -> Result<Self, StepError> {
        let from = slates.start().plus_days(-predict::HISTORY_DAYS - 31);
        let scope = HistoryScope::Everybody { from, to: *slates.end() };
        let history = pipeline.history(scope, cutoff).await?;
        let mut lines = by_slate(pipeline.facts.prop_lines(slates.clone(), cutoff).await?);
        let games = by_slate(pipeline.facts.games(slates, cutoff).await?);
        let slates = games.into_iter().map(|(slate, games)| PastSlate {
            edition: Edition::scheduled(slate, &games),
            games,
            lines: lines.remove(&slate).unwrap_or_default(),
        });
        Ok(Self { slates: slates.collect(), history })
    }

    /// What everybody did, as far as it was known at the cutoff.
    pub fn results(&self, market: Market, cutoff: Cutoff) -> Results {
        let played = |game: predict::PlayedGame<'_>| {
            let key = (game.summary.game, game.summary.player);
            (key, Played { count: market.count(game.line), minutes: game.line.playtime.minutes() })
        };
        self.history.played(cutoff).map(played).collect()
    }

    /// Everybody's rows, oldest slate first; `depth` says how much is wanted of each slate.
    pub fn rows(
        &self,
        market: Market,
        depth: impl Fn(GameDate) -> Depth + Sync,
        progress: &dyn Progress,
    ) -> Vec<PastRow> {
        let (done, total) = (AtomicU64::new(0), self.slates.len() as u64);
        let rows: Vec<Vec<PastRow>> = self
            .slates
            .par_iter()
            .map(|slate| {
                let rows = slate.rows(&self.history, market, depth(slate.edition.slate));
                progress.beat("past slates", done.fetch_add(1, Ordering::Relaxed) + 1, total);
                rows
            })
            .collect();
        rows.into_iter().flatten().collect()
    }
}

impl PastSlate {
    fn rows(&self, history: &History, market: Market, depth: Depth) -> Vec<PastRow> {
        let opened = Opened::at(history, self.edition, &self.games, &self.lines, market);
        let row = |(features, inputs): (&FeatureRow, &Inputs)| PastRow {
            edition: self.edition,
            game: features.game,
            player: features.player,
            tipoff: features.tipoff,
            games: features.games,
            quotes: match depth {
                Depth::Inputs => Vec::new(),
                Depth::Formulas => opened.quotes(features.game, features.player, market),
            },
            formulas: match depth {
                Depth::Inputs => Vec::new(),
                Depth::Formulas => Question::pose(features, inputs, market, &opened.snapshot)
                    .map(|question| formulas(&question))
                    .unwrap_or_default(),
            },
            inputs: inputs.clone(),
        };
        opened.features.iter().zip(&opened.inputs).map(row).collect()
    }
}

impl<'a> Opened<'a> {
    /// A slate opened at its cutoff.
    fn at(
        history: &'a History,
        edition: Edition,
        games: &[Known<Game>],
        lines: &'a [Known<PropLine>],
        market: Market,
    ) -> Self {
        let cutoff = edition.cutoff;
        let games: Vec<Game> = Game::scheduled(games, edition.slate, cutoff).cloned().collect();
        let snapshot = history.as_of(cutoff);
        let lines = lines_known(&snapshot, lines);
        let tables = feature_tables(&snapshot, &games, &lines);
        let form = LeagueForm::of(&snapshot, market);
        let inputs = inputs(&snapshot, &form, &tables.teams, &tables.players, &BTreeMap::new());
        Self { features: tables.rows, inputs, lines, snapshot }
    }

    fn quotes(&self, game: GameId, player: PlayerId, market: Market) -> Vec<BookQuote> {
        self.lines.get(&(game, player)).map_or_else(Vec::new, |lines| BookQuote::newest(lines, market))
    }
}

fn by_slate<T: Dated>(facts: Vec<Known<T>>) -> BTreeMap<GameDate, Vec<Known<T>>> {
    let mut by_slate = BTreeMap::<GameDate, Vec<Known<T>>>::new();
    for fact in facts {
        by_slate.entry(fact.slate()).or_default().push(fact);
    }
    by_slate
}
