//! Who may do what: keys, roles, forged requests.

use axum::body::Body;
use axum::http::{StatusCode, header};

use super::{Place, to};

#[tokio::test]
async fn a_key_opens_until_it_is_revoked() {
    let (place, [reader, ..]) = Place::with_keys().await;
    place.get("/api/v1/registry", &reader).await.answered(StatusCode::OK);
    place.get("/api/v1/registry", &reader[..reader.len() - 1]).await.refused(StatusCode::UNAUTHORIZED);
    place.app.revoke_key("reader").await.unwrap();
    let refused = place.get("/api/v1/registry", &reader).await.refused(StatusCode::UNAUTHORIZED);
    assert_eq!(refused.headers[header::WWW_AUTHENTICATE], "ApiKey");
}

#[tokio::test]
async fn a_bearer_is_held_to_his_key() {
    let (place, [reader, ..]) = Place::with_keys().await;
    let bearing = |key: String| to("GET", "/status").header(header::AUTHORIZATION, format!("Bearer {key}"));
    place.send(bearing(reader), Body::empty()).await.answered(StatusCode::OK);
    place
        .send(bearing("whatever the platform checked".to_owned()), Body::empty())
        .await
        .refused(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_key_in_the_address_is_none() {
    let (place, [reader, ..]) = Place::with_keys().await;
    for address in [format!("/status?key={reader}"), format!("/api/v1/doctor?api_key={reader}")] {
        let refused = place.send(to("GET", &address), Body::empty()).await;
        assert!(matches!(refused.status, StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST), "{refused:?}");
        assert!(!refused.body.contains(&reader), "{refused:?}");
    }
}

#[tokio::test]
async fn without_keys_this_machine_may_do_everything_and_nobody_else_anything() {
    let place = Place::new();
    place.send(to("GET", "/api/v1/keys"), Body::empty()).await.answered(StatusCode::OK);
    for host in ["tipoff.example:8420", "127.0.0.1.evil.example", "evil.example"] {
        let request = axum::http::Request::builder().uri("/api/v1/doctor").header(header::HOST, host);
        place.send(request, Body::empty()).await.refused(StatusCode::FORBIDDEN);
    }
    let forged = to("POST", "/api/v1/actions/self-heal").header(header::ORIGIN, "https://evil.example");
    place.send(forged, Body::empty()).await.refused(StatusCode::FORBIDDEN);
    let forged = to("POST", "/api/v1/actions/self-heal").header("sec-fetch-site", "cross-site");
    place.send(forged, Body::empty()).await.refused(StatusCode::FORBIDDEN);
    place.send(to("POST", "/api/v1/actions/self-heal"), Body::empty()).await.answered(StatusCode::OK);
}

#[tokio::test]
async fn an_administrator_rotates_a_key_without_a_gap() {
    let (place, [.., admin]) = Place::with_keys().await;
    let made = place.post("/api/v1/keys", &admin, r#"{"name": "reader-2", "role": "read"}"#).await;
    let made = made.answered(StatusCode::CREATED).json();
    let fresh = made["key"].as_str().unwrap();
    place.get("/api/v1/registry", fresh).await.answered(StatusCode::OK);
    let revoke = || to("DELETE", "/api/v1/keys/reader").header("X-API-Key", &admin);
    place.send(revoke(), Body::empty()).await.answered(StatusCode::NO_CONTENT);
    place.send(revoke(), Body::empty()).await.refused(StatusCode::NOT_FOUND);
    let again = place.post("/api/v1/keys", &admin, r#"{"name": "reader", "role": "read"}"#).await;
    again.refused(StatusCode::CONFLICT);
    let listed = place.get("/api/v1/keys", &admin).await;
    assert!(listed.body.contains("reader-2") && !listed.body.contains(fresh), "{listed:?}");
    let audit = place.get("/api/v1/audit", &admin).await.json();
    let done: Vec<&str> = audit["entries"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert_eq!(done, ["revoke_key", "add_key"], "{audit}");
}

#[tokio::test]
async fn of_two_who_make_a_key_of_one_name_at_once_one_is_told_that_it_is_taken() {
    let (place, [.., admin]) = Place::with_keys().await;
    let make = || place.post("/api/v1/keys", &admin, r#"{"name": "twice", "role": "read"}"#);
    let (one, other) = tokio::join!(make(), make());
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::CREATED, StatusCode::CONFLICT], "{one:?} {other:?}");
}

#[tokio::test]
async fn the_last_key_that_administers_stays_whoever_asks_at_once() {
    let (place, [.., admin]) = Place::with_keys().await;
    let last = place.send(to("DELETE", "/api/v1/keys/admin").header("X-API-Key", &admin), Body::empty()).await;
    assert!(last.refused(StatusCode::CONFLICT).body.contains("add another first"));
    let other = place.app.make_key("other", runtime::Role::Admin).await.unwrap();
    let revoke = |name: &str, key: &String| to("DELETE", &format!("/api/v1/keys/{name}")).header("X-API-Key", key);
    let (one, two) = tokio::join!(
        place.send(revoke("other", &admin), Body::empty()),
        place.send(revoke("admin", &other), Body::empty()),
    );
    let mut statuses = [one.status, two.status];
    statuses.sort();
    // Who comes second is told that his key is the last, or comes so late that it opens nothing any more.
    assert_eq!(statuses[0], StatusCode::NO_CONTENT, "{one:?} {two:?}");
    assert!([StatusCode::CONFLICT, StatusCode::UNAUTHORIZED].contains(&statuses[1]), "{one:?} {two:?}");
    let administers = |key: &runtime::ApiKey| key.role == runtime::Role::Admin;
    assert_eq!(place.app.open_keys().await.unwrap().into_iter().filter(administers).count(), 1);
}
