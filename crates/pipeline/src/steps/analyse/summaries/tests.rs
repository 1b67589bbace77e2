//! Possessions, pace, ratings, usage, shooting and zones of small box scores, computed by hand.

use domain::{Appearance, DidNotPlay, GameDate, Playtime, Role, ShotZones, Shots};

use super::*;

fn slate() -> GameDate {
    "2025-01-10".parse().unwrap()
}

fn team(code: &str) -> Team {
    code.parse().unwrap()
}

fn game() -> Game {
    let tipoff = Some(slate().at(19, 30));
    Game { id: "0022400530".parse().unwrap(), slate: slate(), tipoff, home: team("BOS"), away: team("NYK") }
}

fn line(minutes: u16) -> StatLine {
    StatLine { playtime: Playtime::from_seconds(60 * minutes), ..StatLine::default() }
}

/// Boston at home: 240 minutes, 90 shots, 25 free throws, 14 turnovers and 10 offensive rebounds. That is
/// 90 + 0.44 x 25 + 14 = 115 possessions used, of which the rebounds gave 10 back: 105.
fn boston() -> [StatLine; 6] {
    [
        StatLine { goals_attempted: 16, turnovers: 7, points: 24, offensive_rebounds: 1, ..line(48) },
        StatLine { goals_attempted: 20, turnovers: 3, points: 16, ..line(24) },
        StatLine { goals_attempted: 4, free_throws_attempted: 25, points: 27, ..line(24) },
        StatLine { goals_attempted: 30, turnovers: 2, points: 30, ..line(48) },
        StatLine { goals_attempted: 20, turnovers: 2, points: 15, ..line(48) },
        StatLine { offensive_rebounds: 9, ..line(48) },
    ]
}

/// New York: 80 + 0.44 x 25 + 12 = 103 possessions used, 8 rebounds: 95. So both teams had 100.
fn new_york() -> [StatLine; 5] {
    [
        StatLine { goals_attempted: 40, free_throws_attempted: 25, offensive_rebounds: 8, points: 64, ..line(48) },
        StatLine { goals_attempted: 40, turnovers: 12, points: 40, ..line(48) },
        line(48),
        line(48),
        line(48),
    ]
}

/// Boston's players are numbered from 1, New York's from 11.
fn number(index: usize, team: Team) -> PlayerId {
    PlayerId::new(index as u32 + if team == game().home { 1 } else { 11 })
}

fn row(player: PlayerId, team: Team, appearance: Appearance) -> BoxScore {
    let (opponent, venue) = game().side_of(team).unwrap();
    BoxScore { game: game().id, slate: slate(), player, team, opponent, venue, appearance }
}

/// What is known about the game, all of it the same evening unless said otherwise.
struct Evening(SlateFacts);

impl Evening {
    fn scheduled() -> Self {
        let scheduled = Known::new(game(), slate().plus_days(-2).at(0, 0), Provenance::Observed);
        Self(SlateFacts { games: vec![scheduled], ..SlateFacts::default() })
    }

    /// Boston won by 112 to 104.
    fn played() -> Self {
        Self::scheduled().scored(112, 104).listed("BOS", boston()).listed("NYK", new_york())
    }

    fn scored(mut self, home_points: u16, away_points: u16) -> Self {
        let score = FinalScore { game: game().id, slate: slate(), home_points, away_points };
        self.0.scores.push(Known::new(score, night(), Provenance::Observed));
        self
    }

    fn listed(mut self, code: &str, lines: impl IntoIterator<Item = StatLine>) -> Self {
        let team = team(code);
        self.0.box_scores.extend(lines.into_iter().enumerate().map(|(index, line)| {
            let appearance = Appearance::Played(Role::Starter, line);
            Known::new(row(number(index, team), team, appearance), night(), Provenance::Observed)
        }));
        self
    }

    fn absent(mut self, player: u32, code: &str) -> Self {
        let absent = row(PlayerId::new(player), team(code), Appearance::Absent(DidNotPlay::Coach));
        self.0.box_scores.push(Known::new(absent, night(), Provenance::Observed));
        self
    }

    fn shots(mut self, player: u32, zones: ShotZones, known_at: Timestamp) -> Self {
        let shots = PlayerShots { game: game().id, slate: slate(), player: PlayerId::new(player), zones };
        self.0.shots.push(Known::new(shots, known_at, Provenance::Reconstructed));
        self
    }

    /// Another version of Boston's first player, known the next morning.
    fn corrected(mut self, line: StatLine) -> Self {
        self.0.box_scores[0].supersede(morning());
        let corrected = row(PlayerId::new(1), team("BOS"), Appearance::Played(Role::Starter, line));
        self.0.box_scores.push(Known::new(corrected, morning(), Provenance::Observed));
        self
    }

    fn player(&self, player: u32) -> PlayerGameSummary {
        let player = PlayerId::new(player);
        players(&self.0).iter().rfind(|summary| summary.subject() == player).unwrap().unseal().clone()
    }

    fn offense(&self, code: &str) -> TeamOffenseGameSummary {
        offenses(&self.0).iter().rfind(|summary| summary.subject() == team(code)).unwrap().unseal().clone()
    }

    fn defense(&self, code: &str) -> TeamDefenseGameSummary {
        defenses(&self.0).iter().rfind(|summary| summary.subject() == team(code)).unwrap().unseal().clone()
    }

    /// How many versions of players', offences' and defences' summaries there are.
    fn versions(&self) -> [usize; 3] {
        [players(&self.0).len(), offenses(&self.0).len(), defenses(&self.0).len()]
    }
}

fn night() -> Timestamp {
    slate().at(22, 30)
}

fn morning() -> Timestamp {
    slate().plus_days(1).at(9, 0)
}

#[track_caller]
fn assert_near(value: f64, expected: f64) {
    assert!((value - expected).abs() < 1e-9, "{value} should be {expected}");
}

fn shots(made: u16, attempted: u16) -> Shots {
    Shots::new(made, attempted).unwrap()
}

#[test]
fn possessions_are_the_mean_of_both_teams_estimates() {
    for code in ["BOS", "NYK"] {
        assert_near(Evening::played().offense(code).possessions, 100.0);
        assert_near(Evening::played().offense(code).pace, 100.0);
        assert_near(Evening::played().defense(code).pace, 100.0);
    }
}

#[test]
fn each_teams_rating_is_its_own_points_and_the_other_side_of_the_opponents() {
    let evening = Evening::played();
    let (boston, new_york) = (evening.offense("BOS"), evening.offense("NYK"));
    assert_eq!((boston.points, boston.opponent_points, boston.won()), (112, 104, true));
    assert_eq!((new_york.points, new_york.opponent_points, new_york.won()), (104, 112, false));
    assert_near(boston.offensive_rating, 112.0);
    assert_near(new_york.offensive_rating, 104.0);
    assert_near(evening.defense("BOS").defensive_rating, 104.0);
    assert_near(evening.defense("NYK").defensive_rating, 112.0);
    assert_eq!([evening.defense("BOS"), evening.defense("NYK")].map(|side| side.points_allowed), [104, 112]);
}

#[test]
fn each_side_knows_its_opponent_and_its_venue() {
    let evening = Evening::played();
    let sides = ["BOS", "NYK"].map(|code| (evening.offense(code).opponent, evening.offense(code).venue));
    assert_eq!(sides, [(team("NYK"), Venue::Home), (team("BOS"), Venue::Away)]);
    let sides = ["BOS", "NYK"].map(|code| (evening.defense(code).opponent, evening.defense(code).venue));
    assert_eq!(sides, [(team("NYK"), Venue::Home), (team("BOS"), Venue::Away)]);
}

#[test]
fn an_overtime_makes_a_game_longer_and_not_faster() {
    // Six shots more on each side: 106 possessions in 53 minutes are 96 in 48.
    let longer = |shots: u16| {
        move |line: StatLine| StatLine {
            playtime: Playtime::from_seconds(line.playtime.seconds() / 48 * 53),
            goals_attempted: line.goals_attempted + shots,
            ..line
        }
    };
    let evening = Evening::scheduled().scored(120, 118).listed("BOS", boston().map(longer(1))).listed(
        "NYK",
        new_york().map(longer(1)).into_iter().enumerate().map(|(index, line)| match index {
            0 => StatLine { goals_attempted: line.goals_attempted + 1, ..line },
            _ => line,
        }),
    );
    assert_near(evening.offense("BOS").possessions, 106.0);
    assert_near(evening.offense("BOS").pace, 96.0);
    assert_near(evening.defense("NYK").pace, 96.0);
    assert_near(evening.defense("BOS").defensive_rating, 100.0 * 118.0 / 106.0);
}

#[test]
fn usage_is_a_share_of_what_the_team_did_while_he_was_on_court() {
    let usage = |player| Evening::played().player(player).usage.map(Fraction::get).unwrap();
    // 16 + 7 of 115 in all 48 minutes; 20 + 3 of half of them in 24; 4 + 0.44 x 25 of half of them in 24.
    assert_near(usage(1), 0.2);
    assert_near(usage(2), 0.4);
    assert_near(usage(3), 30.0 / 115.0);
    assert_near(usage(6), 0.0);
    // 40 + 0.44 x 25 of New York's 103.
    assert_near(usage(11), 51.0 / 103.0);
}

#[test]
fn a_few_seconds_of_play_have_no_usage() {
    let briefly = |seconds| StatLine { goals_attempted: 1, playtime: Playtime::from_seconds(seconds), ..line(0) };
    let evening = |seconds| {
        Evening::scheduled().listed("BOS", boston().into_iter().chain([briefly(seconds)])).listed("NYK", new_york())
    };
    for seconds in [0, 2] {
        assert_eq!(evening(seconds).player(7).usage, None, "{seconds}");
    }
    assert!(evening(240).player(7).usage.is_some());
}

#[test]
fn true_shooting_counts_trips_to_the_line_as_part_of_a_shot() {
    let true_shooting = |player| Evening::played().player(player).true_shooting;
    // 24 points on 16 shots; 27 points on 4 + 0.44 x 25 = 15.
    assert_near(true_shooting(1).unwrap(), 0.75);
    assert_near(true_shooting(3).unwrap(), 0.9);
    assert_eq!(true_shooting(6), None);
}

#[test]
fn who_did_not_play_is_listed_without_numbers_and_changes_nobodys() {
    let with_absent = Evening::played().absent(7, "BOS").absent(17, "NYK");
    let absent = with_absent.player(7);
    assert_eq!(absent.appearance, Appearance::Absent(DidNotPlay::Coach));
    assert_eq!((absent.played(), absent.usage, absent.true_shooting, absent.zones), (None, None, None, None));
    assert_eq!(with_absent.player(1), Evening::played().player(1));
    assert_eq!(with_absent.offense("BOS"), Evening::played().offense("BOS"));
    assert_eq!(with_absent.defense("BOS"), Evening::played().defense("BOS"));
}

#[test]
fn six_zones_become_three_and_the_opponent_allowed_them() {
    let first = ShotZones {
        restricted_area: shots(3, 5),
        paint: shots(2, 4),
        mid_range: shots(1, 3),
        corner_three: shots(1, 2),
        above_break_three: shots(2, 6),
        back_court: shots(0, 1),
    };
    let second = ShotZones { paint: shots(4, 8), above_break_three: shots(1, 2), ..ShotZones::default() };
    let evening = Evening::played().shots(11, first, night()).shots(12, second, night());
    let folded = ZoneShots { paint: shots(5, 9), mid_range: shots(1, 3), three: shots(3, 9) };
    let together = ZoneShots { paint: shots(9, 17), mid_range: shots(1, 3), three: shots(4, 11) };
    assert_eq!(evening.player(11).zones, Some(folded));
    assert_eq!(evening.defense("BOS").zones_allowed, Some(together));
    assert_eq!(evening.defense("NYK").zones_allowed, None);
}

#[test]
fn who_took_no_shot_shot_from_nowhere_and_of_others_it_is_unknown() {
    let evening = Evening::played();
    assert_eq!(evening.player(6).zones, Some(ZoneShots::default()));
    assert_eq!(evening.player(1).zones, None);
}

#[test]
fn a_game_with_one_side_missing_has_players_and_no_teams() {
    let one_side = Evening::scheduled().scored(112, 104).listed("BOS", boston());
    assert_eq!(one_side.versions(), [6, 0, 0]);
    assert_near(one_side.player(1).usage.map(Fraction::get).unwrap(), 0.2);
    let listed_only = Evening::scheduled().scored(112, 104).listed("BOS", boston()).absent(11, "NYK");
    assert_eq!(listed_only.versions(), [7, 0, 0]);
}

#[test]
fn without_a_score_there_are_no_ratings_and_without_a_box_score_there_is_nothing() {
    let unscored = Evening::scheduled().listed("BOS", boston()).listed("NYK", new_york());
    assert_eq!(unscored.versions(), [11, 0, 0]);
    assert_eq!(Evening::scheduled().scored(112, 104).versions(), [0, 0, 0]);
    assert_eq!(Evening::scheduled().versions(), [0, 0, 0]);
}

#[test]
fn half_a_game_has_no_pace() {
    let half = |line: StatLine| StatLine { playtime: Playtime::from_seconds(line.playtime.seconds() / 2), ..line };
    let torn =
        Evening::scheduled().scored(112, 104).listed("BOS", boston().map(half)).listed("NYK", new_york().map(half));
    assert_eq!(torn.versions(), [11, 0, 0]);
}

#[test]
fn a_box_score_that_lacks_one_player_has_no_pace() {
    let torn =
        Evening::scheduled().scored(112, 104).listed("BOS", boston()).listed("NYK", new_york().into_iter().skip(1));
    assert_eq!(torn.versions(), [10, 0, 0]);
}

#[test]
fn a_schedule_that_arrives_after_the_box_score_makes_the_summaries() {
    let mut evening = Evening::played();
    let games = std::mem::take(&mut evening.0.games);
    evening.0.games =
        games.iter().map(|game| Known::new(game.unseal().clone(), morning(), Provenance::Observed)).collect();
    assert_eq!(evening.versions(), Evening::played().versions());
    assert!(players(&evening.0).iter().all(|summary| summary.known_at() == morning()));
}

#[test]
fn a_correction_is_a_new_version_of_what_it_changes_and_of_nothing_else() {
    let more_points = StatLine { points: 26, ..boston()[0] };
    let evening = Evening::played().corrected(more_points);
    assert_eq!(evening.versions(), [12, 2, 2]);
    let versions: Vec<_> = players(&evening.0)
        .into_iter()
        .filter(|summary| summary.subject() == PlayerId::new(1))
        .map(|summary| (summary.known_at(), summary.unseal().played().unwrap().points))
        .collect();
    assert_eq!(versions, [(night(), 24), (morning(), 26)]);
    // One turnover more changes everybody's share of Boston's possessions, and both teams' pace.
    let turnover = StatLine { turnovers: 8, ..boston()[0] };
    let evening = Evening::played().corrected(turnover);
    assert_near(evening.offense("NYK").possessions, 100.5);
    assert_near(evening.player(2).usage.map(Fraction::get).unwrap(), 46.0 / 116.0);
    assert_eq!(evening.versions(), [11 + 5, 4, 4]);
}

#[test]
fn shots_that_come_later_are_known_later() {
    let zones = ShotZones { paint: shots(4, 8), ..ShotZones::default() };
    let evening = Evening::played().shots(11, zones, morning());
    assert_eq!(evening.versions(), [12, 2, 3]);
    let allowed: Vec<_> = defenses(&evening.0)
        .into_iter()
        .filter(|summary| summary.subject() == team("BOS"))
        .map(|summary| (summary.known_at(), summary.provenance(), summary.unseal().zones_allowed.is_some()))
        .collect();
    let expected = [(night(), Provenance::Observed, false), (morning(), Provenance::Reconstructed, true)];
    assert_eq!(allowed, expected);
}
