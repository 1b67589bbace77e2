//! Odds of our own making.

use domain::{GameDate, PlayerName, Team, TeamName};

use super::*;
use crate::source::payload;

fn directory() -> Directory {
    let slate: GameDate = "2025-03-04".parse().unwrap();
    let [home, away]: [Team; 2] = ["SAS".parse().unwrap(), "BKN".parse().unwrap()];
    let game = Game { id: "0022400890".parse().unwrap(), slate, tipoff: Some(slate.at(20, 30)), home, away };
    let named = |team, name: &str| TeamName { team, name: name.to_owned() };
    Directory::new(
        vec![game],
        vec![PlayerName { player: PlayerId::new(101_108), name: "Chris Paul".to_owned() }],
        vec![named(home, "San Antonio Spurs"), named(away, "Brooklyn Nets")],
    )
}

fn parse(outcomes: &str) -> Parsed {
    parse_markets(&[("player_points", outcomes)])
}

fn parse_markets(markets: &[(&str, &str)]) -> Parsed {
    let market = |(key, outcomes): &(&str, &str)| {
        format!(r#"{{"key":"{key}","last_update":"2025-03-04T13:34:35Z","outcomes":[{outcomes}]}}"#)
    };
    let markets: Vec<String> = markets.iter().map(market).collect();
    let body = format!(
        r#"{{"timestamp":"2025-03-04T13:35:38Z","data":{{"id":"a73","commence_time":"2025-03-05T01:40:00Z",
           "home_team":"San Antonio Spurs","away_team":"Brooklyn Nets","bookmakers":[{{"key":"fanduel","title":"FanDuel",
           "markets":[{}]}}]}}}}"#,
        markets.join(",")
    );
    let fetched_at = "2025-03-04T13:35:40Z".parse().unwrap();
    let payload = payload(&OddsApiEventOdds, fetched_at, body.into_bytes());
    OddsApiEventOdds.parse(&payload, &directory()).unwrap()
}

fn outcome(side: &str, player: &str, price: f64, point: f64) -> String {
    format!(r#"{{"name":"{side}","description":"{player}","price":{price},"point":{point}}}"#)
}

#[test]
fn a_game_is_asked_about_by_the_id_of_its_event_or_not_at_all() {
    let game = "0022400890".parse().unwrap();
    let closing = Delivery::Closing { slate: "2025-03-04".parse().unwrap(), game, minutes: 30 };
    assert_eq!(OddsApiEventOdds.plan(&closing, &directory()), []);
    let of = |foreign_id: &str| domain::Alias {
        provider: "odds_api".to_owned(),
        foreign_id: foreign_id.to_owned(),
        meaning: domain::Meaning::Game(game),
    };
    // An event that was made anew has the newer id.
    let directory = directory().with_aliases(vec![of("a73"), of("b84")]);
    let asked: Vec<String> =
        OddsApiEventOdds.plan(&closing, &directory).into_iter().map(|request| request.subject).collect();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].starts_with("v4/sports/basketball_nba/events/b84/odds?"), "{asked:?}");
}

#[test]
fn both_sides_of_a_line_become_one_fact() {
    let parsed =
        parse(&[outcome("Over", "Chris Paul", 2.02, 8.5), outcome("Under", "Chris Paul", 1.74, 8.5)].join(","));
    let cutoff = domain::Cutoff::at("2025-03-04T18:00:00Z".parse().unwrap());
    let lines: Vec<_> = parsed.facts.prop_lines.iter().filter_map(|line| line.open(cutoff)).collect();
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].line.to_string().as_str(), lines[0].role), ("8.5", LineRole::Main));
    assert_eq!(lines[0].two_way().map(|price| price.over.decimal()), Some(2.02));
    assert_eq!(lines[0].observed_at, Some("2025-03-04T13:34:35Z".parse().unwrap()));
}

#[test]
fn the_rung_nearest_to_even_is_the_main_one() {
    let ladder = [(6.5, 1.3, 3.2), (8.5, 1.9, 1.85), (10.5, 2.9, 1.35)].map(|(point, over, under)| {
        [outcome("Over", "Chris Paul", over, point), outcome("Under", "Chris Paul", under, point)].join(",")
    });
    assert_eq!(main_lines(&parse(&ladder.join(","))), ["8.5"]);
    // The alternates come as a market of their own, and are the same ladder.
    let alternates = [&ladder[0], &ladder[2]].map(String::as_str).join(",");
    let apart = parse_markets(&[("player_points", &ladder[1]), ("player_points_alternate", &alternates)]);
    assert_eq!((apart.facts.prop_lines.len(), main_lines(&apart)), (3, vec!["8.5".to_owned()]));
}

fn main_lines(parsed: &Parsed) -> Vec<String> {
    let cutoff = domain::Cutoff::at("2025-03-04T18:00:00Z".parse().unwrap());
    let known = parsed.facts.prop_lines.iter().filter_map(|line| line.open(cutoff));
    known.filter(|line| line.role == LineRole::Main).map(|line| line.line.to_string()).collect()
}

#[test]
fn a_bad_outcome_loses_nothing_else() {
    let outcomes = [
        outcome("Over", "Chris Paul", 2.02, 8.5),
        outcome("Over", "Nobody Known", 2.02, 8.5),
        outcome("Over", "Chris Paul", 0.5, 9.5),
        outcome("Maybe", "Chris Paul", 1.9, 9.5),
    ];
    let parsed = parse(&outcomes.join(","));
    assert_eq!((parsed.rows_read, parsed.facts.prop_lines.len()), (4, 1));
    let counts: Vec<_> = parsed.rejects.counts().iter().map(|(reason, count)| (*reason, *count)).collect();
    assert_eq!(counts, [(RejectReason::Malformed, 2), (RejectReason::UnresolvedPlayer, 1)]);
}

const SPURS: &str = "San Antonio Spurs";
const NETS: &str = "Brooklyn Nets";

fn priced(name: &str, price: f64, point: Option<f64>) -> String {
    let point = point.map(|point| format!(r#","point":{point}"#)).unwrap_or_default();
    format!(r#"{{"name":"{name}","price":{price}{point}}}"#)
}

#[test]
fn spread_total_and_moneyline_of_a_book_are_one_fact() {
    let spreads = [priced(NETS, 1.91, Some(6.5)), priced(SPURS, 1.83, Some(-6.5))].join(",");
    let totals = [priced("Over", 1.87, Some(228.5)), priced("Under", 1.87, Some(228.5))].join(",");
    let winners = [priced(SPURS, 1.4, None), priced(NETS, 3.1, None)].join(",");
    let parsed = parse_markets(&[("spreads", &spreads), ("totals", &totals), ("h2h", &winners)]);
    let cutoff = domain::Cutoff::at("2025-03-04T18:00:00Z".parse().unwrap());
    let lines: Vec<_> = parsed.facts.game_lines.iter().filter_map(|line| line.open(cutoff)).collect();
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].home_spread, lines[0].total), (Some(-6.5), Some(228.5)));
    let decimal = |odds: Option<DecimalOdds>| odds.map(DecimalOdds::decimal);
    assert_eq!((decimal(lines[0].home_win), decimal(lines[0].away_win)), (Some(1.4), Some(3.1)));
    assert_eq!((lines[0].source.as_str(), lines[0].book.as_str()), ("odds_api", "fanduel"));
    let apart = [priced(NETS, 1.91, Some(6.5)), priced(SPURS, 1.83, Some(-7.5))].join(",");
    let parsed = parse_markets(&[("spreads", &apart)]);
    assert_eq!((parsed.facts.game_lines.len(), parsed.rejects.counts()[&RejectReason::Implausible]), (0, 1));
}

#[test]
fn what_was_shown_after_the_start_is_no_line_from_before_it() {
    let both = [outcome("Over", "Chris Paul", 2.02, 8.5), outcome("Under", "Chris Paul", 1.74, 8.5)].join(",");
    let shown = |at: &str| {
        let fetched_at = "2025-03-05T03:00:00Z".parse().unwrap();
        let body = format!(
            r#"{{"id":"a73","commence_time":"2025-03-05T01:40:00Z","home_team":"{SPURS}","away_team":"{NETS}","bookmakers":[
               {{"key":"fanduel","markets":[{{"key":"player_points","last_update":"{at}","outcomes":[{both}]}}]}}]}}"#
        );
        OddsApiEventOdds.parse(&payload(&OddsApiEventOdds, fetched_at, body.into_bytes()), &directory()).unwrap()
    };
    assert_eq!(shown("2025-03-05T01:39:59Z").facts.prop_lines.len(), 1);
    let late = shown("2025-03-05T01:40:01Z");
    assert_eq!((late.facts.prop_lines.len(), late.rejects.counts()[&RejectReason::InPlay]), (0, 2));
}
