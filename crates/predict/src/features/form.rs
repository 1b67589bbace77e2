//! Phase 4, `player_daily_cache`: rolling averages of a player's own games and of his team's.

use domain::{Fraction, GameDate, GameId, PlayerId};

use super::context::{UpcomingPlayerGameContext, UpcomingTeamGameContext};
use crate::Snapshot;
use crate::league::mean;
use crate::snapshot::{PlayedGame, season_games};

/// A row of `player_daily_cache`. Averages are over games played, newest first, and missing where there are none.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayerDailyCache {
    /// The game it is computed for.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// Games played, up to the 30 newest: what the averages rest on.
    pub games: u16,
    /// Games played this season.
    pub games_season: u16,
    /// Points, newest 5 games.
    pub points_avg_last_5: Option<f64>,
    /// Points, newest 10 games.
    pub points_avg_last_10: Option<f64>,
    /// Points, this season.
    pub points_avg_season: Option<f64>,
    /// Standard deviation of points over the newest 10 games, of at least 3.
    pub points_std_last_10: Option<f64>,
    /// Minutes, newest 10 games of the last 30 days.
    pub minutes_avg_last_10: Option<f64>,
    /// Minutes, this season.
    pub minutes_avg_season: Option<f64>,
    /// Points per minute over the same games as `minutes_avg_last_10`.
    pub points_per_minute_last_10: Option<f64>,
    /// Newest three games against the two before: -2 falling to +2 rising.
    pub recent_trend: Option<f64>,
    /// Minutes of the newest five games against the season: -2 fewer to +2 more.
    pub minutes_change: Option<f64>,
    /// Share of points made at the line, newest 10 games, at most a half.
    pub free_throw_share: Option<f64>,
    /// Points against tonight's opponent over three years.
    pub points_avg_vs_opponent: Option<f64>,
    /// Games against tonight's opponent over three years.
    pub games_vs_opponent: u16,
    /// Team's possessions per 48 minutes.
    pub team_pace: Option<f64>,
    /// Team's points per 100 possessions.
    pub team_offensive_rating: Option<f64>,
    /// Team's share of games won this season.
    pub team_win_share: Option<f64>,
}

const RECENT_DAYS: i32 = 30;

/// One row a player, in the order of `players`.
pub fn daily_cache(
    snapshot: &Snapshot<'_>,
    players: &[UpcomingPlayerGameContext],
    teams: &[UpcomingTeamGameContext],
) -> Vec<PlayerDailyCache> {
    players
        .iter()
        .map(|player| {
            let team = teams.iter().find(|team| team.game == player.game && team.team == player.team);
            cache(snapshot, player, team)
        })
        .collect()
}

fn cache(
    snapshot: &Snapshot<'_>,
    context: &UpcomingPlayerGameContext,
    team: Option<&UpcomingTeamGameContext>,
) -> PlayerDailyCache {
    let age = |game: &PlayedGame<'_>| context.slate.days_since(game.summary.slate);
    let all: Vec<PlayedGame<'_>> = snapshot.played_games(context.player).collect();
    let season: Vec<PlayedGame<'_>> = season_games(&all, context.game.season()).copied().collect();
    let last_10 = &all[..all.len().min(10)];
    let recent: Vec<PlayedGame<'_>> = last_10.iter().copied().take_while(|game| age(game) <= RECENT_DAYS).collect();
    let versus: Vec<PlayedGame<'_>> =
        all.iter().copied().filter(|game| game.summary.opponent == context.opponent).collect();
    PlayerDailyCache {
        game: context.game,
        slate: context.slate,
        player: context.player,
        games: all.len().min(30) as u16,
        games_season: season.len() as u16,
        points_avg_last_5: mean(last_10.iter().take(5).map(points), 1),
        points_avg_last_10: mean(last_10.iter().map(points), 1),
        points_avg_season: mean(season.iter().map(points), 1),
        points_std_last_10: standard_deviation(&last_10.iter().map(points).collect::<Vec<_>>()),
        minutes_avg_last_10: mean(recent.iter().map(minutes), 1),
        minutes_avg_season: mean(season.iter().map(minutes), 1),
        points_per_minute_last_10: per_minute(&recent),
        recent_trend: recent_trend(&last_10.iter().map(points).collect::<Vec<_>>()),
        minutes_change: minutes_change(&season),
        free_throw_share: free_throw_share(last_10),
        points_avg_vs_opponent: mean(versus.iter().map(points), 1),
        games_vs_opponent: versus.len() as u16,
        team_pace: team.and_then(|team| team.pace),
        team_offensive_rating: team.and_then(|team| team.offensive_rating),
        team_win_share: team.and_then(|team| team.win_share),
    }
}

fn points(game: &PlayedGame<'_>) -> f64 {
    f64::from(game.line.points)
}

fn minutes(game: &PlayedGame<'_>) -> f64 {
    game.line.playtime.minutes()
}

/// Sample standard deviation of at least three values.
fn standard_deviation(values: &[f64]) -> Option<f64> {
    let average = mean(values.iter().copied(), 3)?;
    let squares: f64 = values.iter().map(|value| (value - average).powi(2)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

fn per_minute(games: &[PlayedGame<'_>]) -> Option<f64> {
    let played: f64 = games.iter().map(minutes).sum();
    (played > 0.0).then(|| games.iter().map(points).sum::<f64>() / played)
}

/// Mean of the newest three less the mean of the two before, in steps: +1 from two points up, +2 from five.
fn recent_trend(newest_first: &[f64]) -> Option<f64> {
    let (newest, before) = (newest_first.get(..3)?, newest_first.get(3..5)?);
    Some(step(mean(newest.iter().copied(), 3)? - mean(before.iter().copied(), 2)?, 2.0, 5.0))
}

/// Minutes of the newest five games of the season relative to the season's mean: +1 from 10 % up, +2 from 20 %.
fn minutes_change(season: &[PlayedGame<'_>]) -> Option<f64> {
    let average = mean(season.iter().map(minutes), 5)?;
    let newest = mean(season.iter().take(5).map(minutes), 5)?;
    (average > 0.0).then(|| step(newest / average - 1.0, 0.10, 0.20))
}

/// A fifth more is a fifth more, also in binary.
const ROUNDING: f64 = 1e-9;

/// -2, -1, 0, 1 or 2, by two symmetric thresholds, each of which counts as passed by who stands on it.
fn step(change: f64, small: f64, large: f64) -> f64 {
    match change.abs() + ROUNDING {
        size if size >= large => 2.0_f64.copysign(change),
        size if size >= small => 1.0_f64.copysign(change),
        _ => 0.0,
    }
}

fn free_throw_share(games: &[PlayedGame<'_>]) -> Option<f64> {
    let made: f64 = games.iter().map(|game| f64::from(game.line.free_throws_made)).sum();
    Fraction::of(made, games.iter().map(points).sum()).map(|share| share.get().min(0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trend_rises_when_the_newest_games_are_better() {
        assert_eq!(recent_trend(&[30.0, 28.0, 26.0, 20.0, 18.0]), Some(2.0));
        assert_eq!(recent_trend(&[20.0, 21.0, 22.0, 18.0, 19.0]), Some(1.0));
        assert_eq!(recent_trend(&[10.0, 10.0, 10.0, 18.0, 20.0]), Some(-2.0));
        assert_eq!(recent_trend(&[20.0, 20.0, 20.0, 20.0, 20.0]), Some(0.0));
        assert_eq!(recent_trend(&[20.0, 20.0, 20.0, 20.0]), None);
    }

    #[test]
    fn a_standard_deviation_is_the_samples() {
        assert_eq!(standard_deviation(&[2.0, 4.0, 6.0]), Some(2.0));
        assert_eq!(standard_deviation(&[2.0, 4.0]), None);
    }
}
