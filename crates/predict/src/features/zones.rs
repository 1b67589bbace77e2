//! Phase 4, zones: where a player shoots from (`player_shot_zone_analysis`) and what a defence allows there
//! (`team_defense_zone_analysis`).

use domain::{Fraction, GameDate, GameId, PlayerId, Team, Zone, ZoneShots};

use super::context::{UpcomingPlayerGameContext, UpcomingTeamGameContext};
use crate::Snapshot;
use crate::league::{RATING_WINDOW, ZoneShots32, mean};

/// A row of `player_shot_zone_analysis`: shares of the shots of his newest ten games with zones.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayerShotZoneAnalysis {
    /// The game it is computed for.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// Shots the shares rest on.
    pub attempts: u16,
    /// Share of shots in the paint.
    pub paint: Option<Fraction>,
    /// Share of shots from mid-range.
    pub mid_range: Option<Fraction>,
    /// Share of shots behind the arc.
    pub three: Option<Fraction>,
}

impl PlayerShotZoneAnalysis {
    /// The share of one zone.
    pub fn share(&self, zone: Zone) -> Option<Fraction> {
        match zone {
            Zone::Paint => self.paint,
            Zone::MidRange => self.mid_range,
            Zone::Three => self.three,
        }
    }

    /// The zone a player lives in: at least 40 % of his shots, 35 % for mid-range; nothing for a balanced player.
    pub fn primary_zone(&self) -> Option<Zone> {
        let at_least = |zone, share| self.share(zone).is_some_and(|s| s.get() >= share);
        [(Zone::Paint, 0.40), (Zone::Three, 0.40), (Zone::MidRange, 0.35)]
            .into_iter()
            .find(|(zone, share)| at_least(*zone, *share))
            .map(|(zone, _)| zone)
    }
}

/// A row of `team_defense_zone_analysis`: newest 15 games against the league.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamDefenseZoneAnalysis {
    /// The game it is computed for.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Whose defence.
    pub team: Team,
    /// Games it rests on.
    pub games: u16,
    /// Points allowed per 100 possessions. Higher is weaker.
    pub defensive_rating: Option<f64>,
    /// Possessions per 48 minutes.
    pub pace: Option<f64>,
    /// Percentage points by which opponents shoot better in the paint than against the league. Higher is weaker.
    pub paint_vs_league: Option<f64>,
    /// The same for mid-range.
    pub mid_range_vs_league: Option<f64>,
    /// The same behind the arc.
    pub three_vs_league: Option<f64>,
}

impl TeamDefenseZoneAnalysis {
    /// How much weaker than the league the defence is in one zone, in percentage points.
    pub fn versus_league(&self, zone: Zone) -> Option<f64> {
        match zone {
            Zone::Paint => self.paint_vs_league,
            Zone::MidRange => self.mid_range_vs_league,
            Zone::Three => self.three_vs_league,
        }
    }
}

/// Fewer shots than this say nothing about where a player shoots from.
const MIN_ATTEMPTS: u16 = 10;

/// Fewer games than this say nothing about a defence.
const MIN_GAMES: usize = 3;

/// One row a player, in the order of `players`.
pub fn shot_zone_analysis(
    snapshot: &Snapshot<'_>,
    players: &[UpcomingPlayerGameContext],
) -> Vec<PlayerShotZoneAnalysis> {
    players
        .iter()
        .map(|context| {
            let mut shots = ZoneShots::default();
            for zones in snapshot.played_games(context.player).filter_map(|game| game.summary.zones).take(10) {
                shots += zones;
            }
            let enough = shots.attempted() >= MIN_ATTEMPTS;
            let share = |zone| {
                Fraction::of(f64::from(shots.zone(zone).attempted), f64::from(shots.attempted())).filter(|_| enough)
            };
            PlayerShotZoneAnalysis {
                game: context.game,
                slate: context.slate,
                player: context.player,
                attempts: shots.attempted(),
                paint: share(Zone::Paint),
                mid_range: share(Zone::MidRange),
                three: share(Zone::Three),
            }
        })
        .collect()
}

/// One row a team, in the order of `teams`.
pub fn defense_zone_analysis(
    snapshot: &Snapshot<'_>,
    teams: &[UpcomingTeamGameContext],
) -> Vec<TeamDefenseZoneAnalysis> {
    teams
        .iter()
        .map(|context| {
            let games: Vec<_> = snapshot.defense_games(context.team).take(RATING_WINDOW).collect();
            let mut allowed = ZoneShots32::default();
            let zones: Vec<_> = games.iter().filter_map(|game| game.zones_allowed.as_ref()).collect();
            for zones in &zones {
                allowed.add(zones);
            }
            let versus = |zone| {
                let percentage = allowed.percentage(zone).filter(|_| zones.len() >= MIN_GAMES)?;
                Some(percentage - snapshot.league().percentage(zone)?)
            };
            TeamDefenseZoneAnalysis {
                game: context.game,
                slate: context.slate,
                team: context.team,
                games: games.len() as u16,
                defensive_rating: mean(games.iter().map(|game| game.defensive_rating), MIN_GAMES),
                pace: mean(games.iter().map(|game| game.pace), MIN_GAMES),
                paint_vs_league: versus(Zone::Paint),
                mid_range_vs_league: versus(Zone::MidRange),
                three_vs_league: versus(Zone::Three),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primary_zone_follows_the_shares() {
        let check = |paint: f64, mid: f64, three: f64, expected| {
            let row = PlayerShotZoneAnalysis {
                game: "0022400561".parse().unwrap(),
                slate: "2025-01-15".parse().unwrap(),
                player: PlayerId::new(1),
                attempts: 100,
                paint: Fraction::of(paint, 1.0),
                mid_range: Fraction::of(mid, 1.0),
                three: Fraction::of(three, 1.0),
            };
            assert_eq!(row.primary_zone(), expected, "{paint} {mid} {three}");
        };
        check(0.6, 0.1, 0.3, Some(Zone::Paint));
        check(0.2, 0.1, 0.7, Some(Zone::Three));
        check(0.3, 0.36, 0.34, Some(Zone::MidRange));
        check(0.35, 0.3, 0.35, None);
    }
}
