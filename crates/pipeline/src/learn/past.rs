//! Past slates as they looked at their morning cutoffs, and what then happened.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{
    Appearance, Cutoff, Dated, Edition, Game, GameDate, GameId, HalfPoints, Known, Market, PlayerId, PropLine,
    Provenance, Role, Sportsbook, Spot,
};
use jiff::Timestamp;
use predict::features::{FeatureRow, feature_tables, lines_known};
use predict::inputs::{Inputs, LeagueForm, Lineup, Sight, inputs};
use predict::{BookQuote, Devig, History, MarketView, MeanAnswer, PlayedGame, Question, SystemId, formulas, original};
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
    /// Games played, up to the 30 newest.
    pub games: u16,
    /// Whether his team has told that he is not there: nobody is asked about him any more.
    pub told_out: bool,
    /// What trained models read.
    pub inputs: Inputs,
    /// What the formulas said, where they were asked.
    pub formulas: Vec<MeanAnswer>,
    /// What the original's formulas said, where they were asked.
    pub originals: Vec<(SystemId, Option<f64>)>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// The inputs: what trees learn from.
    Inputs,
    /// The formulas' answers and the books' lines too: what misses are measured on.
    Formulas,
    /// What the original's formulas said as well.
    Originals,
}

/// What a player did in one game.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Played {
    /// What the market counts.
    pub count: u16,
    /// Minutes on court.
    pub minutes: f64,
}

/// What everybody did, as far as it was known at a cutoff. [`PastSlates::results`] alone makes them, and whatever is learned
/// from them bears that cutoff: nothing can be learned from a night and say that it had not seen it.
///
/// ```compile_fail,E0451
/// # fn claim(earlier: domain::Cutoff, tonight: pipeline::learn::Results) -> pipeline::learn::Results {
/// pipeline::learn::Results { cutoff: earlier, ..tonight }
/// # }
/// ```
pub struct Results {
    cutoff: Cutoff,
    played: BTreeMap<(GameId, PlayerId), Played>,
    /// The games of which it was known who played.
    games: BTreeSet<GameId>,
}

impl Results {
    /// When they were known.
    pub fn cutoff(&self) -> Cutoff {
        self.cutoff
    }

    /// What a player did in a game, if it was known that he had played.
    pub fn of(&self, game: GameId, player: PlayerId) -> Option<Played> {
        self.played.get(&(game, player)).copied()
    }

    /// Whether a player played; nothing where it was not known who did.
    pub fn attended(&self, game: GameId, player: PlayerId) -> Option<bool> {
        self.games.contains(&game).then(|| self.played.contains_key(&(game, player)))
    }
}

impl PastSlates {
    /// Slates of a range with every version of what was known about them at the cutoff.
    pub(crate) async fn load(
        pipeline: &Pipeline,
        slates: RangeInclusive<GameDate>,
        cutoff: Cutoff,
    ) -> Result<Self, StepError> {
        let from = slates.start().plus_days(-predict::HISTORY_DAYS - 31);
        let scope = HistoryScope { from, to: *slates.end() };
        let history = pipeline.history(scope, cutoff).await?;
        let lines = pipeline.facts.prop_lines(slates.clone(), cutoff).await?;
        let games = pipeline.facts.games(slates, cutoff).await?;
        Ok(Self::of(history, games, lines))
    }

    /// The slates of these games.
    pub(super) fn of(history: Arc<History>, games: Vec<Known<Game>>, lines: Vec<Known<PropLine>>) -> Self {
        let mut lines = by_slate(lines);
        let slates = by_slate(games).into_iter().map(|(slate, games)| PastSlate {
            edition: Edition::scheduled(slate, &games),
            games,
            lines: lines.remove(&slate).unwrap_or_default(),
        });
        Self { slates: slates.collect(), history }
    }

    /// What everybody did, as far as it was known at the cutoff.
    pub fn results(&self, market: Market, cutoff: Cutoff) -> Results {
        let played = |game: PlayedGame<'_>| {
            let key = (game.summary.game, game.summary.player);
            (key, Played { count: market.count(game.line), minutes: game.line.playtime.minutes() })
        };
        let played: BTreeMap<_, _> = self.history.played(cutoff).map(played).collect();
        Results { cutoff, games: played.keys().map(|(game, _)| *game).collect(), played }
    }

    /// Everybody's rows, oldest slate first; `depth` says how much is wanted of each slate.
    pub fn rows(
        &self,
        (market, sight): (Market, Sight),
        depth: impl Fn(GameDate) -> Depth + Sync,
        progress: &dyn Progress,
    ) -> Vec<PastRow> {
        let lineups = match sight {
            Sight::Morning => Lineups::new(),
            Sight::Late => self.lineups(),
        };
        let (done, total) = (AtomicU64::new(0), self.slates.len() as u64);
        let rows: Vec<Vec<PastRow>> = self
            .slates
            .par_iter()
            .map(|slate| {
                let rows = slate.rows(&self.history, market, &lineups, depth(slate.edition.slate));
                progress.beat("past slates", done.fetch_add(1, Ordering::Relaxed) + 1, total);
                rows
            })
            .collect();
        rows.into_iter().flatten().collect()
    }

    /// The features of every slate, as a night's own steps would have made them.
    pub fn features(&self) -> Vec<FeatureRow> {
        let of_slate = |slate: &PastSlate| {
            let snapshot = self.history.as_of(slate.edition.cutoff);
            let games: Vec<Game> =
                Game::scheduled(&slate.games, slate.edition.slate, slate.edition.cutoff).cloned().collect();
            feature_tables(&snapshot, &games, &lines_known(snapshot.cutoff(), &slate.lines)).rows
        };
        self.slates.par_iter().flat_map_iter(of_slate).collect()
    }

    /// Line-ups, sealed until half an hour before tip-off. No archive kept what the teams told: they will have told who then
    /// started and who was dressed. (Before 2022-23 the archive lists nobody who was dressed and did not play.)
    fn lineups(&self) -> Lineups {
        let mut lineups = BTreeMap::<GameId, Lineup>::new();
        for listed in self.history.listed(Cutoff::at(Timestamp::MAX)).filter(|listed| listed.appearance.dressed()) {
            let lineup = lineups.entry(listed.game).or_default();
            lineup.present.insert(listed.player);
            if let Appearance::Played(Role::Starter, _) = listed.appearance {
                lineup.starters.insert(listed.player);
            }
        }
        let newest = Cutoff::at(Timestamp::MAX);
        let games = self.slates.iter().flat_map(|slate| Game::scheduled(&slate.games, slate.edition.slate, newest));
        let sealed = games.filter_map(|game| {
            let lineup = lineups.remove(&game.id)?;
            Some((game.id, Known::new(lineup, game.lineups_known_at(), Provenance::Reconstructed)))
        });
        sealed.collect()
    }

    /// When each book's price for each of its lines was last seen before tip-off, and what it said, its margin taken out: what
    /// bets are held against afterwards, and nothing that predicts may see.
    pub fn closing(&self, market: Market) -> BTreeMap<ClosingKey, (Timestamp, f64)> {
        let mut closing = BTreeMap::new();
        for slate in &self.slates {
            let newest = Cutoff::at(Timestamp::MAX);
            let tipoffs: BTreeMap<GameId, Timestamp> = Game::scheduled(&slate.games, slate.edition.slate, newest)
                .map(|game| (game.id, game.earliest_tipoff()))
                .collect();
            for line in slate.lines.iter().filter_map(|line| line.open(newest)).filter(|line| line.market == market) {
                let (Some(seen), Some(price)) = (line.observed_at, line.two_way()) else { continue };
                if tipoffs.get(&line.game).is_none_or(|tipoff| seen >= *tipoff) {
                    continue;
                }
                let last = (seen, Devig::default().over(price).get());
                let kept = closing.entry((line.game, line.player, line.book, line.line)).or_insert(last);
                if seen > kept.0 {
                    *kept = last;
                }
            }
        }
        closing
    }
}

/// A book's line on a player in a game.
pub type ClosingKey = (GameId, PlayerId, Sportsbook, HalfPoints);

type Lineups = BTreeMap<GameId, Known<Lineup>>;

impl PastSlate {
    fn rows(&self, history: &History, market: Market, lineups: &Lineups, depth: Depth) -> Vec<PastRow> {
        let cutoff = self.edition.cutoff;
        let games: Vec<Game> = Game::scheduled(&self.games, self.edition.slate, cutoff).cloned().collect();
        let snapshot = history.as_of(cutoff);
        let lines = lines_known(snapshot.cutoff(), &self.lines);
        let tables = feature_tables(&snapshot, &games, &lines);
        let form = LeagueForm::of(&snapshot, market);
        let told = games.iter().filter_map(|game| {
            let late = Cutoff::at(game.lineups_known_at());
            Some((game.id, lineups.get(&game.id)?.open(late)?.clone()))
        });
        let told: BTreeMap<GameId, Lineup> = told.collect();
        let inputs = inputs(&snapshot, &form, &tables.teams, &tables.players, &told);
        let quotes = |features: &FeatureRow| {
            let lines = lines.get(&(features.game, features.player));
            lines.map_or_else(Vec::new, |lines| BookQuote::newest(lines, market))
        };
        let row = |(features, inputs): (&FeatureRow, Inputs)| {
            let pose = || Question::pose(features, &inputs, market, &snapshot).ok();
            let question = (depth > Depth::Inputs).then(pose).flatten();
            PastRow {
                edition: self.edition,
                game: features.game,
                player: features.player,
                games: features.games,
                told_out: told.get(&features.game).is_some_and(|lineup| lineup.spot(features.player) == Spot::Out),
                formulas: question.as_ref().map(formulas).unwrap_or_default(),
                originals: match (&question, depth) {
                    (Some(question), Depth::Originals) => original::answers(question).into(),
                    _ => Vec::new(),
                },
                quotes: if question.is_some() { quotes(features) } else { Vec::new() },
                inputs,
            }
        };
        tables.rows.iter().zip(inputs).map(row).collect()
    }
}

fn by_slate<T: Dated>(facts: Vec<Known<T>>) -> BTreeMap<GameDate, Vec<Known<T>>> {
    let mut by_slate = BTreeMap::<GameDate, Vec<Known<T>>>::new();
    for fact in facts {
        by_slate.entry(fact.slate()).or_default().push(fact);
    }
    by_slate
}
