//! A replica of the providers: an empty store supplies itself from one that has played the season, whoever fails.

use serde_json::Value;

use crate::archive::tonight;
use crate::external::Served;
use crate::process::{Process, Rehearsal};
use crate::program::Tipoff;
use crate::serve::publishes;

/// Time goes on so many times as fast.
const SPEED: &str = "60";

/// Whom the replica answers for. Others would be asked in vain, and slowly: their limits do not go as fast as the time.
const ANSWERING: &str = "nba_cdn,odds_api,balldontlie";

/// Stores and the replica of a day between them: one knows, the other asks.
struct Rehearsed {
    replica: Served,
    asks: Tipoff,
    serve: Process,
    _knows: Tipoff,
}

impl Rehearsed {
    /// Some time before tonight's edition, with these faults.
    fn with(faults: &[&str]) -> Self {
        let (knows, asks) = (Tipoff::with_season(), Tipoff::new());
        let clock = Rehearsal::at(tonight().at(12, 20));
        let (now, date) = (clock.now(), tonight().to_string());
        let mut arguments =
            vec!["--now", &now, "--speed", SPEED, "replica", "--date", &date, "--listen", "127.0.0.1:0"];
        faults.iter().for_each(|fault| arguments.extend(["--fault", fault]));
        let mut process = knows.start(&arguments);
        let line = process.hears(&["replica at http://127.0.0.1:"]);
        let address = line.split("replica at ").nth(1).unwrap().trim().to_owned();
        let variables =
            [("TIPOFF_REPLICA", address.as_str()), ("TIPOFF_LIVE", ANSWERING), ("TIPOFF_ODDS_API_KEY", "s3cret")];
        let serve = asks.start_with(&variables, &["--now", &now, "--speed", SPEED, "serve", "--listen", "off"]);
        let replica = Served { process, address: address.replace("http://", ""), key: None };
        Self { replica, asks, serve, _knows: knows }
    }

    fn requests(&self, provider: &str) -> Vec<Value> {
        let (status, asked) = self.replica.asks("GET", "/requests", "");
        assert_eq!(status, 200, "{asked}");
        let asked = asked.as_array().unwrap().iter();
        asked.filter(|request| request["provider"] == provider).cloned().collect()
    }

    /// How many of tonight's picks are beside a book's line, and how many there are.
    fn lined(&self) -> (usize, usize) {
        let page = self.asks.on("tonight", tonight()).json();
        let picks = page["picks"].as_array().unwrap();
        (picks.iter().filter(|pick| !pick["line"].is_null()).count(), picks.len())
    }
}

#[test]
fn an_empty_store_supplies_itself_and_publishes() {
    let mut rehearsed = Rehearsed::with(&[]);
    publishes(&mut rehearsed.serve, &rehearsed.asks);
    let odds = rehearsed.requests("odds_api");
    let is_answered = |request: &Value| request["status"] == 200 || request["status"] == 304;
    assert!(odds.iter().all(|request| request["key"] == true && is_answered(request)), "{odds:?}");
    assert!(odds.len() >= 3, "each game's lines: {odds:?}");
    let all: Vec<Value> =
        ["nba_cdn", "odds_api", "balldontlie"].iter().flat_map(|name| rehearsed.requests(name)).collect();
    assert!(!format!("{all:?}").contains("s3cret"));
    let (lined, picks) = rehearsed.lined();
    assert!(lined > 0 && picks > 0, "{lined} of {picks}");
    rehearsed.serve.stops();
    rehearsed.replica.process.stops();
}

#[test]
fn while_one_provider_hangs_the_others_suffice_and_it_is_said_who_is_missing() {
    let mut rehearsed = Rehearsed::with(&["balldontlie:hang"]);
    publishes(&mut rehearsed.serve, &rehearsed.asks);
    assert!(rehearsed.requests("balldontlie").iter().all(|request| request["status"].is_null()));
    let (lined, picks) = rehearsed.lined();
    let odds = rehearsed.requests("odds_api");
    assert!(lined > 0, "{picks} picks; {odds:?}");
    rehearsed.serve.stops();
    // Which of its looks had time to fail depends on how fast the machine is; the others wait for it.
    let status = rehearsed.asks.on("status", tonight()).json();
    let missing = &status["failed_elsewhere"];
    assert!(missing.to_string().contains(" of balldontlie_"), "{status}");
    rehearsed.replica.process.stops();
}
