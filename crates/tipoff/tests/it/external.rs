//! A system outside the program: the example in `examples/` answers what is asked, and is published and graded beside ours.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::archive::tonight;
use crate::process::{Process, Rehearsal};
use crate::program::{Outcome, Tipoff, assert_same};
use crate::serve::publishes;

const EXAMPLE: &str = "shrunken_mean";

/// A program that serves, and where it listens.
pub(crate) struct Served {
    pub(crate) process: Process,
    pub(crate) address: String,
    /// What is sent along with what is asked, where keys are.
    pub(crate) key: Option<String>,
}

impl Served {
    /// Serves at an instant of tonight.
    pub(crate) fn at(tipoff: &Tipoff, hour: i8, minute: i8) -> Self {
        let now = Rehearsal::at(tonight().at(hour, minute)).now();
        let mut process = tipoff.start(&["--now", &now, "serve", "--listen", "127.0.0.1:0"]);
        let line = process.hears(&["pages at http://127.0.0.1:"]);
        let address = line.split("pages at http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        Self { process, address, key: None }
    }

    /// Asks it for something; returns the status and what it says.
    pub(crate) fn asks(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (address, length) = (&self.address, body.len());
        let key = self.key.as_ref().map(|key| format!("X-API-Key: {key}\r\n")).unwrap_or_default();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{key}");
        let kind = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}");
        stream.write_all((head + &kind).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap())
    }

    fn posts(&self, body: &Value) -> (u16, Value) {
        self.asks("POST", "/complete", &body.to_string())
    }

    fn questions(&self) -> Value {
        let (status, questions) = self.asks("GET", "/api/v1/slates/2024-12-11/questions", "");
        assert_eq!(status, 200, "{questions}");
        questions
    }

    /// Runs the example against it; nothing where there is no Python.
    fn runs_example(&self) -> Option<Outcome> {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/external_system.py");
        let mut python = Command::new("python3");
        python.arg(example).arg(tonight().to_string()).env("TIPOFF_URL", format!("http://{}", self.address));
        for proxy in ["http_proxy", "HTTP_PROXY", "TIPOFF_KEY"] {
            python.env_remove(proxy);
        }
        let output = match python.output() {
            Ok(output) => output,
            Err(error) => {
                // Straight to the terminal: what a passing test prints is kept from it.
                let _ = writeln!(std::io::stderr(), "skipped: a test that runs python3; {error}");
                return None;
            }
        };
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Some(Outcome { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) })
    }
}

/// Predictions of a system in the published document.
fn predictions(tipoff: &Tipoff, system: &str) -> Vec<Value> {
    let document = tipoff.document("predictions/2024-12-11.json");
    let games = document["games"].as_array().unwrap();
    let players = games.iter().flat_map(|game| game["players"].as_array().unwrap());
    let all = players.flat_map(|player| player["systems"].as_array().unwrap().clone());
    all.filter(|prediction| prediction["system"] == system).collect()
}

/// How often steps of tonight were made.
fn attempts(tipoff: &Tipoff, step: &str) -> usize {
    tipoff.history().iter().filter(|attempt| attempt.key.step.as_str() == step).count()
}

#[test]
fn the_example_is_published_and_graded_beside_our_own_systems() {
    let tipoff = Tipoff::with_season();
    let mut served = Served::at(&tipoff, 13, 1);
    publishes(&mut served.process, &tipoff);
    let ours = tipoff.document("predictions/2024-12-11.json");
    let Some(first) = served.runs_example() else { return };
    assert_eq!(first.exits(0).out, "shrunken_mean: 54 accepted, 0 same, 0 refused\n");
    while predictions(&tipoff, EXAMPLE).is_empty() {
        served.process.hears(&["written"]);
    }
    let said = predictions(&tipoff, EXAMPLE);
    assert_eq!(said.len(), 54);
    assert!(said.iter().all(|one| one["external"] == true && one["quantile_10"].is_u64()), "{:?}", said[0]);
    assert!(said.iter().any(|one| one["p_over"].is_f64()), "they are priced");
    let again = served.runs_example().unwrap().exits(0);
    assert_eq!(again.out, "shrunken_mean: 0 accepted, 54 same, 0 refused\n");
    served.process.stops();
    assert_eq!(["forecast", "consolidate", "publish"].map(|step| attempts(&tipoff, step)), [1, 2, 2]);
    let average = predictions(&tipoff, "moving_average");
    assert!(average.iter().all(|one| one["external"] == false && ours.to_string().contains(&one.to_string())));

    let files = tipoff.published();
    tipoff.on("run", tonight()).exits(0);
    assert_same(&tipoff.published(), &files);
    let shown = tipoff.run(&["tonight", "--date", "2024-12-11", "--system", EXAMPLE, "--json"]).exits(0).json();
    assert_eq!(shown["total_predictions"], 54, "{shown}");
    tipoff.on("grade", tonight()).exits(0);
    let board = tipoff.document("systems/performance.json");
    let record = &board["systems"][EXAMPLE];
    assert_eq!(record["external"], true, "{board}");
    assert!(record["season"]["predictions"].as_u64().unwrap() > 40, "{record}");
    assert_eq!(board["systems"]["moving_average"]["external"], false);
}

#[test]
fn an_answer_is_judged_alone_and_a_post_in_time() {
    let tipoff = Tipoff::with_season();
    let mut served = Served::at(&tipoff, 13, 1);
    publishes(&mut served.process, &tipoff);
    let asked = served.questions();
    assert_eq!(asked["questions"].as_array().unwrap().len(), 54);
    let question = &asked["questions"][0];
    assert_eq!(question["features"].as_object().unwrap().len(), 33, "{question}");
    assert_eq!(asked["answers_until"], "2024-12-11T19:30:00-05:00");
    let (batch, player) = (&asked["batch_id"], &question["player_id"]);
    let post = |system: &str, answers: Value| json!({ "batch_id": batch, "system": system, "answers": answers });
    let law = json!({ "player_id": player, "probabilities": [0.25, 0.25, 0.5] });
    let answers = json!([law, law, { "player_id": 1, "mean": 9, "deviation": 5 }, { "player_id": player, "mean": 9 }]);
    let (status, done) = served.posts(&post("theirs", answers));
    assert_eq!((status, &done["accepted"], &done["refused"]), (200, &json!(1), &json!(3)), "{done}");
    let outcomes: Vec<&Value> = done["answers"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    assert_eq!(outcomes, ["accepted", "refused", "refused", "refused"]);

    let nothing = json!({ "batch_id": "batch_2024-12-11_1", "system": "theirs", "answers": [] });
    for wrong in [
        post("ensemble_v1", json!([])),
        json!({ "batch_id": "x", "system": "theirs", "answers": [] }),
        json!({}),
        nothing,
    ] {
        let (status, problem) = served.posts(&wrong);
        assert_eq!(status, 400, "{wrong}: {problem}");
    }
    served.process.stops();
    // The same post after the first tip-off, from whoever may send one and from others.
    let key = |role: &str| {
        let made = tipoff.run(&["keys", "add", role, "--role", role, "--json"]).exits(0).json();
        made["key"].as_str().unwrap().to_owned()
    };
    let keys = [None, Some(key("read")), Some(key("operate"))];
    let mut late = Served::at(&tipoff, 19, 31);
    let statuses = keys.map(|key| {
        late.key = key;
        late.posts(&post("theirs", json!([law])))
    });
    assert_eq!([0, 1, 2].map(|index| statuses[index].0), [401, 403, 409], "{statuses:?}");
    let problem = statuses[2].1["detail"].as_str().unwrap();
    assert!(problem.contains("first tip-off at 2024-12-11T19:30"), "{problem}");
    late.process.stops();
}
