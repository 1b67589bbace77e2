//! The pages as people meet them: over the real router and a real store.

use std::fmt::Write;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use pipeline::Step;
use runtime::state::Ending;
use runtime::{Breaker, Failure, FailureCategory, Role, Timing};
use tokio::sync::watch as signal;
use tower::ServiceExt;

use super::{MOST_STREAMS, NAVIGATION};
use crate::app::past::Past;
use crate::app::{Action, Holdable, Selection};

const NOW: &str = "2025-01-15T18:30:00Z";

/// The surface of a store with a past, and what stops it.
struct Site {
    past: Past,
    router: Router,
    stop: signal::Sender<bool>,
}

/// What was answered.
struct Answer {
    status: StatusCode,
    location: String,
    text: String,
}

impl Site {
    fn new() -> Self {
        let (past, stop) = (Past::seen_from(NOW), signal::Sender::new(false));
        let address = "127.0.0.1:8420".parse().unwrap();
        let router = crate::http::router(past.app.clone(), address, stop.subscribe()).unwrap();
        Self { past, router, stop }
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let location =
            response.headers().get(header::LOCATION).map_or("", |location| location.to_str().unwrap()).to_owned();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, location, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// A page, as the bearer of a key sees it, or without one somebody on this machine.
    async fn page(&self, address: &str, key: Option<&str>) -> String {
        let answer = self.ask(request("GET", address, key).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text);
        answer.text
    }

    async fn post(&self, address: &str, key: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        let request = request("POST", address, key).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(form(fields))).unwrap()).await
    }

    /// What the forms of a page carry.
    async fn token(&self, key: Option<&str>) -> String {
        let page = self.page("/audit", key).await;
        let from = page.split_once(r#"name="token" value=""#).unwrap().1;
        from.split_once('"').unwrap().0.to_owned()
    }

    async fn audits(&self) -> Vec<(String, String, String)> {
        let entries = self.past.app.store.oversight.newest_audits(10).await.unwrap().into_iter();
        entries.map(|entry| (entry.actor, entry.action, entry.subject)).collect()
    }

    async fn is_held(&self) -> bool {
        let breakers = self.past.app.store.ledger.breakers().await.unwrap();
        breakers.values().any(|breaker| matches!(breaker, Breaker::Held { .. }))
    }
}

fn request(method: &str, address: &str, key: Option<&str>) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(address).header(header::HOST, "localhost:8420");
    match key {
        Some(key) => request.header("x-api-key", key),
        None => request,
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let mut form = String::new();
    for (name, value) in fields {
        let _ = write!(form, "{name}=");
        for byte in value.bytes() {
            let _ = write!(form, "%{byte:02x}");
        }
        form.push('&');
    }
    form
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[tokio::test]
async fn every_page_of_an_empty_store_is_there_and_says_what_to_do() {
    let site = Site::new();
    let hints = [
        ("/tonight", "tipoff demo"),
        ("/grid", "tipoff import"),
        ("/season", "tipoff import"),
        ("/runs", "tipoff serve"),
        ("/dead-letters", "There is none"),
        ("/registry", "never evaluated"),
        ("/sources", "nobody asks it"),
        ("/systems", "tipoff grade"),
        ("/alerts", "tipoff alerts test"),
        ("/audit", "The buttons are on"),
    ];
    assert_eq!(
        hints.map(|(address, _)| address).to_vec(),
        NAVIGATION.iter().map(|(address, _)| *address).collect::<Vec<_>>()
    );
    for (address, hint) in hints {
        let page = site.page(address, None).await;
        assert!(page.contains(hint), "{address} says nothing of {hint:?}: {page}");
        assert!(!page.contains("style="), "{address} has a style of its own, which the policy forbids");
    }
}

#[tokio::test]
async fn halted_publishing_is_said_loudly_with_who_when_why_and_the_way_back() {
    let site = Site::new();
    let why = "lines of <DraftKings> look wrong".to_owned();
    site.past.app.act(&Action::Hold { what: Holdable::Step(Step::Publish), why }, "anna").await.unwrap();
    for address in ["/tonight", "/grid", "/grid?date=2025-03-01"] {
        let page = site.page(address, None).await;
        for said in ["Publishing is halted", "anna stopped it at 13:30:00", "&#60;DraftKings&#62;", "Resume publishing"]
        {
            assert!(page.contains(said), "{address} does not say {said:?}");
        }
    }
}

#[tokio::test]
async fn a_poisoned_payload_a_dead_worker_and_an_open_breaker_are_told_apart() {
    let site = Site::new();
    let (past, clean) = (&site.past, site.page("/tonight", None).await);
    assert!(clean.contains("Nothing: no step is halted"));
    let lease = past.open(Step::Process, "payload odds_api.1 abc", at("2025-01-15T18:00:00Z")).await;
    let failure =
        Failure::permanent(FailureCategory::UpstreamFailure, "odds of the 15th: not the JSON this source sends");
    past.end(&lease, &Ending::Failed(failure), Timing::default(), at("2025-01-15T18:00:01Z")).await;
    let lease = past.open(Step::Land, "delivery 2025-01-15 morning of x", at("2025-01-15T18:10:00Z")).await;
    let away = Failure::transient(FailureCategory::Timeout, "nobody answered");
    past.end(&lease, &Ending::Failed(away), Timing::default(), at("2025-01-15T18:11:00Z")).await;
    past.open(Step::Forecast, "edition 2025-01-15@2025-01-15T18:00:00Z", at("2025-01-15T18:20:00Z")).await;
    let until = at("2025-01-15T18:34:00Z");
    let open = Breaker::Open { until, since: at("2025-01-15T18:24:00Z"), times: 2, why: "division by zero".to_owned() };
    past.app.store.ledger.move_breaker(&"consolidate".into(), &Breaker::default(), &open).await.unwrap();
    for address in ["/tonight", "/grid"] {
        let page = site.page(address, None).await;
        for said in [
            "process failed for good: payload odds_api.1 abc",
            "not the JSON this source sends (upstream_failure)",
            "Their source is asked again by its next look.",
            "nobody answered (timeout)",
            "It is tried again as soon as somebody is free.",
            "Replay process",
            "The worker that makes forecast is gone",
            "consolidate is left alone: its breaker is open",
            "One attempt probes at 13:34:00 (in 4 min 00 s)",
        ] {
            assert!(page.contains(said), "{address} does not say {said:?}: {page}");
        }
    }
    let letters = site.page("/dead-letters", None).await;
    assert!(letters.contains("↳ not the JSON this source sends"), "{letters}");
}

#[tokio::test]
async fn work_that_nobody_takes_is_said_to_want_a_worker() {
    let site = Site::new();
    let past = &site.past;
    let lease = past.open(Step::Process, "payload odds_api.1 abc", at("2025-01-15T18:00:00Z")).await;
    let failure = Failure::permanent(FailureCategory::UpstreamFailure, "x");
    past.end(&lease, &Ending::Failed(failure), Timing::default(), at("2025-01-15T18:00:01Z")).await;
    let mut letters = past.app.dead_letters(&Selection::default()).await.unwrap();
    letters[0].state = runtime::TaskState::Ready { since: at(NOW) - SignedDuration::from_mins(5) };
    past.app.store.ledger.put(&letters).await.unwrap();
    let page = site.page("/tonight", None).await;
    assert!(
        page.contains("process waits for a worker since 13:25:00") && page.contains("No worker is at work here"),
        "{page}"
    );
}

#[tokio::test]
async fn an_action_asks_first_then_is_done_and_audited() {
    let site = Site::new();
    let token = site.token(None).await;
    let halt = [("token", token.as_str()), ("back", "/grid?date=2025-01-15"), ("verb", "hold"), ("step", "publish")];
    let asked = site.post("/actions/ask", None, &halt).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    assert!(asked.text.contains("<h1>Halt publishing</h1>"), "{}", asked.text);
    assert!(asked.text.contains("publish stands still") && asked.text.contains(r#"name="why""#), "{}", asked.text);
    assert!(!site.is_held().await && site.audits().await.is_empty(), "asking changes nothing");
    let without_reason = site.post("/actions/do", None, &halt).await;
    assert_eq!((without_reason.status, site.is_held().await), (StatusCode::BAD_REQUEST, false));
    let done = site.post("/actions/do", None, &[&halt[..], &[("why", "wrong lines")]].concat()).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(done.location, "/grid?date=2025-01-15&did=hold&changed=1");
    assert!(site.is_held().await);
    assert_eq!(site.audits().await, [("local".to_owned(), "hold".to_owned(), "publish".to_owned())]);
    assert!(site.page(&done.location, None).await.contains("Pause: done, 1 changed"));
    assert!(site.page("/audit", None).await.contains("wrong lines"));
}

#[tokio::test]
async fn a_form_that_was_not_shown_is_refused() {
    let site = Site::new();
    for token in ["", "00", &"0".repeat(64)] {
        for address in ["/actions/ask", "/actions/do"] {
            let fields = [("token", token), ("back", "/"), ("verb", "hold"), ("why", "x")];
            let answer = site.post(address, None, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}: {}", answer.text);
        }
    }
    assert!(!site.is_held().await && site.audits().await.is_empty());
}

#[tokio::test]
async fn who_may_only_look_sees_no_buttons_and_cannot_act() {
    let site = Site::new();
    let reader = site.past.app.make_key("rita", Role::Read).await.unwrap();
    let operator = site.past.app.make_key("otto", Role::Operate).await.unwrap();
    site.past.app.act(&Action::Hold { what: Holdable::EveryStep, why: "x".to_owned() }, "otto").await.unwrap();
    for (address, _) in NAVIGATION {
        assert!(!site.page(address, Some(&reader)).await.contains("/actions/"), "{address}");
    }
    assert!(site.page("/tonight", Some(&operator)).await.contains("/actions/ask"));
    let token = site.token(Some(&reader)).await;
    let release = [("token", token.as_str()), ("back", "/"), ("verb", "release")];
    let refused = site.post("/actions/do", Some(&reader), &release).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(
        refused.text.contains("<h1>Forbidden</h1>") && refused.text.contains("the key rita may read"),
        "{}",
        refused.text
    );
    assert_eq!(site.audits().await[0], ("rita".to_owned(), "act".to_owned(), "POST /actions/do".to_owned()));
    assert_eq!(
        site.post("/actions/do", Some(&operator), &release).await.status,
        StatusCode::FORBIDDEN,
        "another's form"
    );
    assert!(site.is_held().await);
    let token = site.token(Some(&operator)).await;
    let release = [("token", token.as_str()), ("back", "/"), ("verb", "release")];
    assert_eq!(site.post("/actions/do", Some(&operator), &release).await.status, StatusCode::SEE_OTHER);
    assert!(!site.is_held().await);
}

#[tokio::test]
async fn a_provider_is_paused_from_its_row_and_says_so_until_it_is_resumed() {
    let site = Site::new();
    let token = site.token(None).await;
    let press = |verb: &'static str, why: &'static str| {
        [("token", token.clone()), ("back", "/sources".into()), ("verb", verb.into()), ("provider", "espn".into())]
            .into_iter()
            .chain([("why", why.to_owned())])
            .collect::<Vec<_>>()
    };
    let post = async |address: &str, fields: &[(&'static str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        site.post(address, None, &fields).await
    };
    let asked = post("/actions/ask", &press("hold", "")).await;
    assert!(asked.text.contains("espn stands still") && !site.is_held().await, "{}", asked.text);
    assert!(asked.text.contains(r#"name="provider" value="espn""#), "the second form holds the same: {}", asked.text);
    assert_eq!(post("/actions/do", &press("hold", "it is slow")).await.status, StatusCode::SEE_OTHER);
    let page = site.page("/sources", None).await;
    assert!(page.contains("since 13:30:00: it is slow") && page.contains("<button>Resume</button>"), "{page}");
    let grid = site.page("/grid", None).await;
    assert!(grid.contains("espn is paused") && grid.contains("Resume espn"), "{grid}");
    assert_eq!(post("/actions/do", &press("release", "")).await.status, StatusCode::SEE_OTHER);
    assert!(!site.is_held().await);
    let wrong = [("token", token.as_str()), ("back", "/"), ("verb", "release"), ("provider", "bookie")];
    assert_eq!(site.post("/actions/do", None, &wrong).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_name_that_nobody_bears_is_linked_where_it_is_listed() {
    let site = Site::new();
    site.past.lacked(NOW.parse().unwrap(), 1, &["Danillo <Galinary>"]).await;
    let page = site.page("/sources", None).await;
    assert!(page.contains("Danillo &#60;Galinary&#62;") && page.contains("It is Danilo Gallinari"), "{page}");
    let token = site.token(None).await;
    let link = |player: &'static str| {
        let name = ("name", "Danillo <Galinary>");
        [("token", token.as_str()), ("back", "/sources"), ("verb", "link"), name, ("player", player)]
    };
    let asked = site.post("/actions/ask", None, &link("201568")).await.text;
    assert!(
        asked.contains("is Danilo Gallinari (201568)") && asked.contains(r#"name="player" value="201568""#),
        "{asked}"
    );
    for wrong in ["", "Gallinari", "4711"] {
        let answer = site.post("/actions/ask", None, &link(wrong)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong:?}: {}", answer.text);
    }
    assert_eq!(site.audits().await, [], "it was only asked");
    assert_eq!(site.post("/actions/do", None, &link("201568")).await.status, StatusCode::SEE_OTHER);
    assert!(site.page("/sources", None).await.contains("whoever was named lately is known"));
    assert_eq!(site.audits().await[0].1, "link");
}

#[tokio::test]
async fn a_stranger_is_asked_who_he_is_and_a_wrong_address_is_no_fault_of_ours() {
    let site = Site::new();
    let get = |address: &str| request("GET", address, None).body(Body::empty()).unwrap();
    for address in ["/grid?date=someday", "/runs?step=dribble", "/players/0"] {
        let status = site.ask(get(address)).await.status;
        assert!(matches!(status, StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND), "{address}: {status}");
    }
    site.past.app.make_key("rita", Role::Read).await.unwrap();
    let answer = site.ask(get("/tonight")).await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/login"));
}

#[tokio::test]
async fn streams_are_bounded_and_end_when_the_process_shall_stop() {
    let site = Site::new();
    let open = || site.router.clone().oneshot(request("GET", "/events", None).body(Body::empty()).unwrap());
    let mut streams = Vec::new();
    for _ in 0..MOST_STREAMS {
        let stream = open().await.unwrap();
        assert_eq!(stream.headers()[header::CONTENT_TYPE], "text/event-stream");
        streams.push(stream);
    }
    assert_eq!(open().await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(streams.pop());
    let last = open().await.unwrap();
    assert_eq!(last.status(), StatusCode::OK, "a place is free again");
    site.stop.send_replace(true);
    let said = axum::body::to_bytes(last.into_body(), usize::MAX).await.unwrap();
    assert!(said.is_empty(), "it ended without a word");
}
