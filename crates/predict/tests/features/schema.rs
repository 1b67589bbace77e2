//! The vector as a whole: every feature its own, none constant, all in one order.

use std::collections::BTreeSet;

use domain::Fraction;
use predict::features::Feature;

use crate::evening::{night, quote, slate, team_night};
use crate::golden;
use crate::league::{HIM, League};

/// The features that differ between two leagues.
fn moved(one: &League, other: &League) -> Vec<Feature> {
    let (one, other) = (one.vector(), other.vector());
    Feature::ALL.into_iter().filter(|feature| one.get(*feature) != other.get(*feature)).collect()
}

/// A road game in the play-offs after a quiet week.
fn road_game() -> League {
    let games =
        (1..=15).map(|game| night(2 + 2 * game).points(9 + game as u16).minutes(18).shots([3, 9, 8]).usage(0.20));
    League::of(games.map(|game| game.against("NYK")))
        .game("0042400101")
        .in_new_york()
        .five_teams_of(|game| game.zones_allowed([(27, 50), (20, 50), (18, 50)]))
        .team_nights("BOS", (1..=15).map(|game| team_night(2 * game).pace(95.0).won(game > 9)))
        .team_nights(
            "NYK",
            (1..=15).map(|game| team_night(2 * game).pace(96.0).zones_allowed([(27, 50), (22, 50), (18, 50)])),
        )
        .quotes([quote("fanduel", 10.5, slate().at(9, 0))])
}

#[test]
fn no_feature_is_the_same_for_everyone() {
    let rows: Vec<_> = golden::league().rows().into_iter().chain(road_game().rows()).collect();
    for feature in Feature::ALL {
        let values: BTreeSet<u64> =
            rows.iter().filter_map(|row| row.vector.get(feature)).map(|value| (value + 0.0).to_bits()).collect();
        assert!(values.len() > 1, "{feature} is constant");
    }
}

#[test]
fn winning_moves_the_share_of_wins_and_nothing_else() {
    let season = |won: i32| {
        let games = (1..=10).map(move |game| team_night(2 * game).won(game <= won));
        League::of([night(2).usage(0.25)]).team_nights("BOS", games)
    };
    assert_eq!(moved(&season(3), &season(8)), [Feature::TeamWinPct]);
}

#[test]
fn free_throws_move_their_share_and_nothing_else() {
    let games = |made: u16| League::of([night(2).free_throws(made), night(4)]);
    assert_eq!(moved(&games(2), &games(9)), [Feature::PctFreeThrow]);
}

#[test]
fn usage_moves_the_usage_spike_and_nothing_else() {
    let games = |share: f64| League::of([night(2).usage(share), night(9).usage(0.22), night(11).usage(0.24)]);
    assert_eq!(moved(&games(0.20), &games(0.30)), [Feature::UsageSpikeScore]);
}

#[test]
fn completeness_is_a_share_of_one() {
    let completeness = |league: &League| league.vector().completeness();
    assert_eq!(completeness(&golden::league()), Fraction::of(33.0, 33.0).unwrap());
    // Games in seven days and yesterday, injury risk, venue, stage, whether there is a line, games against the opponent.
    let unknown = League::of([night(2).did_not_play()]);
    assert_eq!(completeness(&unknown), Fraction::of(7.0, 33.0).unwrap());
}

#[test]
fn a_row_says_whose_it_is_and_when_it_was_known() {
    let league = golden::league();
    let row = league.row_of(HIM);
    assert_eq!((row.team.code(), row.opponent.code(), row.games), ("BOS", "NYK", 12));
    assert_eq!(row.vector.cutoff(), league.cutoff());
    assert_eq!(row.tipoff, slate().at(19, 30));
}
