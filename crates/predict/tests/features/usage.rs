//! Who will have the ball: expected usage, absent stars, and a player's own health.

use domain::InjuryEventKind;
use predict::features::Feature;

use crate::evening::{Night, night};
use crate::league::{HIM, League};
use crate::{assert_missing, assert_value};

/// He used this share of possessions two, nine and eleven days ago.
fn used(shares: [f64; 3]) -> League {
    League::of([2, 9, 11].into_iter().zip(shares).map(|(day, share)| night(day).usage(share)))
}

/// Usage 24 % in the last week and 26 % over all: two points, times 0.3.
fn rising() -> League {
    used([0.24, 0.26, 0.28])
}

/// Five games of a team-mate who has the ball a lot.
fn star() -> [Night; 5] {
    [20, 22, 24, 26, 28].map(|day| night(day).usage(0.30).minutes(34))
}

/// A team-mate with these nights, listed out after them.
fn one_out(nights: impl IntoIterator<Item = Night>) -> League {
    rising().nights(2, nights).injury(2, 19, InjuryEventKind::Out)
}

#[test]
fn expected_usage_above_the_last_weeks_is_positive() {
    assert_value(&rising(), Feature::UsageSpikeScore, 0.6);
    assert_value(&used([0.28, 0.26, 0.24]), Feature::UsageSpikeScore, -0.6);
}

#[test]
fn a_spike_is_cut_at_three() {
    assert_value(&used([0.10, 0.30, 0.50]), Feature::UsageSpikeScore, 3.0);
    assert_value(&used([0.50, 0.30, 0.10]), Feature::UsageSpikeScore, -3.0);
}

#[test]
fn expected_usage_is_over_ten_games() {
    let week = (2..=4).map(|day| night(day).usage(0.20));
    let weeks_before = (9..=15).map(|day| night(day).usage(0.30));
    // (3 x 20 + 7 x 30) / 10 = 27 per cent.
    let league = League::of(week.chain(weeks_before)).nights(HIM, [night(17).usage(0.90)]);
    assert_value(&league, Feature::UsageSpikeScore, 2.1);
}

#[test]
fn without_a_game_in_the_last_week_or_three_at_all_there_is_no_spike() {
    assert_missing(&League::of([8, 10, 12].map(|day| night(day).usage(0.25))), Feature::UsageSpikeScore);
    assert_missing(&League::of([2, 4].map(|day| night(day).usage(0.25))), Feature::UsageSpikeScore);
}

#[test]
fn a_game_not_played_has_no_usage_of_zero() {
    let absent = [3, 4, 5].map(|day| night(day).usage(0.0).did_not_play());
    assert_value(&rising().nights(HIM, absent), Feature::UsageSpikeScore, 0.6);
}

#[test]
fn a_star_who_is_out_leaves_others_the_ball() {
    let two = one_out(star()).nights(3, star()).injury(3, 19, InjuryEventKind::Out);
    assert_value(&one_out(star()), Feature::UsageSpikeScore, 0.6 * 1.15);
    assert_value(&two, Feature::UsageSpikeScore, 0.6 * 1.30);
}

#[test]
fn only_an_absent_star_of_his_own_team_leaves_him_the_ball() {
    let check = |league: &League| assert_value(league, Feature::UsageSpikeScore, 0.6);
    check(&rising().nights(2, star()));
    check(&rising().nights(2, star()).injury(2, 19, InjuryEventKind::Questionable));
    check(&one_out(star()).injury(2, 5, InjuryEventKind::Return));
    check(&one_out(star().map(|game| game.of("NYK"))));
    check(&one_out(star().map(|game| game.usage(0.24))));
    check(&one_out(star().map(|game| game.minutes(19))));
    check(&one_out(star().into_iter().take(4)));
}

#[test]
fn a_star_does_not_replace_himself() {
    let week = [2, 4, 6].map(|day| night(day).usage(0.28).minutes(34));
    let before = [9, 11, 13].map(|day| night(day).usage(0.32).minutes(34));
    let league = League::of(week).nights(HIM, before).injury(HIM, 1, InjuryEventKind::Out);
    // 30 per cent expected against 28.
    assert_value(&league, Feature::UsageSpikeScore, 0.6);
}

#[test]
fn injury_risk_follows_the_newest_entry_of_the_log() {
    let check = |log: &[(i32, InjuryEventKind)], risk| {
        let listed = log.iter().fold(League::of([night(12)]), |league, (day, kind)| league.injury(HIM, *day, *kind));
        assert_value(&listed, Feature::InjuryRisk, risk);
    };
    check(&[], 0.0);
    check(&[(10, InjuryEventKind::Questionable)], 2.0);
    check(&[(10, InjuryEventKind::Out)], 3.0);
    check(&[(10, InjuryEventKind::Out), (2, InjuryEventKind::Return)], 0.0);
    check(&[(10, InjuryEventKind::Return), (2, InjuryEventKind::Out)], 3.0);
}

#[test]
fn who_has_played_since_he_was_listed_out_is_back() {
    let listed = |entry: i32| League::of([night(5)]).injury(HIM, entry, InjuryEventKind::Out);
    assert_value(&listed(6), Feature::InjuryRisk, 0.0);
    assert_value(&listed(5), Feature::InjuryRisk, 3.0);
    let dressed_since = listed(5).nights(HIM, [night(2).did_not_play()]);
    assert_value(&dressed_since, Feature::InjuryRisk, 3.0);
}
