//! Past slates as they looked at their cutoffs, and what then happened.

use std::collections::BTreeMap;

use domain::{Cutoff, Dated, Edition, Game, GameDate, GameId, Known, Market, PlayerId, PropLine, Role};
use jiff::Timestamp;
use predict::features::{UpcomingPlayerGameContext, lines_known, player_contexts, team_contexts};
use predict::inputs::{Inputs, LeagueForm, Lineup, inputs};
use predict::History;

/// What a player did.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// What the market counts.
    pub count: u16,
    /// Minutes on court.
    pub minutes: f64,
}

/// A slate and every version of what is known of its games and lines.
pub struct PastSlate {
    /// The slate at its morning cutoff.
    pub edition: Edition,
    games: Vec<Known<Game>>,
    lines: Vec<Known<PropLine>>,
}

/// One player of a past slate.
pub struct PastRow {
    /// Who, where, when.
    pub context: UpcomingPlayerGameContext,
    /// What models read.
    pub inputs: Inputs,
}

impl PastSlate {
    /// Everybody's rows as of the slate's cutoff.
    pub fn rows(&self, history: &History, market: Market, late: bool) -> Vec<PastRow> {
        let cutoff = self.edition.cutoff;
        let games: Vec<Game> = Game::scheduled(&self.games, self.edition.slate, cutoff).cloned().collect();
        if games.is_empty() { return Vec::new(); }
        let snapshot = history.as_of(cutoff);
        let teams = team_contexts(&snapshot, &games);
        let lines = lines_known(&snapshot, &self.lines);
        let players = player_contexts(&snapshot, &teams, &lines);
        let form = LeagueForm::of(&snapshot, market);
        let mut lineups = BTreeMap::<GameId, Lineup>::new();
        if late {
            let after = history.as_of(Cutoff::at(Timestamp::MAX));
            for player in &players {
                if let Some(game) = after.played_games(player.player).find(|game| game.summary.game == player.game) {
                    let lineup = lineups.entry(player.game).or_default();
                    lineup.present.insert(player.player);
                    if game.role() == Some(Role::Starter) { lineup.starters.insert(player.player); }
                }
            }
        }
        let rows = inputs(&snapshot, &form, &teams, &players, &lineups);
        players.into_iter().zip(rows).map(|(context, inputs)| PastRow { context, inputs }).collect()
    }
}

/// Slates from games and lines.
pub fn past_slates(games: Vec<Known<Game>>, lines: Vec<Known<PropLine>>) -> Vec<PastSlate> {
    let mut lines = by_slate(lines);
    by_slate(games)
        .into_iter()
        .map(|(slate, games)| PastSlate {
            edition: Edition::scheduled(slate, &games),
            games,
            lines: lines.remove(&slate).unwrap_or_default(),
        })
        .collect()
}

fn by_slate<T: Dated>(facts: Vec<Known<T>>) -> BTreeMap<GameDate, Vec<Known<T>>> {
    let mut by_slate = BTreeMap::<GameDate, Vec<Known<T>>>::new();
    for fact in facts {
        by_slate.entry(fact.slate()).or_default().push(fact);
    }
    by_slate
}

/// What everybody did in every game.
pub fn outcomes(history: &History, players: impl Iterator<Item = PlayerId>, market: Market) -> BTreeMap<(GameId, PlayerId), Outcome> {
    let newest = history.as_of(Cutoff::at(Timestamp::MAX));
    let mut outcomes = BTreeMap::new();
    for player in players {
        for game in newest.played_games(player) {
            outcomes.insert((game.summary.game, player), Outcome { count: market.count(game.line), minutes: game.line.playtime.minutes() });
        }
    }
    outcomes
}
