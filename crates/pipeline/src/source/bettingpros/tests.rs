//! BettingPros' payloads, of our own making.

use domain::{Alias, Cutoff, Game, GameDate, Meaning, PlayerId, PlayerName, Team};
use serde_json::{Value, json};

use super::*;
use crate::source::{Directory, Parsed, RejectReason, Source, payload};

fn now() -> Timestamp {
    "2025-01-15T18:00:00Z".parse().unwrap()
}

fn directory() -> Directory {
    let slate: GameDate = "2025-01-15".parse().unwrap();
    let [home, away]: [Team; 2] = ["SAS", "MEM"].map(|code| code.parse().unwrap());
    let game = Game { id: "0022400561".parse().unwrap(), slate, tipoff: Some(slate.at(20, 0)), home, away };
    let player = PlayerName { player: PlayerId::new(1), name: "Ann Able".to_owned() };
    Directory::new(vec![game], vec![player], Vec::new())
}

fn parse(source: &dyn Source, wire: &Value, directory: &Directory) -> Parsed {
    source.parse(&payload(source, now(), wire.to_string().into_bytes()), directory).unwrap()
}

fn aliases(home: &str) -> Vec<Alias> {
    let listed = json!([{"status": "started", "participant": {"id": "9", "name": "Ann Able"}}]);
    let event = json!({"id": 20879, "scheduled": "2025-01-16 01:00:00", "home": home, "visitor": "MEM", "status": "x",
                       "lineups": {"home_lineup": listed}, "participants": []});
    let parsed = parse(&BettingProsEvents, &json!({"events": [event]}), &directory());
    parsed.facts.aliases.iter().filter_map(|alias| alias.open(Cutoff::at(now())).cloned()).collect()
}

#[test]
fn events_and_players_are_known_by_their_ids() {
    let told: Vec<_> = aliases("SAS").into_iter().map(|alias| (alias.foreign_id, alias.meaning)).collect();
    let game = Meaning::Game("0022400561".parse().unwrap());
    assert_eq!(told, [("20879".to_owned(), game), ("9".to_owned(), Meaning::Player(PlayerId::new(1)))]);
    assert_eq!(aliases("SEA"), []);
}

/// An offer on Ann Able with these lines over and under, each as (book, line, cost, updated).
fn offers(over: &[(u32, f64, i32, &str)], under: &[(u32, f64, i32, &str)]) -> Parsed {
    let books = |lines: &[(u32, f64, i32, &str)]| -> Vec<Value> {
        let line = |(book, line, cost, updated): &(u32, f64, i32, &str)| json!({"id": book, "lines": [{"cost": cost, "line": line, "main": true, "best": false, "updated": updated}]});
        lines.iter().map(line).collect()
    };
    let selections =
        json!([{"selection": "over", "books": books(over)}, {"selection": "under", "books": books(under)}]);
    let offer = json!({"id": 5, "event_id": 20879, "market_id": 156, "selections": selections,
                       "participants": [{"id": "9", "name": "Ann Able"}]});
    parse(&BettingProsOffers, &json!({"offers": [offer]}), &directory().with_aliases(aliases("SAS")))
}

#[test]
fn both_sides_of_a_line_become_one_fact() {
    let at = "2025-01-15 17:00:00";
    let parsed = offers(&[(12, 20.5, -110, at), (0, 20.5, -108, at)], &[(12, 20.5, -120, "2025-01-15 17:30:00")]);
    let lines: Vec<_> = parsed.facts.prop_lines.iter().filter_map(|line| line.open(Cutoff::at(now()))).collect();
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].book.key(), lines[0].line.to_string().as_str()), ("draftkings", "20.5"));
    let price = lines[0].two_way().unwrap();
    assert!((price.over.decimal() - 1.9091).abs() < 1e-3 && (price.under.decimal() - 1.8333).abs() < 1e-3);
    assert_eq!(lines[0].observed_at, Some("2025-01-15T17:30:00Z".parse().unwrap()));
    assert_eq!(parsed.rejects.counts()[&RejectReason::NotCounted], 1, "the consensus");
}

#[test]
fn what_cannot_be_a_line_says_why() {
    let reason = |line| offers(&[line], &[]).rejects.described()[0].reason;
    let at = "2025-01-15 17:00:00";
    assert_eq!(reason((12, 20.25, -110, at)), RejectReason::Malformed);
    assert_eq!(reason((12, 20.5, -50, at)), RejectReason::Malformed);
    let directory = directory().with_aliases(aliases("SAS"));
    let wire = json!({"offers": [{"event_id": 20879, "market_id": 156, "participants": [{"id": "9", "name": "Ann Able"}],
        "selections": [{"selection": "over", "books": [{"id": 12, "lines": [{"cost": -110, "line": 9.5}]}]}]}]});
    let source = BettingProsOffers;
    let after = "2025-01-16T01:00:01Z".parse().unwrap();
    let parsed = source.parse(&payload(&source, after, wire.to_string().into_bytes()), &directory).unwrap();
    assert_eq!(parsed.rejects.described()[0].reason, RejectReason::InPlay);
}
