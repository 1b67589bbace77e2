//! What is told in a provider's shape is what its parser reads.

use domain::{
    Appearance, BoxScore, Cutoff, DidNotPlay, Game, GameDate, InjuryEvent, InjuryEventKind, Known, LineRole, Market,
    PlayerId, PlayerName, PlayerShots, Playtime, PropLine, Role, ShotZones, Shots, Spot, StatLine, TeamName, Venue,
};
use jiff::Timestamp;
use pipeline::RawPayload;
use pipeline::source::{self, Directory, Parsed};
use serde_json::Value;

use super::nba_cdn::Stage;
use super::{balldontlie, nba_cdn, odds_api};

fn slate() -> GameDate {
    "2025-01-15".parse().unwrap()
}

fn game() -> Game {
    let [home, away] = ["BOS", "NYK"].map(|code| code.parse().unwrap());
    Game { id: "0022400561".parse().unwrap(), slate: slate(), tipoff: Some(slate().at(19, 30)), home, away }
}

fn directory() -> Directory {
    let named = |number, name: &str| PlayerName { player: PlayerId::new(number), name: name.to_owned() };
    let team = |code: &str, name: &str| TeamName { team: code.parse().unwrap(), name: name.to_owned() };
    Directory::new(
        vec![game()],
        vec![named(1, "Ann Able"), named(2, "Bob Baker"), named(3, "Cy Young Jr.")],
        vec![team("BOS", "Boston Celtics"), team("NYK", "New York Knicks")],
    )
}

/// What a source reads in an answer that came at an instant.
fn read(source: &str, answer: &Value, fetched_at: Timestamp) -> Parsed {
    let body = answer.to_string().into_bytes().into();
    let payload = RawPayload {
        source: source.to_owned(),
        subject: format!("x_{}.json", game().id),
        fetched_at,
        etag: None,
        body,
    };
    let source = source::all().into_iter().find(|known| known.id() == source).unwrap();
    let parsed = source.parse(&payload, &directory()).unwrap();
    assert!(parsed.rejects.counts().is_empty(), "{:?}", parsed.rejects);
    parsed
}

fn opened<T: Clone>(facts: &[Known<T>], at: Timestamp) -> Vec<T> {
    facts.iter().filter_map(|fact| fact.open(Cutoff::at(at))).cloned().collect()
}

fn rows() -> Vec<BoxScore> {
    let line = StatLine {
        playtime: Playtime::from_seconds(1819),
        goals_made: 7,
        goals_attempted: 15,
        threes_made: 2,
        threes_attempted: 6,
        free_throws_made: 3,
        free_throws_attempted: 4,
        points: 19,
        plus_minus: Some(-4),
        ..StatLine::default()
    };
    let of = |player, home: bool, appearance| {
        let sides = [(game().home, game().away, Venue::Home), (game().away, game().home, Venue::Away)];
        let (team, opponent, venue) = sides[usize::from(!home)];
        BoxScore { game: game().id, slate: slate(), player: PlayerId::new(player), team, opponent, venue, appearance }
    };
    vec![
        of(1, true, Appearance::Played(Role::Starter, line)),
        of(2, true, Appearance::Absent(DidNotPlay::InactiveInjury)),
        of(3, false, Appearance::Played(Role::Bench, line)),
    ]
}

#[test]
fn a_final_box_score_is_read_as_it_was() {
    let over = slate().at(22, 0);
    assert_eq!(Stage::of(&game(), over), Stage::Final);
    let parsed = read("nba_cdn_box_score", &nba_cdn::box_score(&directory(), &game(), Stage::Final, &rows()), over);
    assert_eq!(opened(&parsed.facts.box_scores, over), rows());
    let scores = opened(&parsed.facts.scores, over);
    assert_eq!((scores[0].home_points, scores[0].away_points), (19, 19));
}

#[test]
fn every_reason_not_to_play_is_read_as_it_was() {
    use DidNotPlay::*;
    let reasons = [
        Coach,
        Injury,
        Other,
        NoReason,
        UndressedInjury,
        UndressedCoach,
        UndressedOther,
        AwayInjury,
        AwayOther,
        InactiveInjury,
        InactiveOther,
    ];
    for reason in reasons {
        let absent = BoxScore { appearance: Appearance::Absent(reason), ..rows()[1].clone() };
        let answer = nba_cdn::box_score(&directory(), &game(), Stage::Final, std::slice::from_ref(&absent));
        let parsed = read("nba_cdn_box_score", &answer, slate().at(22, 0));
        assert_eq!(opened(&parsed.facts.box_scores, slate().at(22, 0)), [absent]);
    }
}

#[test]
fn line_ups_are_told_half_an_hour_before_the_game_and_nothing_of_it_while_it_is_played() {
    let told = |hour, minute| {
        let now = slate().at(hour, minute);
        let answer = nba_cdn::box_score(&directory(), &game(), Stage::of(&game(), now), &rows());
        let body = answer.to_string().into_bytes().into();
        let (source, subject) = ("nba_cdn_box_score".to_owned(), String::new());
        let payload = RawPayload { source, subject, fetched_at: now, etag: None, body };
        let box_score = source::all().into_iter().find(|source| source.id() == "nba_cdn_box_score").unwrap();
        let facts = box_score.parse(&payload, &directory()).unwrap().facts;
        let spots: Vec<Spot> = opened(&facts.lineups, now).iter().map(|spot| spot.spot).collect();
        (spots, facts.box_scores.len())
    };
    assert_eq!(told(18, 59), (vec![], 0));
    // Away nobody starts, so nothing is told of them.
    assert_eq!(told(19, 0), (vec![Spot::Starts, Spot::Out], 0));
    assert_eq!(told(19, 30), (vec![], 0));
    assert_eq!(told(21, 49), (vec![], 0));
    assert_eq!(told(21, 50), (vec![], 3));
}

#[test]
fn shots_are_read_as_they_were() {
    let zones = ShotZones {
        restricted_area: Shots { made: 3, attempted: 5 },
        corner_three: Shots { made: 1, attempted: 2 },
        back_court: Shots { made: 0, attempted: 1 },
        ..ShotZones::default()
    };
    let shots = vec![PlayerShots { game: game().id, slate: slate(), player: PlayerId::new(1), zones }];
    let answer = nba_cdn::play_by_play(&game(), &rows(), &shots);
    assert_eq!(answer["game"]["actions"][0]["teamTricode"], "BOS");
    let over = slate().at(22, 0);
    assert_eq!(opened(&read("nba_cdn_play_by_play", &answer, over).facts.shots, over), shots);
}

#[test]
fn the_schedule_is_read_as_it_was() {
    let morning = slate().at(6, 0);
    let answer = nba_cdn::schedule(&directory(), [game()].iter(), morning);
    assert_eq!(answer["leagueSchedule"]["seasonYear"], "2024-25");
    let parsed = read("nba_cdn_schedule", &answer, morning);
    assert_eq!(opened(&parsed.facts.games, morning), [game()]);
    let names: Vec<String> = opened(&parsed.facts.teams, morning).into_iter().map(|team| team.name).collect();
    assert_eq!(names, ["Boston Celtics", "New York Knicks"]);
}

#[test]
fn lines_are_read_as_they_were_in_the_markets_asked_for() {
    let now = slate().at(12, 45);
    let line = |player, points: f64, role| PropLine {
        game: game().id,
        slate: slate(),
        player: PlayerId::new(player),
        market: Market::Points,
        book: "draftkings".parse().unwrap(),
        feed: "odds_api".into(),
        line: domain::HalfPoints::from_points(points).unwrap(),
        role,
        over: domain::DecimalOdds::new(1.87),
        under: domain::DecimalOdds::new(1.95),
        observed_at: Some(slate().at(12, 0)),
    };
    let lines = [line(1, 22.5, LineRole::Main), line(1, 25.5, LineRole::Alternate), line(3, 9.5, LineRole::Main)];
    let asked = |markets: &[&str]| {
        let markets: Vec<String> = markets.iter().map(|market| (*market).to_owned()).collect();
        let answer = odds_api::event_odds(&directory(), &game(), &lines, &markets, now);
        opened(&read("odds_api_event_odds", &answer, now).facts.prop_lines, now)
    };
    assert_eq!(asked(&["player_points"]), [lines[0].clone(), lines[2].clone()]);
    assert_eq!(asked(&["player_rebounds"]), []);
    assert_eq!(asked(&["player_points", "player_points_alternate"]).len(), 3);
}

#[test]
fn injuries_are_read_as_they_were_and_who_is_back_is_not_listed() {
    let now = slate().at(12, 45);
    let event = |player, kind| {
        let (player, detail) = (PlayerId::new(player), "ankle".to_owned());
        InjuryEvent { player, date: slate(), kind, detail }
    };
    let events =
        [event(1, InjuryEventKind::Out), event(2, InjuryEventKind::Return), event(3, InjuryEventKind::Questionable)];
    let parsed = read("balldontlie_injuries", &balldontlie::injuries(&directory(), events.iter(), 0), now);
    assert_eq!(opened(&parsed.facts.injuries, now), [events[0].clone(), events[2].clone()]);
}

#[test]
fn a_long_list_of_injuries_is_told_in_pages_of_a_hundred() {
    let event = |player| InjuryEvent {
        player: PlayerId::new(player),
        date: slate(),
        kind: InjuryEventKind::Out,
        detail: String::new(),
    };
    let hurt: Vec<InjuryEvent> = [1, 2, 3].into_iter().cycle().take(205).map(event).collect();
    let mut told = Vec::new();
    let mut after = Some(0);
    while let Some(cursor) = after {
        let page = balldontlie::injuries(&directory(), hurt.iter(), cursor as usize);
        told.push(page["data"].as_array().unwrap().len());
        after = page["meta"]["next_cursor"].as_u64();
    }
    assert_eq!(told, [100, 100, 5]);
}
