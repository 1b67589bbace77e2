//! One player's evening with all 33 features computed by hand.

use domain::InjuryEventKind;
use predict::features::Feature;

use crate::evening::{Night, before, night, quote, slate, team_night};
use crate::league::{HIM, League};

/// Days ago, points, minutes, free throws made and usage of his newest ten games.
const NEWEST_TEN: [(i32, u16, u16, u16, f64); 10] = [
    (1, 30, 36, 5, 0.30),
    (3, 24, 34, 4, 0.26),
    (4, 21, 38, 3, 0.28),
    (7, 18, 32, 2, 0.24),
    (9, 22, 40, 6, 0.30),
    (12, 19, 36, 3, 0.34),
    (15, 21, 38, 4, 0.32),
    (20, 24, 35, 5, 0.31),
    (28, 11, 35, 0, 0.35),
    (33, 10, 10, 2, 0.30),
];

/// He met New York three and nine days ago, last season, and long ago.
fn his_games() -> Vec<Night> {
    let newest = NEWEST_TEN.map(|(day, points, minutes, free_throws, usage)| {
        let opponent = if [3, 9].contains(&day) { "NYK" } else { "CHI" };
        night(day)
            .points(points)
            .minutes(minutes)
            .free_throws(free_throws)
            .usage(usage)
            .shots([9, 4, 7])
            .against(opponent)
    });
    let older = [
        night(40).points(31).minutes(18).usage(0.90).shots([0, 40, 0]),
        night(300).points(29).against("NYK"),
        night(1100).points(60).against("NYK"),
    ];
    let absent = [2, 6, 10].map(|day| night(day).against("NYK").did_not_play());
    newest.into_iter().chain(older).chain(absent).collect()
}

/// He plays for Boston at home against New York, is questionable, and a star of his team is out.
pub(crate) fn league() -> League {
    let boston_days = [1, 3, 4, 7, 9, 12, 15, 20, 28, 33, 40, 42, 44, 46, 48, 50];
    let boston = boston_days.into_iter().enumerate().map(|(index, day)| {
        team_night(day)
            .won(index < 11)
            .pace(if index == 15 { 60.0 } else { [98.0, 100.0, 102.0][index % 3] })
            .scored(if index >= 10 { 90.0 } else { [116.0, 120.0][index % 2] })
            .allowed(108.0)
            .zones_allowed([(27, 50), (20, 50), (18, 50)])
    });
    let new_york = (0..16).map(|index| {
        team_night(2 + 3 * index)
            .pace(if index == 15 { 60.0 } else { [102.0, 102.0, 105.0][index as usize % 3] })
            .allowed(match index {
                0 => 125.0,
                15 => 90.0,
                _ => 110.0,
            })
            .zones_allowed(if index == 15 { [(50, 50); 3] } else { [(30, 50), (20, 50), (18, 50)] })
    });
    let usual = |game| team_night(4 * game).pace(100.0).zones_allowed([(27, 50), (20, 50), (18, 50)]);
    ["ATL", "CHA", "DAL", "HOU"]
        .into_iter()
        .fold(League::of(his_games()), |league, code| league.team_nights(code, (1..=15).map(usual)))
        .team_nights("BOS", boston)
        .team_nights("BOS", [team_night(300).won(false)])
        .team_nights("NYK", new_york)
        .nights(2, [20, 22, 24, 26, 28].map(|day| night(day).usage(0.30).minutes(34)))
        .injury(2, 19, InjuryEventKind::Out)
        .injury(HIM, 1, InjuryEventKind::Questionable)
        .quotes([
            quote("draftkings", 21.5, before(1).at(18, 0)),
            quote("draftkings", 22.5, slate().at(9, 0)),
            quote("fanduel", 22.5, slate().at(9, 0)),
            quote("betmgm", 20.5, before(1).at(18, 0)).through("other"),
            quote("betmgm", 22.5, slate().at(12, 0)).through("other"),
            quote("betmgm", 30.5, slate().at(14, 0)),
        ])
}

#[test]
fn one_evenings_33_features_are_as_computed_by_hand() {
    let expected = [
        ("points_avg_last_5", 23.0),       // 30 + 24 + 21 + 18 + 22 = 115
        ("points_avg_last_10", 20.0),      // 115 + 19 + 21 + 24 + 11 + 10 = 200
        ("points_avg_season", 21.0),       // 200 + 31 = 231 over 11
        ("points_std_last_10", 6.0),       // 100+16+1+4+4 + 1+1+16+81+100 = 324 over 9, rooted
        ("games_in_last_7_days", 4.0),     // 1, 3, 4 and 7 days ago
        ("fatigue_score", 62.0),           // 100, -15 played yesterday, -10 four games, -8 36 minutes, -5 days 3 and 4
        ("shot_zone_mismatch_score", 4.5), // 60 % less the league's 55 %, times 0.45 / 0.5
        ("pace_score", 1.25),              // 103 less the league's 100.5, halved
        ("usage_spike_score", 1.035),      // 30 less 27 points, times 0.3, times 1.15 for one star out
        ("rest_advantage", -1.0),          // none against one day
        ("injury_risk", 2.0),              // questionable
        ("recent_trend", 2.0),             // 75 / 3 less 40 / 2 is five up
        ("minutes_change", 1.0),           // 180 / 5 = 36 against 352 / 11 = 32 is 12.5 % up
        ("opponent_def_rating", 111.0),    // 125 + 14 x 110 = 1665 over 15
        ("opponent_pace", 103.0),          // 10 x 102 + 5 x 105 = 1545 over 15
        ("home_away", 1.0),
        ("back_to_back", 1.0),
        ("playoff_game", 0.0),
        ("pct_paint", 0.45),          // 9 of 20
        ("pct_mid_range", 0.2),       // 4 of 20
        ("pct_three", 0.35),          // 7 of 20
        ("pct_free_throw", 0.17),     // 34 of 200 points
        ("team_pace", 100.0),         // 5 x (98 + 100 + 102) over 15
        ("team_off_rating", 118.0),   // 5 x (116 + 120) over 10
        ("team_win_pct", 0.6875),     // 11 of 16
        ("vegas_points_line", 22.5),  // three times 22.5
        ("vegas_opening_line", 21.5), // 21.5 + 22.5 + 20.5 = 64.5 over 3
        ("vegas_line_move", 1.0),
        ("has_vegas_line", 1.0),
        ("avg_points_vs_opponent", 25.0), // 24 + 22 + 29 = 75 over 3
        ("games_vs_opponent", 3.0),
        ("minutes_avg_last_10", 36.0),      // 324 over the nine games of thirty days
        ("ppm_avg_last_10", 190.0 / 324.0), // 200 less the tenth game's 10
    ];
    assert_eq!(Feature::NAMES, expected.map(|(name, _)| name));
    let vector = league().vector();
    let wrong: Vec<_> = expected
        .into_iter()
        .zip(vector.values())
        .filter(|((_, expected), value)| !value.is_some_and(|value| (value - expected).abs() < 1e-9))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
