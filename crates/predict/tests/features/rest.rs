//! Days off and tired legs: one unit for players and teams, one direction for the score.

use domain::RestDays;
use predict::features::Feature;

use crate::evening::{before, night, team_night};
use crate::league::{HIM, League};
use crate::{assert_missing, assert_value};

/// He played on these days, half an hour each.
fn after(days_ago: impl IntoIterator<Item = i32>) -> League {
    League::of(days_ago.into_iter().map(night))
}

#[test]
fn yesterdays_game_makes_a_back_to_back_and_the_day_befores_does_not() {
    assert_value(&after([1, 3]), Feature::BackToBack, 1.0);
    assert_value(&after([2, 3]), Feature::BackToBack, 0.0);
}

#[test]
fn rest_is_full_days_off() {
    let rest = |days_ago| after([days_ago]).row_of(HIM).rest.map(RestDays::days);
    assert_eq!([1, 2, 3, 30].map(rest), [Some(0), Some(1), Some(2), Some(29)]);
    assert_eq!(rest(31), None);
}

#[test]
fn who_was_listed_yesterday_and_did_not_play_is_rested() {
    let league = after([4]).nights(HIM, [1, 2, 3].map(|day| night(day).did_not_play()));
    assert_value(&league, Feature::BackToBack, 0.0);
    assert_eq!(league.row_of(HIM).rest.map(RestDays::days), Some(3));
    assert_value(&league, Feature::GamesInLast7Days, 1.0);
}

#[test]
fn equal_schedules_are_no_advantage() {
    for day in [1, 2, 5] {
        let league = after([day]).team_nights("NYK", [team_night(day)]);
        assert_value(&league, Feature::RestAdvantage, 0.0);
    }
}

#[test]
fn the_opponents_rest_counts_against_the_players() {
    let check = |his: i32, theirs: i32, advantage| {
        let league = after([his]).team_nights("NYK", [team_night(theirs), team_night(9)]);
        assert_value(&league, Feature::RestAdvantage, advantage);
    };
    check(2, 1, 1.0);
    check(1, 2, -1.0);
    check(3, 1, 2.0);
    check(8, 1, 2.0);
    check(1, 8, -2.0);
}

#[test]
fn an_opponent_not_seen_for_a_month_gives_no_advantage_either_way() {
    assert_missing(&after([2]), Feature::RestAdvantage);
    assert_missing(&after([2]).team_nights("NYK", [team_night(31)]), Feature::RestAdvantage);
}

#[test]
fn the_seven_days_before_are_seven_and_today_is_none_of_them() {
    assert_value(&after([1, 3, 7]), Feature::GamesInLast7Days, 3.0);
    assert_value(&after([1, 3, 7, 8]), Feature::GamesInLast7Days, 3.0);
    assert_value(&after([8]), Feature::GamesInLast7Days, 0.0);
}

#[test]
fn teams_count_days_as_players_do() {
    let league = after([2, 7, 8]).team_nights("BOS", [2, 7, 8].map(team_night));
    let boston = &league.team_contexts()[0];
    assert_eq!((boston.rest, boston.games_last_7), (league.row_of(HIM).rest, 2));
    assert_value(&league, Feature::GamesInLast7Days, 2.0);
}

#[test]
fn a_corrected_box_score_is_still_one_game() {
    let corrected = before(1).at(12, 0);
    let league = League::of([night(3).corrected_at(corrected), night(3).points(22).known_at(corrected)]);
    assert_value(&league, Feature::GamesInLast7Days, 1.0);
    assert_value(&league, Feature::PointsAvgLast5, 22.0);
}

#[test]
fn a_fresh_player_scores_a_hundred() {
    assert_value(&after([2]), Feature::FatigueScore, 100.0);
    assert_value(&after([5]), Feature::FatigueScore, 100.0);
}

#[test]
fn a_back_to_back_costs_fifteen_and_a_full_week_ten() {
    assert_value(&after([1, 3, 5]), Feature::FatigueScore, 85.0);
    assert_value(&after([1, 3, 5, 8]), Feature::FatigueScore, 85.0);
    assert_value(&after([1, 3, 5, 7]), Feature::FatigueScore, 75.0);
}

#[test]
fn more_than_thirty_five_minutes_a_game_cost_eight_and_three_days_off_give_five_back() {
    let check = |day: i32, minutes: u16, score| {
        assert_value(&League::of([night(day).minutes(minutes)]), Feature::FatigueScore, score);
    };
    check(2, 35, 100.0);
    check(2, 36, 92.0);
    check(3, 36, 92.0);
    check(4, 36, 97.0);
}

#[test]
fn more_than_240_minutes_in_a_week_cost_ten() {
    let week = |minutes: u16| League::of([2, 3, 5, 6, 7].map(|day| night(day).minutes(minutes)));
    // Five games: 10; above 35 minutes: 8; three pairs of consecutive days: 12.
    assert_value(&week(48), Feature::FatigueScore, 70.0);
    assert_value(&week(49), Feature::FatigueScore, 60.0);
}

#[test]
fn consecutive_days_in_the_last_fourteen_cost_five_then_twelve() {
    assert_value(&after([2, 3]), Feature::FatigueScore, 95.0);
    assert_value(&after([2, 3, 9, 10]), Feature::FatigueScore, 88.0);
    assert_value(&after([2, 3, 9, 10, 12, 13]), Feature::FatigueScore, 88.0);
    assert_value(&after([2, 13, 14]), Feature::FatigueScore, 95.0);
    assert_value(&after([2, 14, 15]), Feature::FatigueScore, 100.0);
}

#[test]
fn a_longer_rest_never_lowers_the_fatigue_score() {
    let score = |newest: i32| {
        let spell = [0, 1, 2, 4, 5].map(|earlier| night(newest + earlier).minutes(38));
        League::of(spell).value(Feature::FatigueScore).unwrap()
    };
    let scores: Vec<f64> = (1..=12).map(score).collect();
    assert!(scores.is_sorted(), "{scores:?}");
    assert!(scores[0] < scores[11], "{scores:?}");
}

#[test]
fn nobody_knows_how_tired_one_is_who_has_not_played_for_a_month() {
    assert_missing(&after([31]), Feature::FatigueScore);
    assert_missing(&after([31]).team_nights("NYK", [team_night(1)]), Feature::RestAdvantage);
    // That he did not play yesterday is known all the same.
    assert_value(&after([31]), Feature::BackToBack, 0.0);
}
