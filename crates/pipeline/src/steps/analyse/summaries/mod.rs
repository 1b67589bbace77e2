//! Summaries of finished games.
//!
//! Summaries are facts derived from facts, so they have versions too: one for every instant at which what was
//! known about the game changed. An older cutoff therefore still sees the summary of its day.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use domain::{
    BoxScore, Cutoff, FinalScore, Fraction, Game, GameId, Known, PlayerGameSummary, PlayerId, PlayerShots, Provenance,
    StatLine, Team, TeamDefenseGameSummary, TeamOffenseGameSummary, Venue, ZoneShots,
};
use jiff::Timestamp;

use crate::ports::SlateFacts;

/// Every player's game.
pub(super) fn players(facts: &SlateFacts) -> Vec<Known<PlayerGameSummary>> {
    versions(facts, player_summaries)
}

/// Every team's game with the ball.
pub(super) fn offenses(facts: &SlateFacts) -> Vec<Known<TeamOffenseGameSummary>> {
    versions(facts, offense_summaries)
}

/// Every team's game without the ball.
pub(super) fn defenses(facts: &SlateFacts) -> Vec<Known<TeamDefenseGameSummary>> {
    versions(facts, defense_summaries)
}

/// One game as known at one instant.
struct GameView<'a> {
    game: &'a Game,
    score: Option<&'a FinalScore>,
    boxes: Vec<&'a BoxScore>,
    shots: BTreeMap<PlayerId, ZoneShots>,
    provenance: Provenance,
}

/// Applies `summarise` to every game at every instant its facts changed, keeping what changed with them.
fn versions<T: Clone + PartialEq, K: Ord + Copy>(
    facts: &SlateFacts,
    summarise: fn(&GameView<'_>) -> Vec<(K, T)>,
) -> Vec<Known<T>> {
    let mut summaries = Vec::new();
    let mut newest = BTreeMap::<(GameId, K), T>::new();
    for instant in instants(facts) {
        for view in views(facts, Cutoff::at(instant)) {
            for (subject, summary) in summarise(&view) {
                if newest.insert((view.game.id, subject), summary.clone()).as_ref() != Some(&summary) {
                    summaries.push(Known::new(summary, instant, view.provenance));
                }
            }
        }
    }
    summaries
}

/// The instants at which something about the slate's games became known.
fn instants(facts: &SlateFacts) -> BTreeSet<Timestamp> {
    fn of<T>(facts: &[Known<T>]) -> impl Iterator<Item = Timestamp> {
        facts.iter().map(Known::known_at)
    }
    of(&facts.games).chain(of(&facts.scores)).chain(of(&facts.box_scores)).chain(of(&facts.shots)).collect()
}

fn views(facts: &SlateFacts, cutoff: Cutoff) -> Vec<GameView<'_>> {
    let open_games = facts.games.iter().filter_map(|game| game.open(cutoff));
    let mut views: BTreeMap<GameId, GameView<'_>> = open_games
        .map(|game| {
            let provenance = Provenance::Observed;
            (game.id, GameView { game, score: None, boxes: Vec::new(), shots: BTreeMap::new(), provenance })
        })
        .collect();
    for score in &facts.scores {
        if let Some((open, view)) = score.open(cutoff).and_then(|open| Some((open, views.get_mut(&open.game)?))) {
            view.score = Some(open);
            view.provenance = view.provenance.max(score.provenance());
        }
    }
    for row in &facts.box_scores {
        if let Some((open, view)) = row.open(cutoff).and_then(|open| Some((open, views.get_mut(&open.game)?))) {
            view.boxes.push(open);
            view.provenance = view.provenance.max(row.provenance());
        }
    }
    for shots in &facts.shots {
        let open: Option<&PlayerShots> = shots.open(cutoff);
        if let Some((open, view)) = open.and_then(|open| Some((open, views.get_mut(&open.game)?))) {
            view.shots.insert(open.player, open.zones.by_zone());
            view.provenance = view.provenance.max(shots.provenance());
        }
    }
    views.into_values().collect()
}

/// What a team did together.
#[derive(Default)]
struct TeamTotals {
    minutes: f64,
    possessions_used: f64,
    possessions: f64,
}

impl TeamTotals {
    fn of(view: &GameView<'_>, team: Team) -> Self {
        let mut totals = Self::default();
        let lines = view.boxes.iter().filter(|row| row.team == team).filter_map(|row| row.appearance.played());
        for line in lines {
            totals.minutes += line.playtime.minutes();
            totals.possessions_used += used(line);
            totals.possessions += used(line) - f64::from(line.offensive_rebounds);
        }
        totals
    }
}

/// Possessions a player ended: shots, trips to the line and turnovers.
fn used(line: &StatLine) -> f64 {
    f64::from(line.goals_attempted) + 0.44 * f64::from(line.free_throws_attempted) + f64::from(line.turnovers)
}

fn player_summaries(view: &GameView<'_>) -> Vec<(PlayerId, PlayerGameSummary)> {
    let totals = [view.game.home, view.game.away].map(|team| (team, TeamTotals::of(view, team)));
    view.boxes
        .iter()
        .map(|row| {
            let team = totals.iter().find(|(team, _)| *team == row.team).map(|(_, totals)| totals);
            let played = row.appearance.played();
            let summary = PlayerGameSummary {
                game: row.game,
                slate: row.slate,
                player: row.player,
                team: row.team,
                opponent: row.opponent,
                venue: row.venue,
                appearance: row.appearance,
                usage: played.zip(team).and_then(|(line, team)| usage(line, team)),
                true_shooting: played.and_then(true_shooting),
                zones: view.shots.get(&row.player).copied().or_else(|| no_shots(played)),
            };
            (row.player, summary)
        })
        .collect()
}

/// Share of the team's possessions ended while on court.
fn usage(line: &StatLine, team: &TeamTotals) -> Option<Fraction> {
    let on_court = line.playtime.minutes() / (team.minutes / 5.0);
    (on_court > 0.0).then(|| Fraction::of(used(line) / on_court, team.possessions_used)).flatten()
}

/// Points per two true shooting attempts.
fn true_shooting(line: &StatLine) -> Option<f64> {
    let attempts = f64::from(line.goals_attempted) + 0.44 * f64::from(line.free_throws_attempted);
    (attempts > 0.0).then(|| f64::from(line.points) / (2.0 * attempts))
}

/// The zone source lists only players with an attempt; for others no row means no shots.
fn no_shots(played: Option<&StatLine>) -> Option<ZoneShots> {
    played.filter(|line| line.goals_attempted == 0).map(|_| ZoneShots::default())
}

/// A game is 48 minutes and at most a few overtimes. Box scores lose seconds, at worst two minutes a man in twelve
/// seasons; a player who is missing altogether tears one.
const WHOLE_GAME_MINUTES: Range<f64> = 45.0..90.0;

/// Both teams' possessions and pace; nothing unless both have a whole box score.
fn tempo(view: &GameView<'_>) -> Option<(f64, f64)> {
    let [home, away] = [view.game.home, view.game.away].map(|team| TeamTotals::of(view, team));
    let minutes = [&home, &away].map(|totals| totals.minutes / 5.0);
    let possessions = f64::midpoint(home.possessions, away.possessions);
    let whole = minutes.iter().all(|minutes| WHOLE_GAME_MINUTES.contains(minutes));
    whole.then(|| (possessions, possessions / f64::midpoint(minutes[0], minutes[1]) * 48.0))
}

/// Each team with its opponent, venue, points and points allowed.
fn sides(view: &GameView<'_>) -> Vec<(Team, Team, Venue, u16, u16)> {
    let Some(score) = view.score else { return Vec::new() };
    let game = view.game;
    vec![
        (game.home, game.away, Venue::Home, score.home_points, score.away_points),
        (game.away, game.home, Venue::Away, score.away_points, score.home_points),
    ]
}

fn offense_summaries(view: &GameView<'_>) -> Vec<(Team, TeamOffenseGameSummary)> {
    let Some((possessions, pace)) = tempo(view) else { return Vec::new() };
    sides(view)
        .into_iter()
        .map(|(team, opponent, venue, points, opponent_points)| {
            let summary = TeamOffenseGameSummary {
                game: view.game.id,
                slate: view.game.slate,
                team,
                opponent,
                venue,
                points,
                opponent_points,
                possessions,
                pace,
                offensive_rating: 100.0 * f64::from(points) / possessions,
            };
            (team, summary)
        })
        .collect()
}

fn defense_summaries(view: &GameView<'_>) -> Vec<(Team, TeamDefenseGameSummary)> {
    let Some((possessions, pace)) = tempo(view) else { return Vec::new() };
    sides(view)
        .into_iter()
        .map(|(team, opponent, venue, _, points_allowed)| {
            let summary = TeamDefenseGameSummary {
                game: view.game.id,
                slate: view.game.slate,
                team,
                opponent,
                venue,
                points_allowed,
                defensive_rating: 100.0 * f64::from(points_allowed) / possessions,
                pace,
                zones_allowed: zones_of(view, opponent),
            };
            (team, summary)
        })
        .collect()
}

/// A team's shots by zone, where the source has any of its players.
fn zones_of(view: &GameView<'_>, team: Team) -> Option<ZoneShots> {
    let mut total = ZoneShots::default();
    let mut any = false;
    for row in view.boxes.iter().filter(|row| row.team == team) {
        if let Some(zones) = view.shots.get(&row.player) {
            total += *zones;
            any = true;
        }
    }
    any.then_some(total)
}

#[cfg(test)]
mod tests;
