//! Phase 4, `ml_feature_store`: the features of one player-game as one vector, missing ones marked as missing.

use domain::{Cutoff, Fraction, GameDate, GameId, PlayerId, RestDays, SeasonType, Team, Venue};
use jiff::Timestamp;

use super::catalogue::Feature;
use super::composite::PlayerCompositeFactors;
use super::context::UpcomingPlayerGameContext;
use super::form::PlayerDailyCache;
use super::zones::{PlayerShotZoneAnalysis, TeamDefenseZoneAnalysis};

/// Values by [`Feature`], and the cutoff they were computed at. A missing value has no number at all.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureVector {
    values: [Option<f64>; Feature::COUNT],
    cutoff: Cutoff,
}

impl FeatureVector {
    /// The value, unless it is missing.
    pub fn get(&self, feature: Feature) -> Option<f64> {
        self.values[feature as usize]
    }

    /// Nothing in it was known later than this.
    pub fn cutoff(&self) -> Cutoff {
        self.cutoff
    }

    /// Values in the order of [`Feature::ALL`].
    pub fn values(&self) -> &[Option<f64>; Feature::COUNT] {
        &self.values
    }

    /// Share of features that are there.
    pub fn completeness(&self) -> Fraction {
        let present = self.values.iter().flatten().count();
        Fraction::of(present as f64, Feature::COUNT as f64).expect("a part of a whole")
    }

    /// A vector read back from the feature store. Named for what it is: tidy allows it in the store only.
    pub fn rehydrate(values: [Option<f64>; Feature::COUNT], cutoff: Cutoff) -> Self {
        Self { values, cutoff }
    }

    /// The same vector with one value replaced: for asking "what if" in tests.
    #[cfg(test)]
    pub(crate) fn with(mut self, feature: Feature, value: Option<f64>) -> Self {
        self.values[feature as usize] = value;
        self
    }
}

/// A row of `ml_feature_store`.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureRow {
    /// Which game.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// His team.
    pub team: Team,
    /// Its opponent.
    pub opponent: Team,
    /// Bound of the start of play.
    pub tipoff: Timestamp,
    /// Games played, up to the 30 newest: what the averages rest on.
    pub games: u16,
    /// Days off since he last played.
    pub rest: Option<RestDays>,
    /// The features.
    pub vector: FeatureVector,
}

/// One row a player, in the order of `players`; the other rows are matched by key.
pub fn feature_rows(
    cutoff: Cutoff,
    players: &[UpcomingPlayerGameContext],
    caches: &[PlayerDailyCache],
    shot_zones: &[PlayerShotZoneAnalysis],
    defenses: &[TeamDefenseZoneAnalysis],
    factors: &[PlayerCompositeFactors],
) -> Vec<FeatureRow> {
    players
        .iter()
        .filter_map(|context| {
            let key = (context.game, context.player);
            let cache = caches.iter().find(|row| (row.game, row.player) == key)?;
            let shots = shot_zones.iter().find(|row| (row.game, row.player) == key)?;
            let factors = factors.iter().find(|row| (row.game, row.player) == key)?;
            let defense = defenses.iter().find(|row| (row.game, row.team) == (context.game, context.opponent))?;
            let values = Feature::ALL.map(|feature| value(feature, context, cache, shots, defense, factors));
            Some(FeatureRow {
                game: context.game,
                slate: context.slate,
                player: context.player,
                team: context.team,
                opponent: context.opponent,
                tipoff: context.tipoff,
                games: cache.games,
                rest: context.rest,
                vector: FeatureVector { values, cutoff },
            })
        })
        .collect()
}

fn value(
    feature: Feature,
    context: &UpcomingPlayerGameContext,
    cache: &PlayerDailyCache,
    shots: &PlayerShotZoneAnalysis,
    defense: &TeamDefenseZoneAnalysis,
    factors: &PlayerCompositeFactors,
) -> Option<f64> {
    let flag = |set: bool| Some(if set { 1.0 } else { 0.0 });
    let number = match feature {
        Feature::PointsAvgLast5 => cache.points_avg_last_5,
        Feature::PointsAvgLast10 => cache.points_avg_last_10,
        Feature::PointsAvgSeason => cache.points_avg_season,
        Feature::PointsStdLast10 => cache.points_std_last_10,
        Feature::GamesInLast7Days => Some(f64::from(context.games_last_7)),
        Feature::FatigueScore => factors.fatigue_score,
        Feature::ShotZoneMismatchScore => factors.shot_zone_mismatch_score,
        Feature::PaceScore => factors.pace_score,
        Feature::UsageSpikeScore => factors.usage_spike_score,
        Feature::RestAdvantage => factors.rest_advantage,
        Feature::InjuryRisk => Some(factors.injury_risk),
        Feature::RecentTrend => cache.recent_trend,
        Feature::MinutesChange => cache.minutes_change,
        Feature::OpponentDefRating => defense.defensive_rating,
        Feature::OpponentPace => defense.pace,
        Feature::HomeAway => flag(context.venue == Venue::Home),
        Feature::BackToBack => flag(context.rest.is_some_and(RestDays::is_back_to_back)),
        Feature::PlayoffGame => flag(context.game.season_type() == SeasonType::Playoffs),
        Feature::PctPaint => shots.paint.map(Fraction::get),
        Feature::PctMidRange => shots.mid_range.map(Fraction::get),
        Feature::PctThree => shots.three.map(Fraction::get),
        Feature::PctFreeThrow => cache.free_throw_share,
        Feature::TeamPace => cache.team_pace,
        Feature::TeamOffRating => cache.team_offensive_rating,
        Feature::TeamWinPct => cache.team_win_share,
        Feature::VegasPointsLine => context.line,
        Feature::VegasOpeningLine => context.opening_line,
        Feature::VegasLineMove => context.line.zip(context.opening_line).map(|(newest, first)| newest - first),
        Feature::HasVegasLine => flag(context.line.is_some()),
        Feature::AvgPointsVsOpponent => cache.points_avg_vs_opponent,
        Feature::GamesVsOpponent => Some(f64::from(cache.games_vs_opponent)),
        Feature::MinutesAvgLast10 => cache.minutes_avg_last_10,
        Feature::PpmAvgLast10 => cache.points_per_minute_last_10,
    };
    number.filter(|number| number.is_finite())
}
