//! Contexts, averages and features come back as they were written, missing numbers missing.

use domain::{Availability, Edition, Fraction, PlayerId, RestDays, Venue};
use jiff::SignedDuration;
use pipeline::{Rows, Step};
use predict::features::{
    Feature, FeatureRow, FeatureVector, PlayerCompositeFactors, PlayerDailyCache, PlayerShotZoneAnalysis,
    TeamDefenseZoneAnalysis, UpcomingPlayerGameContext, UpcomingTeamGameContext,
};

use crate::attempts::now;
use crate::night::{boston_game, jokic, slate, team};
use crate::outputs::assert_reads_back;
use crate::place::Place;

pub(crate) async fn contexts_of_teams_read_back(place: Place) {
    let store = place.open().await;
    let away = UpcomingTeamGameContext {
        game: boston_game(),
        slate: slate(),
        team: team("BOS"),
        opponent: team("DEN"),
        venue: Venue::Home,
        tipoff: now(),
        rest: RestDays::from_gap(1),
        games_last_7: 3,
        games_season: 40,
        win_share: Some(0.7),
        pace: Some(99.5),
        offensive_rating: Some(119.25),
    };
    let unknown = UpcomingTeamGameContext {
        team: team("DEN"),
        rest: None,
        win_share: None,
        pace: None,
        offensive_rating: None,
        ..away.clone()
    };
    assert_reads_back!(store, Step::UpcomingTeamGameContext, Rows::TeamContexts, vec![away, unknown]);
}

pub(crate) async fn contexts_of_players_read_back(place: Place) {
    let store = place.open().await;
    let player = UpcomingPlayerGameContext {
        game: boston_game(),
        slate: slate(),
        player: PlayerId::new(1),
        team: team("DEN"),
        opponent: team("BOS"),
        venue: Venue::Away,
        tipoff: now(),
        last_listed: slate().plus_days(-1),
        availability: Availability::Out,
        rest: RestDays::from_gap(i32::from(u16::MAX) + 1),
        opponent_rest: RestDays::from_gap(2),
        games_last_7: 4,
        minutes_last_7: 133.4,
        back_to_backs_last_14: 1,
        usage_last_7: Some(0.31),
        projected_usage: Some(0.29),
        stars_out: 2,
        pace_differential: Some(-1.5),
        line: Some(26.5),
        opening_line: Some(27.0),
        books: 9,
    };
    let unknown = UpcomingPlayerGameContext {
        player: PlayerId::new(2),
        availability: Availability::Available,
        rest: None,
        opponent_rest: None,
        usage_last_7: None,
        projected_usage: None,
        pace_differential: None,
        line: None,
        opening_line: None,
        ..player.clone()
    };
    assert_reads_back!(store, Step::UpcomingPlayerGameContext, Rows::PlayerContexts, vec![player, unknown]);
}

pub(crate) async fn averages_and_zones_read_back(place: Place) {
    let store = place.open().await;
    let cache = PlayerDailyCache {
        game: boston_game(),
        slate: slate(),
        player: jokic(),
        games: 30,
        games_season: 40,
        points_avg_last_5: Some(1.5),
        points_avg_last_10: Some(2.5),
        points_avg_season: Some(3.5),
        points_std_last_10: None,
        minutes_avg_last_10: Some(5.5),
        minutes_avg_season: Some(6.5),
        points_per_minute_last_10: Some(0.1 + 0.7),
        recent_trend: Some(-2.0),
        minutes_change: Some(2.0),
        free_throw_share: Some(0.125),
        points_avg_vs_opponent: None,
        games_vs_opponent: 11,
        team_pace: Some(99.0),
        team_offensive_rating: Some(120.0),
        team_win_share: Some(0.5),
    };
    assert_reads_back!(store, Step::PlayerDailyCache, Rows::DailyCaches, vec![cache]);
    let shots = PlayerShotZoneAnalysis {
        game: boston_game(),
        slate: slate(),
        player: jokic(),
        attempts: 170,
        paint: Fraction::of(1.0, 3.0),
        mid_range: None,
        three: Fraction::of(1.0, 1.0),
    };
    assert_reads_back!(store, Step::PlayerShotZoneAnalysis, Rows::ShotZones, vec![shots]);
    let defense = TeamDefenseZoneAnalysis {
        game: boston_game(),
        slate: slate(),
        team: team("BOS"),
        games: 15,
        defensive_rating: Some(110.5),
        pace: None,
        paint_vs_league: Some(-3.25),
        mid_range_vs_league: Some(0.0),
        three_vs_league: Some(1.75),
    };
    assert_reads_back!(store, Step::TeamDefenseZoneAnalysis, Rows::DefenseZones, vec![defense]);
    let factors = PlayerCompositeFactors {
        game: boston_game(),
        slate: slate(),
        player: jokic(),
        fatigue_score: Some(100.0),
        shot_zone_mismatch_score: Some(-10.0),
        pace_score: None,
        usage_spike_score: Some(3.0),
        rest_advantage: Some(-2.0),
        injury_risk: 2.0,
    };
    assert_reads_back!(store, Step::PlayerCompositeFactors, Rows::Composites, vec![factors]);
}

pub(crate) async fn features_read_back_with_the_missing_ones_missing(place: Place) {
    let store = place.open().await;
    let row = |number: u32, values| FeatureRow {
        game: boston_game(),
        slate: slate(),
        player: PlayerId::new(number),
        team: team("DEN"),
        opponent: team("BOS"),
        tipoff: now() + SignedDuration::from_hours(7),
        games: 30,
        rest: RestDays::from_gap(3),
        vector: FeatureVector::rehydrate(values, Edition::morning(slate(), None).cutoff),
    };
    let every_second = std::array::from_fn(|index| (index % 2 == 0).then_some(index as f64 / 3.0));
    let rows = vec![row(1, every_second), row(2, [None; Feature::COUNT]), row(3, [Some(-0.5); Feature::COUNT])];
    assert_reads_back!(store, Step::MlFeatureStore, Rows::Features, rows.clone());
}
