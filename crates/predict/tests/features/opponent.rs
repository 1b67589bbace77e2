//! What tonight's opponent allows: the sign of every number, and the games it is over.

use predict::features::Feature;

use crate::evening::{TeamNight, night, team_night};
use crate::league::League;
use crate::{assert_missing, assert_value};

/// New York's newest fifteen games, all alike, against five teams of the league's usual kind.
fn new_york(newest_fifteen: fn(TeamNight) -> TeamNight) -> League {
    League::of([2, 4].map(|day| night(day).shots([9, 4, 7])))
        .five_teams_of(|game| game.zones_allowed(USUAL_SHOTS))
        .team_nights("NYK", (1..=15).map(|game| newest_fifteen(team_night(3 * game))))
}

/// Makes of attempts in the paint, from mid-range and behind the arc.
const USUAL_SHOTS: [(u16, u16); 3] = [(27, 50), (20, 50), (18, 50)];

#[test]
fn a_defence_that_allows_more_has_the_higher_rating() {
    assert_value(&new_york(|game| game.allowed(121.0)), Feature::OpponentDefRating, 121.0);
    assert_value(&new_york(|game| game.allowed(104.0)), Feature::OpponentDefRating, 104.0);
}

#[test]
fn ratings_and_pace_are_over_the_newest_fifteen_games() {
    let mixed = |game: i32| match game {
        1..=5 => team_night(2 * game).allowed(122.0).pace(105.0),
        6..=15 => team_night(2 * game).allowed(110.0).pace(102.0),
        _ => team_night(2 * game).allowed(10.0).pace(10.0),
    };
    let league = League::of([night(2)]).team_nights("NYK", (1..=20).map(mixed));
    // (5 x 122 + 10 x 110) / 15 and (5 x 105 + 10 x 102) / 15.
    assert_value(&league, Feature::OpponentDefRating, 114.0);
    assert_value(&league, Feature::OpponentPace, 103.0);
}

#[test]
fn a_team_seen_twice_is_not_yet_rated() {
    let seen = |times: i32| League::of([night(2)]).team_nights("NYK", (1..=times).map(|game| team_night(2 * game)));
    for feature in [Feature::OpponentDefRating, Feature::OpponentPace] {
        assert_missing(&seen(2), feature);
    }
    assert_value(&seen(3), Feature::OpponentDefRating, 113.0);
    assert_value(&seen(3), Feature::OpponentPace, 99.0);
}

#[test]
fn a_faster_opponent_is_positive_and_a_slower_one_negative() {
    // The league plays at (75 x 99 + 15 x pace) / 90, so five sixths of the difference, halved, remain.
    assert_value(&new_york(|game| game.pace(105.0)), Feature::PaceScore, 2.5);
    assert_value(&new_york(|game| game.pace(96.0)), Feature::PaceScore, -1.25);
    assert_value(&new_york(|game| game), Feature::PaceScore, 0.0);
}

#[test]
fn a_pace_beyond_all_measure_is_cut_at_three() {
    assert_value(&new_york(|game| game.pace(129.0)), Feature::PaceScore, 3.0);
    assert_value(&new_york(|game| game.pace(69.0)), Feature::PaceScore, -3.0);
}

#[test]
fn without_a_league_there_is_nothing_to_compare_with() {
    let league = League::of([2, 4].map(|day| night(day).shots([9, 4, 7])))
        .team_nights("NYK", (1..=15).map(|game| team_night(3 * game).pace(105.0).zones_allowed(USUAL_SHOTS)));
    assert_missing(&league, Feature::PaceScore);
    assert_missing(&league, Feature::ShotZoneMismatchScore);
}

#[test]
fn an_opponent_weak_where_he_shoots_is_positive_and_a_strong_one_negative() {
    // He takes 45 % of his shots in the paint: nine tenths of a full weight. The league allows
    // (75 x 54 % + 15 x theirs) / 90 there, so five sixths of the difference remain.
    let weak = new_york(|game| game.zones_allowed([(30, 50), (20, 50), (18, 50)]));
    assert_value(&weak, Feature::ShotZoneMismatchScore, 4.5);
    let strong = new_york(|game| game.zones_allowed([(24, 50), (20, 50), (18, 50)]));
    assert_value(&strong, Feature::ShotZoneMismatchScore, -4.5);
}

#[test]
fn an_opponent_weak_where_he_does_not_shoot_is_no_mismatch() {
    let elsewhere = new_york(|game| game.zones_allowed([(27, 50), (30, 50), (30, 50)]));
    assert_value(&elsewhere, Feature::ShotZoneMismatchScore, 0.0);
}

#[test]
fn a_great_mismatch_is_stressed_and_an_absurd_one_cut() {
    // 66 % against 54 %: 12 x 5/6 x 0.9 x 1.2 is over ten; 62 %: 8 x 5/6 x 0.9 = 6 is stressed to 7.2.
    let stressed = new_york(|game| game.zones_allowed([(31, 50), (20, 50), (18, 50)]));
    assert_value(&stressed, Feature::ShotZoneMismatchScore, 7.2);
    let cut = new_york(|game| game.zones_allowed([(33, 50), (20, 50), (18, 50)]));
    assert_value(&cut, Feature::ShotZoneMismatchScore, 10.0);
    let cut_below = new_york(|game| game.zones_allowed([(21, 50), (20, 50), (18, 50)]));
    assert_value(&cut_below, Feature::ShotZoneMismatchScore, -10.0);
}

#[test]
fn two_games_say_nothing_about_where_a_defence_is_weak() {
    let seen = |times: i32| {
        let games = (1..=times).map(|game| team_night(2 * game).zones_allowed([(30, 50), (20, 50), (18, 50)]));
        let league = League::of([2, 4].map(|day| night(day).shots([9, 4, 7])));
        league.five_teams_of(|game| game.zones_allowed(USUAL_SHOTS)).team_nights("NYK", games)
    };
    assert_missing(&seen(2), Feature::ShotZoneMismatchScore);
    assert!(seen(3).value(Feature::ShotZoneMismatchScore).is_some());
}

#[test]
fn zones_are_judged_over_the_newest_fifteen_games() {
    let league = new_york(|game| game.zones_allowed([(30, 50), (20, 50), (18, 50)]));
    let with_older = league.team_nights("NYK", [team_night(60).zones_allowed([(50, 50); 3])]);
    assert_value(&with_older, Feature::ShotZoneMismatchScore, 4.5);
}
