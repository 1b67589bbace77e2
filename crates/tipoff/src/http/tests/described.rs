//! The description of the API holds for every route, and the documentation names each.

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::Value;

use super::{Place, operations, to};

#[test]
fn every_operation_says_how_it_refuses() {
    let document = serde_json::to_value(super::super::api::document()).unwrap();
    let mut counted = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in ["get", "post", "delete"].iter().filter_map(|method| item.get(method)) {
            counted += 1;
            for status in ["401", "403", "429", "500", "503"] {
                let answer = &operation["responses"][status]["content"]["application/problem+json"];
                assert!(answer.is_object(), "{path} does not say what {status} looks like");
            }
            assert!(operation.get("requestBody").is_none() || operation["responses"].get("422").is_some(), "{path}");
            assert!(operation["description"].is_string() || operation["summary"].is_string(), "{path}");
        }
    }
    assert!(counted >= 35, "{counted} operations");
}

#[test]
fn the_documentation_names_every_route() {
    let told = include_str!("../../../../../docs/api.md");
    let document = serde_json::to_value(super::super::api::document()).unwrap();
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(told.contains(&format!("`{path}`")), "docs/api.md does not name `{path}`");
    }
}

/// Every reference of the description leads somewhere.
#[test]
fn no_schema_is_missing() {
    fn references<'d>(value: &'d Value, found: &mut Vec<&'d str>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = serde_json::to_value(super::super::api::document()).unwrap();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100, "{}", found.len());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[tokio::test]
async fn every_read_route_answers_over_an_empty_store() {
    let (place, [_, _, admin]) = Place::with_keys().await;
    for (method, path) in operations().into_iter().filter(|(method, _)| *method == "GET") {
        let query = match path.as_str() {
            "/api/v1/grid" => "?from=2025-01-01&to=TODAY",
            "/api/v1/tasks" => "?date=TODAY",
            "/api/v1/slowdown/regressions" => "?period=week",
            _ => "",
        };
        let answer = place.get(&format!("{path}{query}"), &admin).await;
        let is_told = matches!(answer.status, StatusCode::OK | StatusCode::NOT_FOUND);
        assert!(is_told, "{method} {path}{query}: {answer:?}");
    }
}

#[tokio::test]
async fn the_viewer_and_the_description_are_there() {
    let place = Place::new();
    let page = place.send(to("GET", "/api/"), Body::empty()).await.answered(StatusCode::OK);
    assert!(page.body.contains("swagger"), "{page:?}");
    assert!(!page.body.contains("<script>"), "a script inside the page would be against the policy: {page:?}");
    let document = place.send(to("GET", "/api/v1/openapi.json"), Body::empty()).await.answered(StatusCode::OK);
    assert!(document.json()["openapi"].as_str().unwrap().starts_with("3.1"), "{document:?}");
}

#[tokio::test]
async fn whatever_is_refused_is_a_problem() {
    let (place, [reader, operator, _]) = Place::with_keys().await;
    let refused = |status, answer: super::Answer| answer.refused(status);
    refused(StatusCode::NOT_FOUND, place.get("/api/v1/nothing", &reader).await);
    refused(StatusCode::BAD_REQUEST, place.get("/api/v1/slates/someday", &reader).await);
    refused(StatusCode::BAD_REQUEST, place.get("/api/v1/attempts?limit=1001", &reader).await);
    refused(StatusCode::BAD_REQUEST, place.get("/api/v1/attempts?no_such=1", &reader).await);
    refused(StatusCode::BAD_REQUEST, place.get("/api/v1/grid?from=1950-01-01&to=2199-12-31", &reader).await);
    refused(StatusCode::BAD_REQUEST, place.post("/api/v1/actions/hold", &operator, "{").await);
    refused(StatusCode::UNPROCESSABLE_ENTITY, place.post("/api/v1/actions/hold", &operator, "{}").await);
    let deleted = place.send(to("DELETE", "/api/v1/doctor").header("X-API-Key", &reader), Body::empty()).await;
    let deleted = refused(StatusCode::METHOD_NOT_ALLOWED, deleted);
    assert!(deleted.headers["allow"].to_str().unwrap().contains("GET"), "{deleted:?}");
}

#[test]
fn a_property_is_of_one_type() {
    let document = serde_json::to_value(super::super::api::document()).unwrap();
    let hold = &document["components"]["schemas"]["Hold"]["properties"]["why"];
    assert_eq!(hold["allOf"][0]["type"], "string", "{hold}");
    assert!(hold["description"].as_str().unwrap().contains("whoever sees it"), "{hold}");
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (property, said) in schema["properties"].as_object().into_iter().flatten() {
            let types = said["allOf"].as_array().into_iter().flatten().map(|one| one["type"].to_string());
            assert!(types.collect::<std::collections::BTreeSet<_>>().len() <= 1, "{name}.{property}: {said}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_null_says_nothing_as_one_that_is_missing_does() {
    let (place, [_, operator, _]) = Place::with_keys().await;
    place.post("/start", &operator, "null").await.answered(StatusCode::NOT_FOUND);
    place.post("/check-stalled", &operator, "null").await.answered(StatusCode::OK);
}
