//! Where he shoots from: shares of one, never per cent.

use predict::features::Feature;

use crate::evening::night;
use crate::league::{HIM, League};
use crate::{assert_missing, assert_value};

#[track_caller]
fn assert_shares(league: &League, expected: [f64; 3]) {
    for (feature, share) in [Feature::PctPaint, Feature::PctMidRange, Feature::PctThree].into_iter().zip(expected) {
        assert_value(league, feature, share);
    }
}

#[test]
fn shares_are_fractions_of_one_and_not_per_cent() {
    assert_shares(&League::of([night(2).shots([9, 4, 7])]), [0.45, 0.20, 0.35]);
    assert_shares(&League::of([night(2).shots([20, 0, 0])]), [1.0, 0.0, 0.0]);
}

#[test]
fn every_shot_weighs_alike() {
    // 1 + 18, 0 + 2 and 9 + 20 of 50.
    assert_shares(&League::of([night(2).shots([1, 0, 9]), night(4).shots([18, 2, 20])]), [0.38, 0.04, 0.58]);
}

#[test]
fn shares_are_over_the_newest_ten_games_whose_shots_are_known() {
    let nine = (3..=11).map(|day| night(day).shots([10, 5, 5]));
    let older = [night(12).shots([10, 0, 10]), night(14).shots([0, 40, 0])];
    // 100, 45 and 55 of 200.
    assert_shares(&League::of([night(2)]).nights(HIM, nine).nights(HIM, older), [0.5, 0.225, 0.275]);
}

#[test]
fn nine_shots_say_nothing_about_where_he_shoots() {
    for feature in [Feature::PctPaint, Feature::PctMidRange, Feature::PctThree, Feature::ShotZoneMismatchScore] {
        assert_missing(&League::of([night(2).shots([5, 2, 2])]), feature);
        assert_missing(&League::of([night(2)]), feature);
    }
    assert_shares(&League::of([night(2).shots([5, 3, 2])]), [0.5, 0.3, 0.2]);
}
