//! The replica over real connections, on the store of a simulated league's first slate.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::{Game, GameDate};
use jiff::Timestamp;
use pipeline::{Delivery, Moment};
use reqwest::{Client, Response, StatusCode, header};
use runtime::{FixedClock, Silent};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::{Past, Question, Replica, router};
use crate::App;
use crate::league::League;

fn league() -> Arc<League> {
    static LEAGUE: OnceLock<Arc<League>> = OnceLock::new();
    LEAGUE.get_or_init(|| Arc::new(League::play(7))).clone()
}

fn slate() -> GameDate {
    league().slates()[0]
}

/// A replica of the first slate, whose clock stands still.
struct Place {
    address: String,
    client: Client,
    game: Game,
    _directory: TempDir,
}

impl Place {
    /// As it was at an instant.
    async fn at(now: Timestamp) -> Self {
        let (directory, league) = (tempfile::tempdir().unwrap(), league());
        let app = App::open(directory.path(), Arc::new(FixedClock(now)), Arc::new(Silent)).await.unwrap();
        for (moment, at) in [
            (Moment::Morning, slate().at(9, 0)),
            (Moment::Midday, slate().at(12, 30)),
            (Moment::AfterGames, slate().plus_days(1).at(6, 0)),
            // Players are known once they have played: the lines are asked for again, as of then.
            (Moment::Midday, slate().at(12, 30)),
        ] {
            app.fetch(league.at(at), &crate::league::PROVIDERS, &Delivery::Visit { slate: slate(), moment })
                .await
                .unwrap();
            app.parse().await.unwrap();
        }
        let game = app.directory().await.unwrap().games_of(slate()).next().unwrap().clone();
        let past = Past::around(app, slate()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let replica = Replica::new(past, Arc::new(FixedClock(now)), Vec::new());
        tokio::spawn(async { axum::serve(listener, router(Arc::new(replica))).await });
        // Only the first in a process installs it; the others find what they want.
        let _installed_before = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { address, client, game, _directory: directory }
    }

    /// After the games are final.
    async fn afterwards() -> Self {
        Self::at(slate().plus_days(1).at(6, 0)).await
    }

    async fn faults(&self, faults: &[&str]) {
        let set = self.client.put(format!("{}/faults", self.address)).json(faults).send().await.unwrap();
        assert_eq!(set.status(), StatusCode::NO_CONTENT);
    }

    async fn ask(&self, path: &str) -> Response {
        self.client.get(format!("{}/{path}", self.address)).send().await.unwrap()
    }

    async fn json(&self, path: &str) -> Value {
        self.ask(path).await.json().await.unwrap()
    }

    fn box_score(&self) -> String {
        format!("nba_cdn/static/json/liveData/boxscore/boxscore_{}.json", self.game.id)
    }

    fn odds(&self) -> String {
        format!("odds_api/v4/sports/basketball_nba/events/{}/odds?markets=player_points", self.game.id)
    }
}

fn players(box_score: &Value) -> Vec<u64> {
    let players = box_score["game"]["homeTeam"]["players"].as_array().unwrap();
    players.iter().map(|player| player["personId"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn what_was_read_is_told_again() {
    let place = Place::afterwards().await;
    let now = slate().plus_days(1).at(6, 0);
    let sorted = |mut box_score: Value| {
        for side in ["homeTeam", "awayTeam"] {
            let players = box_score["game"][side]["players"].as_array_mut().unwrap();
            players.sort_by_key(|player| player["personId"].as_u64());
        }
        box_score
    };
    let told = league().answer(&Question::BoxScore(place.game.id), now).unwrap();
    assert_eq!(sorted(place.json(&place.box_score()).await), sorted(told));
    let shots = place.json(&place.box_score().replace("boxscore", "playbyplay")).await;
    assert!(shots["game"]["actions"].as_array().unwrap().len() > 100, "{shots}");
    let unknown = place.ask("nba_cdn/static/json/liveData/boxscore/boxscore_0022499999.json").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_is_told_what_comes() {
    let place = Place::at(slate().at(9, 30)).await;
    let box_score = place.json(&place.box_score()).await;
    assert_eq!((&box_score["game"]["gameStatus"], &box_score["game"]["homeTeam"]["score"]), (&json!(1), &json!(0)));
    let shots = place.ask(&place.box_score().replace("boxscore", "playbyplay")).await;
    assert_eq!(shots.status(), StatusCode::NOT_FOUND);
    assert_eq!(place.json(&place.odds()).await["bookmakers"], json!([]), "no line is known before it was seen");
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let place = Place::afterwards().await;
    let etag = place.ask(&place.box_score()).await.headers()[header::ETAG].clone();
    let url = format!("{}/{}", place.address, place.box_score());
    let again = place.client.get(url).header(header::IF_NONE_MATCH, etag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_fault_of_an_answer_s_content_leaves_it_an_answer() {
    let place = Place::afterwards().await;
    let (box_score, well) = (place.box_score(), place.json(&place.box_score()).await);
    let known = players(&well);
    place.faults(&["nba_cdn:duplicated"]).await;
    assert_eq!(players(&place.json(&box_score).await).len(), 2 * known.len());
    place.faults(&["nba_cdn:out-of-order"]).await;
    assert_eq!(players(&place.json(&box_score).await), known.iter().rev().copied().collect::<Vec<_>>());
    place.faults(&["nba_cdn:empty"]).await;
    assert_eq!(players(&place.json(&box_score).await).len(), 0);
    place.faults(&["nba_cdn:renamed-field"]).await;
    let renamed = place.json(&box_score).await;
    assert_eq!(renamed["game"]["homeTeam"].get("players"), None);
    assert_eq!(renamed["game"]["homeTeam"]["playersV2"], well["game"]["homeTeam"]["players"]);
    place.faults(&["nba_cdn:wrong-units"]).await;
    let points = |box_score: &Value| {
        let players = box_score["game"]["homeTeam"]["players"].as_array().unwrap();
        players.iter().map(|player| player["statistics"]["points"].as_i64().unwrap()).sum::<i64>()
    };
    assert_eq!(points(&place.json(&box_score).await), 10 * points(&well));
    place.faults(&["nba_cdn:stale"]).await;
    assert_eq!(place.json(&box_score).await["game"]["gameStatus"], 1, "a day before it had not begun");
    place.faults(&["odds_api:in-play"]).await;
    let begun: Timestamp = place.json(&place.odds()).await["commence_time"].as_str().unwrap().parse().unwrap();
    assert_eq!(begun, slate().plus_days(1).at(5, 0));
    place.faults(&[]).await;
    assert_eq!(place.json(&box_score).await, well);
}

#[tokio::test]
async fn a_fault_of_sending_is_what_clients_meet() {
    let place = Place::afterwards().await;
    let path = place.box_score();
    for status in [403, 404, 500, 503] {
        place.faults(&[&format!("nba_cdn:{status}")]).await;
        assert_eq!(place.ask(&path).await.status().as_u16(), status);
    }
    assert_eq!(place.ask("balldontlie/v1/player_injuries").await.status(), StatusCode::OK, "nobody else is struck");
    place.faults(&["all:429:120"]).await;
    let told = place.ask(&path).await;
    assert_eq!((told.status().as_u16(), &told.headers()[header::RETRY_AFTER]), (429, &"120".parse().unwrap()));
    place.faults(&["all:html"]).await;
    let page = place.ask(&path).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    place.faults(&["all:redirect"]).await;
    assert_eq!(place.ask(&path).await.headers()[header::LOCATION], "http://127.0.0.2:9/");
    place.faults(&["all:truncated"]).await;
    assert!(place.ask(&path).await.json::<Value>().await.unwrap_err().is_decode());
    place.faults(&["all:latency:1"]).await;
    assert_eq!(place.ask(&path).await.status(), StatusCode::OK);
    place.faults(&["all:gzip-bomb"]).await;
    let mut bomb = place.ask(&path).await;
    assert!(bomb.content_length().is_none(), "nobody says how long it is");
    let mut unpacked = 0;
    while unpacked <= 64 << 20 {
        unpacked += bomb.chunk().await.unwrap().unwrap().len();
    }
}

#[tokio::test]
async fn who_hangs_is_waited_for_in_vain_and_who_dribbles_nearly_so() {
    let place = Place::afterwards().await;
    let brief = Duration::from_millis(200);
    place.faults(&["nba_cdn:hang"]).await;
    assert!(tokio::time::timeout(brief, place.ask(&place.box_score())).await.is_err());
    place.faults(&["nba_cdn:slow-loris"]).await;
    let dribbling = place.ask(&place.box_score()).await;
    assert!(tokio::time::timeout(brief, dribbling.bytes()).await.is_err());
    let asked = place.json("requests").await;
    assert_eq!((&asked[0]["status"], &asked[1]["status"]), (&Value::Null, &json!(200)));
}

#[tokio::test]
async fn what_was_asked_is_told_without_keys() {
    let place = Place::afterwards().await;
    place.ask(&format!("{}&apiKey=s3cret", place.odds())).await;
    let injuries = format!("{}/balldontlie/v1/player_injuries", place.address);
    place.client.get(&injuries).header("Authorization", "s3cret").send().await.unwrap();
    place.ask("espn/nothing?apiKey=theirs").await;
    let asked = place.json("requests").await;
    let told: Vec<_> = asked.as_array().unwrap().iter().map(|asked| (&asked["provider"], &asked["key"])).collect();
    let (yes, no) = (json!(true), json!(false));
    assert_eq!(told, [(&json!("odds_api"), &yes), (&json!("balldontlie"), &yes), (&json!("espn"), &no)]);
    assert!(!asked.to_string().contains("s3cret"), "{asked}");
    assert!(asked.to_string().contains("theirs"), "a key where nobody wants one shows");
    assert_eq!(asked[0]["path"], json!(place.odds().trim_start_matches("odds_api/")));
}

#[tokio::test]
async fn a_fault_that_is_none_changes_nothing() {
    let place = Place::afterwards().await;
    place.faults(&["all:500"]).await;
    let url = format!("{}/faults", place.address);
    let refused = place.client.put(&url).json(&["all:sulks"]).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    assert!(refused.text().await.unwrap().contains("PROVIDER:KIND"));
    assert_eq!(place.json("faults").await, json!(["all:500"]));
    place.client.delete(&url).send().await.unwrap();
    assert_eq!(place.json("faults").await, json!([]));
}
