//! Published documents over HTTP: their bytes, what a reader may keep, and the schemas they point to.

use axum::body::Body;
use axum::http::{StatusCode, header};

use super::{Place, to};

#[tokio::test]
async fn a_document_points_to_its_schema_and_is_sent_once() {
    let (place, [reader, ..]) = Place::with_keys().await;
    let folder = place.app.data_dir.join("published/v1/tonight/player");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("nikolajokic.json"), "{}\n").unwrap();
    let path = "/v1/tonight/player/nikolajokic.json";
    let answer = place.get(path, &reader).await.answered(StatusCode::OK);
    assert_eq!(answer.body, "{}\n");
    assert_eq!(answer.headers[header::LINK], "</v1/schemas/tonight/player.json>; rel=\"describedby\"");
    let known =
        to("GET", path).header("X-API-Key", &reader).header(header::IF_NONE_MATCH, &answer.headers[header::ETAG]);
    let again = place.send(known, Body::empty()).await.answered(StatusCode::NOT_MODIFIED);
    assert_eq!(again.body, "");
}

#[tokio::test]
async fn every_schema_that_is_listed_is_there() {
    let (place, [reader, ..]) = Place::with_keys().await;
    let listed = place.get("/v1/schemas", &reader).await.answered(StatusCode::OK).json();
    let listed = listed.as_object().unwrap();
    assert_eq!(listed.len(), 10);
    for address in listed.values() {
        let answer = place.get(address.as_str().unwrap(), &reader).await.answered(StatusCode::OK);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/schema+json");
        assert_eq!(answer.json()["$schema"], "https://json-schema.org/draft/2020-12/schema", "{address}");
    }
    place.get("/v1/schemas/nothing.json", &reader).await.refused(StatusCode::NOT_FOUND);
    place.get("/v1/schemas", "a key that opens nothing").await.refused(StatusCode::UNAUTHORIZED);
}
