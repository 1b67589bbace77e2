//! How a player has been going: which games his averages are over, and what they say.

use predict::features::Feature;

use crate::evening::{Night, night, scoring};
use crate::league::{HIM, League};
use crate::{assert_missing, assert_value};

/// Ten games on every second day: the newest five, then the five before.
fn two_spells(newest: fn(Night) -> Night, before: fn(Night) -> Night) -> [Night; 10] {
    std::array::from_fn(|index| {
        let game = night(2 + 2 * index as i32);
        if index < 5 { newest(game) } else { before(game) }
    })
}

#[test]
fn a_game_not_played_is_no_game_of_zero_points() {
    let absences = [3, 5, 7].map(|day| night(day).against("NYK").did_not_play());
    let league = League::of(scoring([2, 4, 6, 8, 10], [20, 22, 24, 26, 28])).nights(HIM, absences);
    for average in [Feature::PointsAvgLast5, Feature::PointsAvgLast10, Feature::PointsAvgSeason] {
        assert_value(&league, average, 24.0);
    }
    // 16 + 4 + 0 + 4 + 16 over four.
    assert_value(&league, Feature::PointsStdLast10, 10.0_f64.sqrt());
    assert_value(&league, Feature::MinutesAvgLast10, 30.0);
    assert_value(&league, Feature::GamesInLast7Days, 3.0);
    assert_value(&league, Feature::GamesVsOpponent, 0.0);
    assert_eq!(league.row_of(HIM).games, 5);
}

#[test]
fn the_newest_five_are_five_and_the_newest_ten_are_ten() {
    let older = [night(30).points(90), night(32).points(90)];
    let league = League::of(two_spells(|game| game.points(20), |game| game.points(10))).nights(HIM, older);
    assert_value(&league, Feature::PointsAvgLast5, 20.0);
    assert_value(&league, Feature::PointsAvgLast10, 15.0);
    // Ten games, each 5 off: 250 over nine.
    assert_value(&league, Feature::PointsStdLast10, (250.0_f64 / 9.0).sqrt());
    // 150 and 180 over twelve.
    assert_value(&league, Feature::PointsAvgSeason, 27.5);
}

#[test]
fn the_newest_games_reach_into_last_season_and_the_season_average_does_not() {
    let league = League::of(scoring([2, 4, 220, 222], [20, 30, 50, 60]));
    assert_value(&league, Feature::PointsAvgSeason, 25.0);
    assert_value(&league, Feature::PointsAvgLast5, 40.0);
    assert_value(&league, Feature::PointsAvgLast10, 40.0);
}

#[test]
fn one_who_never_played_has_no_averages_instead_of_usual_ones() {
    let league = League::of([night(2).did_not_play(), night(4).did_not_play()]);
    for feature in [
        Feature::PointsAvgLast5,
        Feature::PointsAvgLast10,
        Feature::PointsAvgSeason,
        Feature::PointsStdLast10,
        Feature::RecentTrend,
        Feature::MinutesChange,
        Feature::PctFreeThrow,
        Feature::AvgPointsVsOpponent,
        Feature::MinutesAvgLast10,
        Feature::PpmAvgLast10,
    ] {
        assert_missing(&league, feature);
    }
    assert_value(&league, Feature::GamesInLast7Days, 0.0);
    assert_value(&league, Feature::GamesVsOpponent, 0.0);
}

#[test]
fn two_games_have_no_spread() {
    assert_missing(&League::of(scoring([2, 4], [10, 30])), Feature::PointsStdLast10);
    assert_value(&League::of(scoring([2, 4, 6], [10, 20, 30])), Feature::PointsStdLast10, 10.0);
}

#[test]
fn a_rising_scorer_has_a_positive_trend_and_a_falling_one_a_negative() {
    let check = |newest_first: [u16; 6], trend: f64| {
        assert_value(&League::of(scoring([2, 4, 6, 8, 10, 12], newest_first)), Feature::RecentTrend, trend);
    };
    check([30, 28, 26, 20, 18, 0], 2.0);
    check([22, 22, 22, 20, 20, 90], 1.0);
    check([21, 21, 21, 20, 20, 90], 0.0);
    check([18, 18, 18, 20, 20, 0], -1.0);
    check([18, 20, 22, 30, 20, 0], -2.0);
}

#[test]
fn a_trend_needs_five_games() {
    assert_missing(&League::of(scoring([2, 4, 6, 8], [30, 28, 26, 10])), Feature::RecentTrend);
}

#[test]
fn more_minutes_than_the_seasons_are_positive() {
    let change = |nights: [Night; 10], expected| assert_value(&League::of(nights), Feature::MinutesChange, expected);
    // Against the season's mean of 30.
    change(two_spells(|game| game.minutes(40), |game| game.minutes(20)), 2.0);
    change(two_spells(|game| game.minutes(34), |game| game.minutes(26)), 1.0);
    change(two_spells(|game| game.minutes(31), |game| game.minutes(29)), 0.0);
    change(two_spells(|game| game.minutes(26), |game| game.minutes(34)), -1.0);
    change(two_spells(|game| game.minutes(20), |game| game.minutes(40)), -2.0);
    // A fifth and a tenth are reached by who stands on them, in either direction.
    change(two_spells(|game| game.minutes(36), |game| game.minutes(24)), 2.0);
    change(two_spells(|game| game.minutes(24), |game| game.minutes(36)), -2.0);
    change(two_spells(|game| game.minutes(33), |game| game.minutes(27)), 1.0);
    change(two_spells(|game| game.minutes(27), |game| game.minutes(33)), -1.0);
}

#[test]
fn the_cup_final_counts_in_no_season_average_and_is_a_game_all_the_same() {
    let league = League::of([night(29).game("0062400001").points(50), night(2), night(4)]);
    assert_value(&league, Feature::PointsAvgSeason, 20.0);
    assert_value(&league, Feature::PointsAvgLast10, 30.0);
}

#[test]
fn last_seasons_minutes_are_no_measure_of_this_season() {
    let this_season = [2, 4, 6, 8, 10].map(night);
    let last_season = [220, 222, 224].map(|day| night(day).minutes(10));
    assert_value(&League::of(this_season).nights(HIM, last_season), Feature::MinutesChange, 0.0);
    assert_missing(&League::of([2, 4, 6, 8].map(night)).nights(HIM, last_season), Feature::MinutesChange);
}

#[test]
fn minutes_and_points_per_minute_look_back_thirty_days() {
    let league = League::of([night(30).minutes(20).points(10), night(31).minutes(40).points(40)]);
    assert_value(&league, Feature::MinutesAvgLast10, 20.0);
    assert_value(&league, Feature::PpmAvgLast10, 0.5);
    assert_value(&league, Feature::PointsAvgLast10, 25.0);
}

#[test]
fn minutes_and_points_per_minute_are_over_ten_games() {
    let league = League::of((2..=12).map(|day| match day {
        12 => night(day).minutes(40).points(0),
        _ => night(day).minutes(20).points(15),
    }));
    assert_value(&league, Feature::MinutesAvgLast10, 20.0);
    assert_value(&league, Feature::PpmAvgLast10, 0.75);
}

#[test]
fn points_per_minute_weigh_every_minute_alike() {
    let league = League::of([night(2).minutes(40).points(40), night(4).minutes(10).points(0)]);
    assert_value(&league, Feature::PpmAvgLast10, 0.8);
}

#[test]
fn the_share_of_free_throws_is_of_points_and_at_most_a_half() {
    let check = |nights: Vec<Night>, share| assert_value(&League::of(nights), Feature::PctFreeThrow, share);
    check(vec![night(2).points(30).free_throws(4), night(4).points(10).free_throws(6)], 0.25);
    check(vec![night(2).points(10).free_throws(8)], 0.5);
    let ten_without = (2..=11).map(|day| night(day).points(10));
    check(ten_without.chain([night(12).points(10).free_throws(10)]).collect(), 0.0);
    assert_missing(&League::of([night(2).points(0)]), Feature::PctFreeThrow);
}

#[test]
fn games_against_tonights_opponent_count_for_three_years_and_any_team() {
    let league = League::of([
        night(2).points(10),
        night(30).against("NYK").points(20),
        night(400).against("NYK").points(24).of("LAL"),
        night(3 * 365).against("NYK").points(31),
        night(3 * 365 + 1).against("NYK").points(90),
    ]);
    assert_value(&league, Feature::AvgPointsVsOpponent, 25.0);
    assert_value(&league, Feature::GamesVsOpponent, 3.0);
}

#[test]
fn one_who_never_met_tonights_opponent_has_no_average_against_it() {
    let league = League::of([night(2), night(4)]);
    assert_missing(&league, Feature::AvgPointsVsOpponent);
    assert_value(&league, Feature::GamesVsOpponent, 0.0);
}
