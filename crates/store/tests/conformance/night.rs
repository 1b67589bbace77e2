//! One night's facts as values: two games, the people in them, and everything told about them, extremes included.

use std::fmt::Debug;

use domain::{
    Alias, Appearance, Availability, BoxScore, DecimalOdds, FinalScore, Fraction, Game, GameDate, GameId, GameLine,
    HalfPoints, InjuryEvent, InjuryEventKind, Known, LineRole, LineupSpot, Market, Meaning, PlayerGameSummary,
    PlayerId, PlayerName, PlayerShots, Playtime, Probability, PropLine, Provenance, Role, ShotZones, Shots, Spot,
    StatLine, Team, TeamDefenseGameSummary, TeamName, TeamOffenseGameSummary, Venue, ZoneShots,
};
use jiff::Timestamp;
use pipeline::rows::{Prediction, PredictionId, Quote};
use pipeline::suspicion::{Check, Finding, Verdict};
use predict::{Recommendation, Side, SystemId};

/// An instant.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The night.
pub(crate) fn slate() -> GameDate {
    "2025-01-15".parse().unwrap()
}

/// When the night's games are over and told of.
pub(crate) fn after_games() -> Timestamp {
    at("2025-01-16T04:00:00Z")
}

pub(crate) fn team(code: &str) -> Team {
    code.parse().unwrap()
}

pub(crate) fn boston_game() -> GameId {
    "0022400561".parse().unwrap()
}

pub(crate) fn jokic() -> PlayerId {
    PlayerId::new(203_999)
}

/// A fact seen at an instant.
pub(crate) fn seen<T>(value: T, known_at: Timestamp) -> Known<T> {
    Known::new(value, known_at, Provenance::Observed)
}

/// A fact whose instant follows from a rule.
pub(crate) fn recalled<T>(value: T, known_at: Timestamp) -> Known<T> {
    Known::new(value, known_at, Provenance::Reconstructed)
}

pub(crate) fn game() -> Game {
    Game {
        id: boston_game(),
        slate: slate(),
        tipoff: Some(at("2025-01-16T00:30:00Z")),
        home: team("BOS"),
        away: team("DEN"),
    }
}

pub(crate) fn name(player: PlayerId, name: &str) -> PlayerName {
    PlayerName { player, name: name.into() }
}

pub(crate) fn team_name(code: &str, name: &str) -> TeamName {
    TeamName { team: team(code), name: name.into() }
}

pub(crate) fn score(home_points: u16, away_points: u16) -> FinalScore {
    FinalScore { game: boston_game(), slate: slate(), home_points, away_points }
}

/// A line of a box score in which no two numbers are the same.
pub(crate) fn stat_line() -> StatLine {
    StatLine {
        playtime: Playtime::from_seconds(2_234),
        goals_made: 11,
        goals_attempted: 19,
        threes_made: 4,
        threes_attempted: 9,
        free_throws_made: 5,
        free_throws_attempted: 6,
        offensive_rebounds: 3,
        defensive_rebounds: 12,
        assists: 10,
        steals: 2,
        blocks: 1,
        turnovers: 7,
        fouls: 8,
        points: 31,
        plus_minus: Some(-17),
    }
}

pub(crate) fn box_score(player: PlayerId, appearance: Appearance) -> BoxScore {
    BoxScore {
        game: boston_game(),
        slate: slate(),
        player,
        team: team("DEN"),
        opponent: team("BOS"),
        venue: Venue::Away,
        appearance,
    }
}

/// A box-score row with that many points.
pub(crate) fn scored(points: u16) -> BoxScore {
    box_score(jokic(), Appearance::Played(Role::Starter, StatLine { points, ..stat_line() }))
}

fn shots(made: u16, attempted: u16) -> Shots {
    Shots::new(made, attempted).unwrap()
}

pub(crate) fn player_shots() -> PlayerShots {
    PlayerShots {
        game: boston_game(),
        slate: slate(),
        player: jokic(),
        zones: ShotZones {
            restricted_area: shots(1, 2),
            paint: shots(3, 5),
            mid_range: shots(0, 0),
            corner_three: shots(7, 11),
            above_break_three: shots(13, 17),
            back_court: shots(0, u16::MAX),
        },
    }
}

pub(crate) fn odds(decimal: f64) -> Option<DecimalOdds> {
    Some(DecimalOdds::new(decimal).unwrap())
}

pub(crate) fn prop_line() -> PropLine {
    PropLine {
        game: boston_game(),
        slate: slate(),
        player: jokic(),
        market: Market::Points,
        book: "draftkings".parse().unwrap(),
        feed: "odds_api_T12h".into(),
        line: HalfPoints::from_halves(53),
        role: LineRole::Main,
        over: odds(1.9091),
        under: odds(1.87),
        observed_at: Some(at("2025-01-15T14:00:00.123456Z")),
    }
}

pub(crate) fn game_line() -> GameLine {
    GameLine {
        game: boston_game(),
        slate: slate(),
        source: "archive".into(),
        book: "consensus".into(),
        home_spread: Some(-12.5),
        total: Some(231.0),
        home_win: odds(1.0001),
        away_win: odds(9_999.999_9),
    }
}

pub(crate) fn injury(date: &str, kind: InjuryEventKind, detail: &str) -> InjuryEvent {
    InjuryEvent { player: jokic(), date: date.parse().unwrap(), kind, detail: detail.into() }
}

/// He starts.
pub(crate) fn lineup_spot() -> LineupSpot {
    LineupSpot { game: boston_game(), slate: slate(), player: jokic(), team: team("DEN"), spot: Spot::Starts }
}

/// Something odd about a payload.
pub(crate) fn conspicuous() -> Finding {
    Finding { check: Check::Stale, verdict: Verdict::Degrade, detail: "the newest line is 5 h old".to_owned() }
}

/// An event, a player and a spelling, as others call them.
pub(crate) fn aliases() -> [Alias; 3] {
    let of = |provider: &str, foreign_id: &str, meaning| Alias {
        provider: provider.to_owned(),
        foreign_id: foreign_id.to_owned(),
        meaning,
    };
    [
        of("odds_api", "a73be3f1", Meaning::Game(boston_game())),
        of("espn", "3112335", Meaning::Player(jokic())),
        of(Alias::OPERATOR, "thejoker", Meaning::PlayerName(jokic())),
    ]
}

pub(crate) fn summary() -> PlayerGameSummary {
    PlayerGameSummary {
        game: boston_game(),
        slate: slate(),
        player: jokic(),
        team: team("DEN"),
        opponent: team("BOS"),
        venue: Venue::Away,
        appearance: Appearance::Played(Role::Bench, stat_line()),
        usage: Fraction::of(1.0, 3.0),
        true_shooting: Some(0.1 + 0.2),
        zones: Some(ZoneShots { paint: shots(4, 7), mid_range: shots(0, 0), three: shots(20, 29) }),
    }
}

/// A summary with that many points.
pub(crate) fn summary_of(points: u16) -> PlayerGameSummary {
    let line = StatLine { points, ..stat_line() };
    PlayerGameSummary { appearance: Appearance::Played(Role::Bench, line), ..summary() }
}

pub(crate) fn offense() -> TeamOffenseGameSummary {
    TeamOffenseGameSummary {
        game: boston_game(),
        slate: slate(),
        team: team("BOS"),
        opponent: team("DEN"),
        venue: Venue::Home,
        points: 118,
        opponent_points: 112,
        possessions: 98.6,
        pace: 99.1,
        offensive_rating: 119.7,
    }
}

pub(crate) fn defense() -> TeamDefenseGameSummary {
    TeamDefenseGameSummary {
        game: boston_game(),
        slate: slate(),
        team: team("BOS"),
        opponent: team("DEN"),
        venue: Venue::Home,
        points_allowed: 112,
        defensive_rating: 113.6,
        pace: 99.1,
        zones_allowed: Some(ZoneShots { paint: shots(2, 3), mid_range: shots(5, 8), three: shots(13, 21) }),
    }
}

/// Both hold the same, in whatever order.
pub(crate) fn assert_same<T: PartialEq + Debug>(found: &[T], expected: &[T]) {
    assert_eq!(found.len(), expected.len(), "found {found:?}");
    for one in expected {
        assert!(found.contains(one), "{one:?} is not among {found:?}");
    }
}

/// A two-way price at a line.
pub(crate) fn quote() -> Quote {
    Quote {
        book: "draftkings".parse().unwrap(),
        line: HalfPoints::from_halves(53),
        over_odds: odds(1.9091),
        under_odds: odds(1.87),
        observed_at: at("2025-01-15T17:00:00Z"),
        law_over: Probability::new(0.1 + 0.2).unwrap(),
        push: Probability::new(0.0).unwrap(),
        over: Probability::new(1.0 / 3.0),
        expected_value: Some(-0.036_4),
    }
}

/// A priced prediction.
pub(crate) fn prediction() -> Prediction {
    Prediction {
        id: PredictionId("0a1b2c3d4e5f".into()),
        game: boston_game(),
        slate: slate(),
        player: jokic(),
        team: team("DEN"),
        opponent: team("BOS"),
        venue: Venue::Away,
        market: Market::Points,
        system: SystemId::Ensemble,
        mean: 27.3,
        median: 27,
        deviation: 8.25,
        availability: Availability::Questionable,
        p_plays: None,
        quote: Some(quote()),
        recommendation: Recommendation::Bet(Side::Over),
    }
}
