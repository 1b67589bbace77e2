//! One test for each of the OWASP API Security Top 10 of 2023, by its number.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{StatusCode, header};

use super::{Place, operations, to};

/// Broken object level authorization: nothing belongs to one reader alone, so an object is as open as its kind; ids that
/// nobody has are not found, whoever asks.
#[tokio::test]
async fn api1_an_object_is_open_to_those_who_may_see_its_kind() {
    let (place, [reader, operator, admin]) = Place::with_keys().await;
    for key in [&reader, &operator, &admin] {
        place.get("/api/v1/predictions/0123456789abcdef", key).await.refused(StatusCode::NOT_FOUND);
        place.get("/status?batch_id=batch_2025-01-15_1736964000", key).await.refused(StatusCode::NOT_FOUND);
    }
    let stranger = place.send(to("GET", "/api/v1/predictions/0123456789abcdef"), Body::empty()).await;
    stranger.refused(StatusCode::UNAUTHORIZED);
}

/// Broken authentication: no operation answers without a key that opens, and a wrong one is not told apart from none.
#[tokio::test]
async fn api2_no_operation_answers_a_stranger() {
    let (place, _) = Place::with_keys().await;
    let mut asked = 0;
    for (method, path) in operations() {
        let json = to(method, &path).header(header::CONTENT_TYPE, "application/json");
        let without = place.send(json, "{}").await;
        let wrong = to(method, &path).header("X-API-Key", "tipoff_00").header(header::CONTENT_TYPE, "application/json");
        let wrong = place.send(wrong, "{}").await;
        for answer in [without, wrong] {
            asked += 1;
            // Whoever asks so often is sent away without being told anything at all.
            let is_refused = matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS);
            assert!(is_refused, "{method} {path}: {answer:?}");
            assert!(asked > 50 || answer.status == StatusCode::UNAUTHORIZED, "{method} {path}: {answer:?}");
        }
    }
    assert!(asked > 70, "{asked}");
}

/// Broken object property level authorization: nobody sees what opens, and nobody sets what is not his to set.
#[tokio::test]
async fn api3_no_property_is_shown_or_set_that_should_not_be() {
    let (place, [_, operator, admin]) = Place::with_keys().await;
    let keys = place.get("/api/v1/keys", &admin).await.json();
    for key in keys["keys"].as_array().unwrap() {
        let shown: BTreeSet<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(shown, BTreeSet::from(["name", "role", "created_at", "revoked_at"]));
    }
    let body = r#"{"step": "publish", "why": "a test", "by": "somebody else"}"#;
    place.post("/api/v1/actions/hold", &operator, body).await.refused(StatusCode::UNPROCESSABLE_ENTITY);
    let body = r#"{"name": "eve", "role": "read", "created_at": "1990-01-01T00:00:00Z"}"#;
    place.post("/api/v1/keys", &admin, body).await.refused(StatusCode::UNPROCESSABLE_ENTITY);
}

/// Unrestricted resource consumption: bodies, depths, rows, spans and rates have ends.
#[tokio::test]
async fn api4_what_is_asked_for_has_an_end() {
    let (place, [reader, operator, _]) = Place::with_keys().await;
    let long = format!(r#"{{"step": "publish", "why": "{}"}}"#, "x".repeat(2 << 20));
    place.post("/api/v1/actions/hold", &operator, &long).await.refused(StatusCode::PAYLOAD_TOO_LARGE);
    let deep = format!(r#"{{"step": {}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let deep = place.post("/api/v1/actions/hold", &operator, &deep).await;
    assert!(matches!(deep.status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY), "{deep:?}");
    place.get("/api/v1/audit?limit=1000000", &reader).await.refused(StatusCode::BAD_REQUEST);
    place.get("/api/v1/latency?from=2020-01-01&to=2025-01-01", &reader).await.refused(StatusCode::BAD_REQUEST);
    let mut answers = Vec::new();
    for _ in 0..200 {
        answers.push(place.send(to("GET", "/livez"), Body::empty()).await);
    }
    let refused = answers.into_iter().find(|answer| answer.status != StatusCode::OK).expect("nobody asks for ever");
    assert_eq!(refused.refused(StatusCode::TOO_MANY_REQUESTS).headers[header::RETRY_AFTER], "1");
    place.get("/api/v1/registry", &reader).await.answered(StatusCode::OK);
}

/// Broken function level authorization: a reader acts on nothing, and an operator administers nothing.
#[tokio::test]
async fn api5_a_role_does_what_it_may_and_no_more() {
    let (place, [reader, operator, _]) = Place::with_keys().await;
    for (method, path) in operations().into_iter().filter(|(method, _)| *method != "GET") {
        let request =
            |key: &String| to(method, &path).header("X-API-Key", key).header(header::CONTENT_TYPE, "application/json");
        place.send(request(&reader), "{}").await.refused(StatusCode::FORBIDDEN);
        if path.starts_with("/api/v1/keys") {
            place.send(request(&operator), "{}").await.refused(StatusCode::FORBIDDEN);
        }
    }
    place.get("/api/v1/keys", &operator).await.refused(StatusCode::FORBIDDEN);
    let audits = place.app.store.oversight.newest_audits(100).await.unwrap();
    assert!(
        audits.iter().all(|entry| entry.outcome == runtime::AuditOutcome::Refused),
        "something was done: {audits:?}"
    );
    let hold =
        audits.iter().find(|entry| entry.subject == "POST /api/v1/actions/hold").expect("what was tried is noted");
    assert_eq!((hold.actor.as_str(), hold.action.as_str()), ("reader", "act"));
}

/// Unrestricted access to sensitive business flows: what changes anything leaves an entry with the name of who did it, and
/// can be looked at before.
#[tokio::test]
async fn api6_whatever_is_done_is_audited_and_can_be_foreseen() {
    let (place, [_, operator, _]) = Place::with_keys().await;
    let body = r#"{"step": "publish", "why": "lines look wrong"}"#;
    let foreseen = place.post("/api/v1/actions/hold?dry_run=true", &operator, body).await;
    let foreseen = foreseen.answered(StatusCode::OK).json();
    assert_eq!(foreseen["effect"], serde_json::json!(["publish stands still: lines look wrong"]));
    assert!(place.app.store.ledger.breakers().await.unwrap().is_empty());
    assert_eq!(place.app.store.oversight.newest_audits(10).await.unwrap(), []);
    place.post("/api/v1/actions/hold", &operator, body).await.answered(StatusCode::OK);
    assert_eq!(place.app.store.ledger.breakers().await.unwrap().len(), 1);
    place.post("/api/v1/actions/release", &operator, r#"{"step": "all"}"#).await.answered(StatusCode::OK);
    assert!(place.app.store.ledger.breakers().await.unwrap().is_empty());
    for unclear in [r#"{"why": "x"}"#, r#"{"step": "all", "provider": "espn", "why": "x"}"#] {
        place.post("/api/v1/actions/hold", &operator, unclear).await.answered(StatusCode::BAD_REQUEST);
    }
    place
        .post("/api/v1/actions/hold?dry_run=true", &operator, r#"{"provider": "espn", "why": "x"}"#)
        .await
        .answered(StatusCode::OK);
    let audits = place.app.store.oversight.newest_audits(10).await.unwrap();
    let told: Vec<_> = audits.iter().map(|entry| (entry.actor.as_str(), entry.action.as_str())).collect();
    assert_eq!(told, [("operator", "release"), ("operator", "hold")]);
}

/// Server side request forgery: no operation takes an address to ask.
#[test]
fn api7_nothing_takes_an_address() {
    let document = serde_json::to_string(&super::super::api::document()).unwrap();
    for word in [r#""format":"uri""#, r#""url":"#, r#""callback"#, r#""webhook"#] {
        assert!(!document.contains(word), "{word}");
    }
}

/// Security misconfiguration: every answer carries the headers that keep browsers in, errors tell nothing of the inside, and
/// no other site may read anything.
#[tokio::test]
async fn api8_every_answer_is_guarded() {
    let (place, [reader, ..]) = Place::with_keys().await;
    for path in ["/api/v1/registry", "/nothing", "/livez", "/api/v1/slates/x"] {
        let answer = place.get(path, &reader).await;
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["x-frame-options"], "DENY", "{path}");
        assert!(answer.headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"), "{path}");
        assert!(!answer.headers.contains_key("access-control-allow-origin") && !answer.headers.contains_key("server"));
        assert!(!answer.body.contains(".rs") && !answer.body.contains("sqlite"), "{answer:?}");
    }
}

/// Improper inventory management: every route under /api and every mutating one is in the description; nothing else answers.
#[tokio::test]
async fn api9_what_is_not_described_is_not_there() {
    let (place, [.., admin]) = Place::with_keys().await;
    for path in ["/api/v0/slates/TODAY", "/api/v2/doctor", "/api/v1/debug", "/admin", "/metrics.old", "/finish"] {
        place.get(path, &admin).await.refused(StatusCode::NOT_FOUND);
    }
    let described = operations();
    for path in ["/api/v1/actions/force", "/api/v1/keys", "/start", "/complete", "/check-stalled"] {
        assert!(described.contains(&("POST", path.to_owned())), "{path}");
    }
}

/// Unsafe consumption of APIs: what comes in is held to its type, whoever sends it; nothing of it reaches a shell, a query
/// or a path.
#[tokio::test]
async fn api10_what_comes_in_is_held_to_its_type() {
    let (place, [reader, operator, _]) = Place::with_keys().await;
    for word in ["2025-02-30", "2025-01-15%27%3B--", "%00", "..%2F..%2Fetc%2Fpasswd", "9999-12-31"] {
        place.get(&format!("/api/v1/slates/{word}"), &reader).await.refused(StatusCode::BAD_REQUEST);
    }
    place.get("/v1/..%2F..%2Ftipoff.db", &reader).await.refused(StatusCode::NOT_FOUND);
    for why in [r#""""#, r#""a\u0000b""#, "17", "null"] {
        let body = format!(r#"{{"step": "publish", "why": {why}}}"#);
        place.post("/api/v1/actions/hold", &operator, &body).await.refused(StatusCode::UNPROCESSABLE_ENTITY);
    }
}
