//! What the books say: every book once, the first and the newest line it had before the cutoff, or nothing.

use domain::Market;
use predict::features::Feature;

use crate::evening::{Quote, before, night, quote, scoring, slate};
use crate::league::League;
use crate::{assert_missing, assert_value};

fn quoted(quotes: impl IntoIterator<Item = Quote>) -> League {
    League::of(scoring([2, 4, 6], [18, 20, 22])).quotes(quotes)
}

#[track_caller]
fn assert_market(league: &League, opening: f64, newest: f64) {
    assert_value(league, Feature::VegasOpeningLine, opening);
    assert_value(league, Feature::VegasPointsLine, newest);
    assert_value(league, Feature::VegasLineMove, newest - opening);
    assert_value(league, Feature::HasVegasLine, 1.0);
}

#[track_caller]
fn assert_no_market(league: &League) {
    for feature in [Feature::VegasPointsLine, Feature::VegasOpeningLine, Feature::VegasLineMove] {
        assert_missing(league, feature);
    }
    assert_value(league, Feature::HasVegasLine, 0.0);
}

#[test]
fn a_player_without_a_line_has_no_line_and_not_his_average() {
    let league = quoted([]);
    assert_value(&league, Feature::PointsAvgSeason, 20.0);
    assert_no_market(&league);
}

#[test]
fn the_line_is_the_mean_of_all_books_each_counted_once() {
    let morning = |hour| slate().at(hour, 0);
    assert_market(
        &quoted([
            quote("draftkings", 22.5, morning(9)),
            quote("draftkings", 22.5, morning(10)),
            quote("draftkings", 22.5, morning(11)),
            quote("fanduel", 23.5, morning(9)),
            quote("betmgm", 20.0, morning(9)),
        ]),
        22.0,
        22.0,
    );
}

#[test]
fn one_feed_that_is_down_does_not_take_the_line_away() {
    let both = [quote("fanduel", 23.5, slate().at(9, 0)), quote("dfs", 21.5, slate().at(9, 0)).through("other")];
    assert_market(&quoted(both), 22.5, 22.5);
    assert_market(&quoted(both.into_iter().take(1)), 23.5, 23.5);
    assert_market(&quoted(both.into_iter().skip(1)), 21.5, 21.5);
}

#[test]
fn the_move_is_the_newest_line_less_the_opening_one_whatever_lay_between() {
    let quotes = [
        quote("draftkings", 24.5, slate().at(9, 0)),
        quote("draftkings", 20.5, before(1).at(18, 0)),
        quote("draftkings", 22.0, slate().at(12, 0)),
    ];
    assert_market(&quoted(quotes), 20.5, 22.0);
    let fallen = [quote("fanduel", 20.5, slate().at(12, 0)), quote("fanduel", 23.5, before(1).at(18, 0))];
    assert_market(&quoted(fallen), 23.5, 20.5);
}

#[test]
fn two_feeds_that_disagree_about_one_moment_are_no_move() {
    let noon = slate().at(12, 0);
    let both = [quote("draftkings", 20.5, noon), quote("draftkings", 22.5, noon).through("other")];
    assert_market(&quoted(both), 20.5, 20.5);
    assert_market(&quoted([both[1], both[0]]), 20.5, 20.5);
}

#[test]
fn a_line_seen_after_the_cutoff_is_not_known() {
    let at_noon = quote("draftkings", 22.5, slate().at(12, 0));
    let in_play = [quote("draftkings", 30.5, slate().at(20, 30)), quote("fanduel", 30.5, slate().at(13, 1))];
    assert_no_market(&quoted(in_play));
    assert_market(&quoted(in_play).quotes([at_noon]), 22.5, 22.5);
    assert_market(&quoted([quote("fanduel", 21.5, slate().at(13, 0))]), 21.5, 21.5);
}

#[test]
fn a_line_whose_own_clock_is_past_the_cutoff_is_not_known_whenever_it_came() {
    assert_no_market(&quoted([quote("draftkings", 22.5, slate().at(14, 0)).known_at(slate().at(9, 0))]));
    assert_no_market(&quoted([quote("draftkings", 22.5, slate().at(9, 0)).known_at(slate().at(14, 0))]));
}

#[test]
fn a_line_of_an_unknown_time_might_have_been_seen_in_play() {
    assert_no_market(&quoted([quote("draftkings", 22.5, slate().at(9, 0)).at_an_unknown_time()]));
}

#[test]
fn the_points_line_is_a_books_main_line_on_points() {
    let nine = slate().at(9, 0);
    let others = [
        quote("draftkings", 29.5, nine).alternate(),
        quote("draftkings", 8.5, nine).of(Market::Rebounds),
        quote("fanduel", 35.5, nine).of(Market::PointsReboundsAssists),
    ];
    assert_no_market(&quoted(others));
    assert_market(&quoted(others).quotes([quote("draftkings", 22.5, nine)]), 22.5, 22.5);
}

#[test]
fn a_line_is_about_one_player() {
    let league = quoted([quote("draftkings", 22.5, slate().at(9, 0))]).nights(2, [night(2)]);
    assert_eq!(league.row_of(2).vector.get(Feature::VegasPointsLine), None);
    assert_eq!(league.row_of(2).vector.get(Feature::HasVegasLine), Some(0.0));
}
