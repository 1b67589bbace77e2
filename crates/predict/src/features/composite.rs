//! Phase 4, `player_composite_factors`: fatigue, zone mismatch, pace and usage as one number each.
//!
//! Every factor has one direction, stated on its field, and the property tests hold systems to it.

use domain::{Availability, GameDate, GameId, PlayerId, Zone};

use super::context::UpcomingPlayerGameContext;
use super::form::PlayerDailyCache;
use super::zones::{PlayerShotZoneAnalysis, TeamDefenseZoneAnalysis};

/// A row of `player_composite_factors`.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayerCompositeFactors {
    /// The game it is computed for.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// 100 is fresh, 0 is exhausted: higher never lowers a prediction.
    pub fatigue_score: Option<f64>,
    /// Percentage points, -10 to 10, by which the opponent is weaker where the player shoots: higher never lowers.
    pub shot_zone_mismatch_score: Option<f64>,
    /// -3 to 3, half of the opponent's pace less the league's: higher never lowers.
    pub pace_score: Option<f64>,
    /// -3 to 3, expected usage above the last week's, in percentage points times 0.3.
    pub usage_spike_score: Option<f64>,
    /// -2 to 2, player's days off less the opponent's: higher never lowers.
    pub rest_advantage: Option<f64>,
    /// 0 available, 2 questionable, 3 out.
    pub injury_risk: f64,
}

/// One row a player, in the order of `players`; the other rows are matched by key.
pub fn composite_factors(
    players: &[UpcomingPlayerGameContext],
    caches: &[PlayerDailyCache],
    shot_zones: &[PlayerShotZoneAnalysis],
    defenses: &[TeamDefenseZoneAnalysis],
) -> Vec<PlayerCompositeFactors> {
    players
        .iter()
        .map(|context| {
            let key = (context.game, context.player);
            let cache = caches.iter().find(|row| (row.game, row.player) == key);
            let shots = shot_zones.iter().find(|row| (row.game, row.player) == key);
            let defense = defenses.iter().find(|row| (row.game, row.team) == (context.game, context.opponent));
            PlayerCompositeFactors {
                game: context.game,
                slate: context.slate,
                player: context.player,
                fatigue_score: fatigue_score(context, cache.and_then(|cache| cache.minutes_avg_last_10)),
                shot_zone_mismatch_score: shots.zip(defense).and_then(|(shots, defense)| mismatch(shots, defense)),
                pace_score: context.pace_differential.map(|differential| (differential / 2.0).clamp(-3.0, 3.0)),
                usage_spike_score: usage_spike(context),
                rest_advantage: rest_advantage(context),
                injury_risk: match context.availability {
                    Availability::Available => 0.0,
                    Availability::Questionable => 2.0,
                    Availability::Out => 3.0,
                },
            }
        })
        .collect()
}

/// Starts at 100: -15 on a back-to-back, +5 after three days off, -10 from four games in seven days, -10 above
/// 240 minutes in them, -8 above 35 minutes a game, -12 from two back-to-backs in 14 days and -5 from one.
/// The original's age terms need birth dates, which no archive has. Nothing for a player not seen in 30 days.
fn fatigue_score(context: &UpcomingPlayerGameContext, minutes_avg: Option<f64>) -> Option<f64> {
    let rest = context.rest?;
    let mut score: f64 = 100.0;
    if rest.is_back_to_back() {
        score -= 15.0;
    }
    if rest.days() >= 3 {
        score += 5.0;
    }
    if context.games_last_7 >= 4 {
        score -= 10.0;
    }
    if context.minutes_last_7 > 240.0 {
        score -= 10.0;
    }
    if minutes_avg.is_some_and(|minutes| minutes > 35.0) {
        score -= 8.0;
    }
    score -= match context.back_to_backs_last_14 {
        0 => 0.0,
        1 => 5.0,
        _ => 12.0,
    };
    Some(score.clamp(0.0, 100.0))
}

/// The opponent's weakness in the player's zone, scaled by how much he shoots there; for a balanced player, in
/// all zones by his shares.
fn mismatch(shots: &PlayerShotZoneAnalysis, defense: &TeamDefenseZoneAnalysis) -> Option<f64> {
    let in_zone = |zone| {
        let share = shots.share(zone)?.get();
        Some((share, defense.versus_league(zone)?))
    };
    let raw = match shots.primary_zone() {
        Some(zone) => in_zone(zone).map(|(share, weakness)| weakness * (share / 0.5).min(1.0))?,
        None => {
            let zones: Vec<(f64, f64)> = Zone::ALL.into_iter().map(in_zone).collect::<Option<_>>()?;
            zones.into_iter().map(|(share, weakness)| share * weakness).sum()
        }
    };
    let emphasised = if raw.abs() > 5.0 { raw * 1.2 } else { raw };
    Some(emphasised.clamp(-10.0, 10.0))
}

/// Expected usage above the last seven days', in percentage points, times 0.3; more when stars are out.
fn usage_spike(context: &UpcomingPlayerGameContext) -> Option<f64> {
    let rise = 100.0 * (context.projected_usage? - context.usage_last_7?) * 0.3;
    let vacated = match context.stars_out {
        0 => 1.0,
        1 => 1.15,
        _ => 1.30,
    };
    // A star's absence adds to a rise and softens a fall.
    let spike = if rise >= 0.0 { rise * vacated } else { rise / vacated };
    Some(spike.clamp(-3.0, 3.0))
}

fn rest_advantage(context: &UpcomingPlayerGameContext) -> Option<f64> {
    let difference = f64::from(context.rest?.days()) - f64::from(context.opponent_rest?.days());
    Some(difference.clamp(-2.0, 2.0))
}

#[cfg(test)]
mod tests {
    use domain::{Fraction, RestDays, Venue};

    use super::*;

    fn context() -> UpcomingPlayerGameContext {
        let slate: GameDate = "2025-01-15".parse().unwrap();
        UpcomingPlayerGameContext {
            game: "0022400561".parse().unwrap(),
            slate,
            player: PlayerId::new(1),
            team: "BOS".parse().unwrap(),
            opponent: "NYK".parse().unwrap(),
            venue: Venue::Home,
            tipoff: slate.at(19, 30),
            last_listed: slate.plus_days(-2),
            availability: Availability::Available,
            rest: RestDays::from_gap(2),
            opponent_rest: RestDays::from_gap(1),
            games_last_7: 3,
            minutes_last_7: 100.0,
            back_to_backs_last_14: 0,
            usage_last_7: Some(0.24),
            projected_usage: Some(0.26),
            stars_out: 0,
            pace_differential: Some(2.0),
            line: None,
            opening_line: None,
            books: 0,
        }
    }

    #[test]
    fn more_rest_never_lowers_the_fatigue_score() {
        for busy in [0, 3, 4] {
            let score = |gap| {
                let context =
                    UpcomingPlayerGameContext { rest: RestDays::from_gap(gap), games_last_7: busy, ..context() };
                fatigue_score(&context, Some(36.0)).unwrap()
            };
            for gap in 1..10 {
                assert!(score(gap + 1) >= score(gap), "gap {gap}, {busy} games");
            }
        }
    }

    #[test]
    fn fatigue_adds_up_by_hand() {
        assert_eq!(fatigue_score(&context(), Some(30.0)), Some(100.0));
        let tired = UpcomingPlayerGameContext {
            rest: RestDays::from_gap(1),
            games_last_7: 4,
            minutes_last_7: 250.0,
            back_to_backs_last_14: 2,
            ..context()
        };
        assert_eq!(fatigue_score(&tired, Some(36.0)), Some(100.0 - 15.0 - 10.0 - 10.0 - 8.0 - 12.0));
        assert_eq!(fatigue_score(&UpcomingPlayerGameContext { rest: None, ..context() }, None), None);
    }

    #[test]
    fn rest_advantage_compares_like_with_like() {
        assert_eq!(rest_advantage(&context()), Some(1.0));
        let fresh = UpcomingPlayerGameContext { rest: RestDays::from_gap(9), ..context() };
        assert_eq!(rest_advantage(&fresh), Some(2.0));
        assert_eq!(rest_advantage(&UpcomingPlayerGameContext { opponent_rest: None, ..context() }), None);
    }

    #[test]
    fn an_absent_star_raises_expected_usage() {
        let spike = |stars_out| usage_spike(&UpcomingPlayerGameContext { stars_out, ..context() }).unwrap();
        assert!((spike(0) - 0.6).abs() < 1e-9);
        assert!(spike(0) < spike(1) && spike(1) < spike(2));
        let falling = |stars_out| {
            let projected_usage = Some(0.20);
            usage_spike(&UpcomingPlayerGameContext { stars_out, projected_usage, ..context() }).unwrap()
        };
        assert!(falling(0) < falling(1));
    }

    #[test]
    fn a_weak_defence_where_the_player_shoots_is_positive() {
        let shots = PlayerShotZoneAnalysis {
            game: context().game,
            slate: context().slate,
            player: context().player,
            attempts: 100,
            paint: Fraction::of(0.6, 1.0),
            mid_range: Fraction::of(0.1, 1.0),
            three: Fraction::of(0.3, 1.0),
        };
        let allows = |paint| TeamDefenseZoneAnalysis {
            game: context().game,
            slate: context().slate,
            team: context().opponent,
            games: 15,
            defensive_rating: Some(114.0),
            pace: Some(99.0),
            paint_vs_league: Some(paint),
            mid_range_vs_league: Some(0.0),
            three_vs_league: Some(0.0),
        };
        assert_eq!(mismatch(&shots, &allows(4.0)), Some(4.0));
        assert_eq!(mismatch(&shots, &allows(-4.0)), Some(-4.0));
        assert_eq!(mismatch(&shots, &allows(6.0)), Some(6.0 * 1.2));
        assert_eq!(mismatch(&shots, &allows(20.0)), Some(10.0));
        let balanced = PlayerShotZoneAnalysis {
            paint: Fraction::of(0.35, 1.0),
            mid_range: Fraction::of(0.3, 1.0),
            three: Fraction::of(0.35, 1.0),
            ..shots
        };
        assert!((mismatch(&balanced, &allows(4.0)).unwrap() - 1.4).abs() < 1e-9);
    }
}
