//! His own team, and the game itself: wins, pace, rating, venue and stage of the season.

use predict::features::Feature;

use crate::evening::{TeamNight, night, team_night};
use crate::league::{HIM, League};
use crate::{assert_missing, assert_value};

/// A player of each team, and these games of Boston.
fn boston(nights: impl IntoIterator<Item = TeamNight>) -> League {
    League::of([night(2)]).nights(2, [night(2).of("NYK")]).team_nights("BOS", nights)
}

fn results<const N: usize>(won: [bool; N]) -> impl Iterator<Item = TeamNight> {
    (0..).step_by(2).zip(won).map(|(day, won)| team_night(day + 2).won(won))
}

#[test]
fn a_team_wins_as_often_as_it_wins() {
    assert_value(&boston(results([true, true, true, false, true])), Feature::TeamWinPct, 0.8);
    assert_value(&boston(results([false, false, false, true, false])), Feature::TeamWinPct, 0.2);
    assert_value(&boston(results([false; 6])), Feature::TeamWinPct, 0.0);
}

#[test]
fn each_team_of_a_slate_has_its_own_share_of_wins() {
    let league = boston(results([true, true, true, true, false]))
        .team_nights("NYK", results([true, false, false, false, false]));
    let shares = [HIM, 2].map(|player| league.row_of(player).vector.get(Feature::TeamWinPct));
    assert_eq!(shares, [Some(0.8), Some(0.2)]);
}

#[test]
fn four_games_say_nothing_about_winning() {
    assert_missing(&boston(results([true; 4])), Feature::TeamWinPct);
}

#[test]
fn last_seasons_wins_are_last_seasons() {
    let last_season = (220..240).map(|day| team_night(day).won(false));
    let league = boston(results([true, true, true, true, false])).team_nights("BOS", last_season.clone());
    assert_value(&league, Feature::TeamWinPct, 0.8);
    assert_missing(&boston(results([true; 4])).team_nights("BOS", last_season), Feature::TeamWinPct);
}

#[test]
fn the_cup_final_counts_in_no_share_of_wins() {
    let final_of_the_cup = [team_night(29).game("0062400001").won(false)];
    let league = boston(results([true, true, true, true, false])).team_nights("BOS", final_of_the_cup);
    assert_value(&league, Feature::TeamWinPct, 0.8);
}

#[test]
fn a_teams_rating_is_over_ten_games_and_its_pace_over_fifteen() {
    let mixed = |game: i32| match game {
        1..=10 => team_night(2 * game).scored(118.0).pace(97.0),
        11..=15 => team_night(2 * game).scored(60.0).pace(103.0),
        _ => team_night(2 * game).scored(60.0).pace(10.0),
    };
    let league = boston((1..=20).map(mixed));
    assert_value(&league, Feature::TeamOffRating, 118.0);
    // (10 x 97 + 5 x 103) / 15.
    assert_value(&league, Feature::TeamPace, 99.0);
}

#[test]
fn a_team_seen_twice_has_no_pace_and_no_rating() {
    let league = boston([2, 4].map(team_night));
    assert_missing(&league, Feature::TeamPace);
    assert_missing(&league, Feature::TeamOffRating);
}

#[test]
fn home_is_one_and_away_is_none() {
    let home_away = |league: &League| [HIM, 2].map(|player| league.row_of(player).vector.get(Feature::HomeAway));
    let league = boston([]);
    assert_eq!(home_away(&league), [Some(1.0), Some(0.0)]);
    assert_eq!(home_away(&league.in_new_york()), [Some(0.0), Some(1.0)]);
}

#[test]
fn only_the_play_offs_are_the_play_offs() {
    let check = |game, flag| assert_value(&boston([]).game(game), Feature::PlayoffGame, flag);
    check("0022400561", 0.0);
    check("0042400101", 1.0);
    check("0052400101", 0.0);
    check("0062400001", 0.0);
}
