//! What trained models read, by hand: a player's form, his weeks, his season, who is missing, whom he meets, what comes late.

use domain::{InjuryEventKind, SeasonType};
use predict::inputs::{Input, Inputs};

use crate::evening::{before, night, scoring, slate, team_night};
use crate::golden;
use crate::league::{HIM, League};

/// His inputs, to the precision of a row.
#[track_caller]
fn reads<const N: usize>(league: &League, expected: [(Input, f64); N]) {
    reads_of(league, HIM, expected);
}

#[track_caller]
fn reads_of<const N: usize>(league: &League, player: u32, expected: [(Input, f64); N]) {
    let row = league.inputs_of(player);
    for (input, expected) in expected {
        let value = row.get(input);
        let near = value.is_some_and(|value| (value - expected).abs() < 1e-5 * expected.abs().max(1.0));
        assert!(near, "{} is {value:?} and should be {expected}", input.name());
    }
}

#[track_caller]
fn lacks<const N: usize>(row: &Inputs, inputs: [Input; N]) {
    for input in inputs {
        assert_eq!(row.get(input), None, "{}", input.name());
    }
}

fn bits(row: &Inputs) -> Vec<u32> {
    row.values().iter().map(|value| value.to_bits()).collect()
}

#[test]
fn an_average_weighs_its_newest_game_by_the_number_in_its_name() {
    reads(
        &League::of(scoring([1, 3], [10, 30])),
        [
            (Input::Count1, 10.0),
            (Input::Count2, 30.0),
            (Input::CountMean5, 20.0),
            (Input::CountMost10, 30.0),
            (Input::CountAverage2, (0.98 * 30.0 + 10.0) / 1.98),
            (Input::CountAverage5, (0.95 * 30.0 + 10.0) / 1.95),
            (Input::CountAverage10, (0.90 * 30.0 + 10.0) / 1.90),
            (Input::CountAverage20, (0.80 * 30.0 + 10.0) / 1.80),
            (Input::CountAverage40, (0.60 * 30.0 + 10.0) / 1.60),
            // 478.947 less the square of 19.4737, and its root.
            (Input::CountDeviation, 9.986_140),
        ],
    );
}

#[test]
fn a_rate_is_a_sum_over_a_sum_of_minutes() {
    let league = League::of([night(1).points(10).minutes(20), night(3).points(30).minutes(40)]);
    reads(
        &league,
        [
            (Input::CountRate2, 39.4 / 59.2),
            (Input::CountRate5, 38.5 / 58.0),
            (Input::CountRate20, 34.0 / 52.0),
            (Input::CountRateSeason, 40.0 / 60.0),
            (Input::MinutesAverage20, 52.0 / 1.8),
            (Input::CountExpected, 52.0 / 1.8 * 38.5 / 58.0),
            (Input::Minutes1, 20.0),
            (Input::MinutesMost10, 40.0),
            // Both games lie within the newest three weeks.
            (Input::LeagueRate, 40.0 / 60.0),
        ],
    );
}

#[test]
fn the_leagues_drift_is_three_weeks_over_a_year() {
    let league = League::of([night(1).points(10).minutes(20), night(100).points(30).minutes(30)]);
    reads(&league, [(Input::LeagueRate, 0.5), (Input::LeagueDrift, 0.5 / 0.8)]);
}

#[test]
fn days_off_and_games_of_the_last_weeks_are_counted() {
    let league = League::of([1, 7, 8, 14, 15].map(night));
    reads(
        &league,
        [
            (Input::DaysOff, 1.0),
            (Input::GamesLast7, 2.0),
            (Input::GamesLast14, 4.0),
            (Input::MinutesLast7, 60.0),
            (Input::Games, 5.0),
            (Input::GamesWithTeam, 5.0),
        ],
    );
    reads(&League::of([night(80)]), [(Input::DaysOff, 60.0), (Input::GamesLast7, 0.0), (Input::GamesLast14, 0.0)]);
}

#[test]
fn starts_are_shares_of_games() {
    let league = League::of([night(1).off_the_bench(), night(3)]);
    reads(&league, [(Input::Starts20, 0.8 / 1.8), (Input::Starts40, 0.6 / 1.6), (Input::StartsSeason, 0.5)]);
}

#[test]
fn a_season_ends_in_summer_and_the_cup_final_counts_in_none() {
    let this_season = League::of(scoring([2, 4], [20, 30]));
    let of_the_season =
        [(Input::GamesSeason, 2.0), (Input::CountSeason, 25.0), (Input::MinutesSeason, 30.0), (Input::Games, 3.0)];
    reads(&this_season.clone().nights(HIM, [night(250).points(50)]), of_the_season);
    let cup_final = night(29).game("0062400001").points(50);
    assert_eq!("0062400001".parse::<domain::GameId>().unwrap().season_type(), SeasonType::CupFinal);
    reads(&this_season.nights(HIM, [cup_final]), of_the_season);
    let back = League::of([night(200)]);
    reads(&back, [(Input::GamesSeason, 0.0), (Input::Count1, 20.0)]);
    lacks(&back.inputs_of(HIM), [Input::CountSeason, Input::MinutesSeason, Input::StartsSeason]);
}

#[test]
fn the_schedule_is_read_as_it_stands() {
    let league = League::of([night(2)]);
    reads(&league, [(Input::SeasonDay, 106.0), (Input::Home, 1.0), (Input::Playoffs, 0.0), (Input::Injury, 0.0)]);
    reads(&league.clone().in_new_york(), [(Input::Home, 0.0)]);
    reads(&league.clone().game("0042400101"), [(Input::Playoffs, 1.0)]);
    reads(&league.clone().injury(HIM, 1, InjuryEventKind::Questionable), [(Input::Injury, 1.0)]);
    reads(&league.injury(HIM, 1, InjuryEventKind::Out), [(Input::Injury, 2.0)]);
}

/// Boston played on four days. Two to five are his team-mates: the second missed a game, the third is listed out, the fourth is
/// as always, the fifth missed four.
fn boston() -> League {
    League::of([night(2)])
        .team_nights("BOS", [2, 4, 6, 8].map(team_night))
        .nights(2, [night(4).points(12).minutes(24)])
        .nights(3, [night(2).points(9).minutes(18)])
        .nights(4, [night(2).points(6).minutes(12)])
        .nights(5, [night(9).points(22).minutes(33)])
        .injury(3, 1, InjuryEventKind::Out)
}

#[test]
fn who_is_missing_leaves_his_minutes_to_the_others() {
    let league = boston();
    reads(
        &league,
        [
            (Input::MissingMinutes, 24.0),
            (Input::MissingCount, 12.0),
            (Input::LongMissingMinutes, 33.0),
            (Input::ListedOutMinutes, 18.0),
            (Input::ListedOutCount, 9.0),
            (Input::ExpectedMinutes, 12.0),
            (Input::ExpectedCount, 6.0),
            (Input::GamesMissed, 0.0),
            (Input::TeamRest, 1.0),
        ],
    );
    reads_of(&league, 2, [(Input::GamesMissed, 1.0), (Input::MissingMinutes, 0.0), (Input::ExpectedMinutes, 42.0)]);
    reads_of(&league, 5, [(Input::GamesMissed, 4.0)]);
}

#[test]
fn what_teams_tell_before_tipoff_is_missing_in_the_morning() {
    let late =
        [Input::StartsTonight, Input::AbsentMinutes, Input::AbsentCount, Input::PresentMinutes, Input::PresentCount];
    assert!(Input::ALL.into_iter().filter(|input| input.is_late()).eq(late));
    lacks(&boston().inputs_of(HIM), late);
    let told = boston().told([HIM], [2, 4]);
    let absent_and_present = [
        (Input::StartsTonight, 1.0),
        (Input::AbsentMinutes, 18.0),
        (Input::AbsentCount, 9.0),
        (Input::PresentMinutes, 36.0),
        (Input::PresentCount, 18.0),
    ];
    reads(&told, absent_and_present);
    reads_of(&told, 4, [(Input::StartsTonight, 0.0), (Input::PresentMinutes, 54.0)]);
    let morning = |row: Inputs| Input::ALL.map(|input| (!input.is_late()).then(|| row.get(input)));
    assert_eq!(morning(told.inputs_of(HIM)), morning(boston().inputs_of(HIM)), "line-ups move late inputs only");
}

#[test]
fn an_opponent_allows_what_others_counted_above_their_average() {
    // Five games of twenty points each, then one against New York: fifteen more than expected, and ten less two days earlier.
    let against_new_york = |day: i32, points: u16| {
        let usual = [12, 11, 10, 9, 8].map(|day| night(day).of("CHI").against("MIA"));
        usual.into_iter().chain([night(day).of("CHI").against("NYK").points(points)])
    };
    let league = League::of([night(2)]).nights(7, against_new_york(2, 35)).nights(8, against_new_york(4, 10));
    reads(
        &league,
        [
            (Input::OpponentAllowed, (0.95 * -10.0 + 15.0) / 1.95),
            (Input::OpponentAllowedFast, (0.85 * -10.0 + 15.0) / 1.85),
            (Input::OpponentAllowedRole, (0.95 * -10.0 + 15.0) / 1.95),
        ],
    );
}

#[test]
fn what_nobody_knows_is_missing() {
    let listed = League::of([night(2).did_not_play()]).inputs_of(HIM);
    lacks(
        &listed,
        [Input::Count1, Input::CountAverage10, Input::CountMean5, Input::Minutes1, Input::DaysOff, Input::Games],
    );
    let alone = League::of([night(2)]).inputs_of(HIM);
    lacks(&alone, [Input::Count2, Input::TeamPace, Input::OpponentDefense, Input::OpponentRest, Input::OpponentZones]);
}

#[test]
fn tonights_own_game_and_later_ones_are_in_no_input() {
    let honest = golden::league();
    for days_ago in [0, -1, -3] {
        let poisoned = golden::league()
            .nights(HIM, [night(days_ago).points(60).minutes(48).against("NYK").usage(0.6).shots([0, 40, 0])])
            .nights(2, [night(days_ago).points(0).of("NYK").against("BOS").off_the_bench()])
            .team_nights("BOS", [team_night(days_ago).won(false).pace(140.0).scored(200.0).allowed(200.0)])
            .team_nights("NYK", [team_night(days_ago).won(false).pace(140.0).scored(200.0).allowed(200.0)])
            .injury(HIM, days_ago, InjuryEventKind::Out);
        assert_eq!(bits(&poisoned.inputs_of(HIM)), bits(&honest.inputs_of(HIM)), "{days_ago}");
    }
}

#[test]
fn a_correction_is_in_inputs_from_the_moment_it_is_known() {
    let corrected = |instant| {
        League::of([night(3).points(20).corrected_at(instant), night(3).points(40).known_at(instant), night(5)])
    };
    let one_minute_late = slate().at(13, 1);
    reads(&corrected(one_minute_late), [(Input::Count1, 20.0), (Input::CountMean5, 20.0)]);
    reads(&corrected(before(1).at(9, 0)), [(Input::Count1, 40.0), (Input::CountMean5, 30.0)]);
}

#[test]
fn a_trade_that_is_known_tomorrow_changes_no_team_tonight() {
    let league = boston();
    let traded = boston().nights(4, [night(-1).of("NYK")]).nights(HIM, [night(-1).of("MIA")]);
    assert_eq!(bits(&traded.inputs_of(HIM)), bits(&league.inputs_of(HIM)));
    let traded_before = boston().nights(4, [night(1).of("NYK")]);
    assert_ne!(bits(&traded_before.inputs_of(HIM)), bits(&league.inputs_of(HIM)));
}

#[test]
fn windows_of_days_end_before_tonight_even_for_a_game_sealed_too_early() {
    let sealed_too_early = night(0).points(60).known_at(slate().at(12, 0));
    reads(
        &League::of([night(3), sealed_too_early]),
        [(Input::GamesLast7, 1.0), (Input::GamesLast14, 1.0), (Input::MinutesLast7, 30.0)],
    );
}
