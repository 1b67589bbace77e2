//! A day as it was: what providers could have told at an instant, from the facts of a store.

use std::collections::BTreeMap;

use domain::{Cutoff, Game, GameDate, GameId, Known, Market, PlayerId, PropLine, Season, Sportsbook};
use jiff::Timestamp;
use pipeline::ports::{HistoryScope, SlateFacts};
use predict::History;
use serde_json::Value;

use super::Question;
use super::wire::nba_cdn::{self, Stage};
use super::wire::{balldontlie, odds_api};
use crate::App;

/// Who was hurt longer ago than this and has neither played nor been heard of since is on nobody's list any more: more than a
/// season and the summer before it.
const INJURIES_REACH_DAYS: i32 = 400;
/// The replica's clock may run on for so many days.
const DAYS_ON: i32 = 5;
/// A box score stands at this hour of the next day; what was corrected since is told when it was known.
const STANDS_AT: i8 = 12;

/// The facts of a store, told as of any instant around a date.
pub(crate) struct Past {
    app: App,
    season: Season,
    history: History,
}

impl Past {
    /// What the store of this data directory knows around a date.
    ///
    /// # Errors
    /// When the store fails, or knows of no game.
    pub(crate) async fn around(app: App, date: GameDate) -> anyhow::Result<Self> {
        let directory = app.directory().await?;
        let nearest = directory.games().min_by_key(|game| game.slate.days_since(date).abs());
        let season = nearest.map(|game| game.id.season());
        let season = season.ok_or_else(|| anyhow::anyhow!("{} knows of no game", app.data_dir.display()))?;
        let to = date.plus_days(DAYS_ON);
        let scope = HistoryScope { from: date.plus_days(-INJURIES_REACH_DAYS), to };
        let history = app.store.facts.history(&scope, Cutoff::at(to.at(STANDS_AT, 0))).await?;
        Ok(Self { app, season, history })
    }

    /// What a provider would have answered; nothing where it had no such thing.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn answer(&self, question: &Question, now: Timestamp) -> anyhow::Result<Option<Value>> {
        let directory = self.app.directory().await?;
        let of_season = directory.games().filter(|game| game.id.season() == self.season);
        Ok(match question {
            Question::Schedule => Some(nba_cdn::schedule(&directory, of_season, now)),
            Question::Events => Some(odds_api::events(&directory, of_season, now)),
            Question::Injuries { after } => {
                let snapshot = self.history.as_of(Cutoff::at(now));
                let hurt = directory.players().filter_map(|player| snapshot.injury(player));
                Some(balldontlie::injuries(&directory, hurt, *after))
            }
            Question::BoxScore(id) => {
                let Some(game) = directory.game(*id) else { return Ok(None) };
                let rows = told(&self.results(game).await?.box_scores, game, now, |row| row.game);
                Some(nba_cdn::box_score(&directory, game, Stage::of(game, now), &rows))
            }
            Question::PlayByPlay(id) => {
                let Some(game) = directory.game(*id).filter(|game| Stage::of(game, now) == Stage::Final) else {
                    return Ok(None);
                };
                let facts = self.results(game).await?;
                let rows = told(&facts.box_scores, game, now, |row| row.game);
                let shots = told(&facts.shots, game, now, |shooter| shooter.game);
                Some(nba_cdn::play_by_play(game, &rows, &shots))
            }
            Question::EventOdds { game, markets } => {
                let Some(game) = directory.game(*game) else { return Ok(None) };
                let lines = self.app.store.facts.prop_lines(game.slate..=game.slate, Cutoff::at(now)).await?;
                let lines = newest(&lines, game.id, Cutoff::at(now));
                Some(odds_api::event_odds(&directory, game, &lines, markets, now))
            }
        })
    }

    async fn results(&self, game: &Game) -> anyhow::Result<SlateFacts> {
        Ok(self.app.store.facts.slate_facts(game.slate).await?)
    }
}

/// What is told of a game: as it stood the next day, and later as corrected.
fn told<T: Clone>(facts: &[Known<T>], game: &Game, now: Timestamp, of: impl Fn(&T) -> GameId) -> Vec<T> {
    let cutoff = Cutoff::at(now.max(game.slate.plus_days(1).at(STANDS_AT, 0)));
    facts.iter().filter_map(|fact| fact.open(cutoff)).filter(|fact| of(fact) == game.id).cloned().collect()
}

/// The newest lines of each book on each player.
fn newest(lines: &[Known<PropLine>], game: GameId, cutoff: Cutoff) -> Vec<PropLine> {
    let mut newest = BTreeMap::<(PlayerId, Market, Sportsbook), (Timestamp, Vec<PropLine>)>::new();
    for (known_at, line) in lines.iter().filter_map(|known| Some((known.known_at(), known.open(cutoff)?))) {
        if line.game != game {
            continue;
        }
        let seen_at = line.observed_at.unwrap_or(known_at);
        let (at, lines) = newest.entry((line.player, line.market, line.book)).or_insert((seen_at, Vec::new()));
        if seen_at > *at {
            (*at, *lines) = (seen_at, Vec::new());
        }
        if seen_at == *at {
            lines.push(line.clone());
        }
    }
    newest.into_values().flat_map(|(_, lines)| lines).collect()
}
