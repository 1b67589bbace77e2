//! Published documents over HTTP: the bytes of the files, with a tag by which a reader learns cheaply that nothing changed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use pipeline::PayloadHash;

use super::Surface;
use super::access::Reads;
use super::problem::Problem;
use crate::published::{self, PUBLISHED};

/// A page of today changes; readers look again after so many seconds.
const NEWEST: &str = "private, max-age=60";
/// A dated page changes when a correction comes.
const DATED: &str = "private, max-age=3600";

/// Stands on every document while publication is halted: what is read may be older than it should be.
const HALTED: HeaderName = HeaderName::from_static("tipoff-publishing");

pub(super) fn routes() -> Router<Surface> {
    Router::new()
        .route("/v1/schemas", get(schemas))
        .route("/v1/schemas/{*name}", get(schema))
        .route("/v1/{*path}", get(document))
}

/// The addresses of the schemas, by the names of the documents.
async fn schemas(_: Reads) -> Json<BTreeMap<&'static str, String>> {
    Json(published::schemas().into_keys().map(|name| (name, schema_path(name))).collect())
}

/// The JSON Schema of a kind of document.
async fn schema(_: Reads, Path(name): Path<String>) -> Result<Response, Problem> {
    let of = name.strip_suffix(".json").and_then(|name| published::schemas().remove(name));
    let schema =
        of.ok_or_else(|| Problem::not_found(format!("no document is called {name}; /v1/schemas lists them")))?;
    Ok(([(header::CONTENT_TYPE, "application/schema+json")], Json(schema).into_response().into_body()).into_response())
}

fn schema_path(name: &str) -> String {
    format!("/v1/schemas/{name}.json")
}

/// A published file.
async fn document(
    State(surface): State<Surface>,
    _: Reads,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let absent = || Problem::not_found(format!("v1/{path} is not published"));
    let file = file_of(&surface.app.data_dir.join(PUBLISHED), &path).ok_or_else(absent)?;
    let body = match tokio::fs::read(file).await {
        Ok(body) => body,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(absent()),
        Err(error) => return Err(anyhow::Error::from(error).into()),
    };
    let tag = format!("\"{}\"", PayloadHash::of(&body));
    let is_known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok()).is_some_and(|known| {
        known.split(',').map(|known| known.trim().trim_start_matches("W/")).any(|known| known == tag || known == "*")
    });
    let cache = if is_dated(&path) { DATED } else { NEWEST };
    let headers = [
        (header::ETAG, HeaderValue::from_str(&tag).map_err(anyhow::Error::from)?),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
    ];
    let halted = surface.app.publishing_halted().await?.map(|_| (HALTED, HeaderValue::from_static("halted")));
    let described = published::schema_of(&format!("v1/{path}"))
        .map(|name| HeaderValue::from_str(&format!("<{}>; rel=\"describedby\"", schema_path(name))))
        .transpose()
        .map_err(anyhow::Error::from)?;
    let described = described.map(|link| (header::LINK, link));
    let more: HeaderMap = halted.into_iter().chain(described).collect();
    let headers = (headers, more);
    Ok(if is_known { (StatusCode::NOT_MODIFIED, headers).into_response() } else { (headers, body).into_response() })
}

/// Where a document of this path lies. Paths of documents are words, digits, dashes and slashes: whatever else was asked
/// for is no document, and leads out of the folder at worst.
fn file_of(root: &std::path::Path, path: &str) -> Option<PathBuf> {
    let stem = path.strip_suffix(".json")?;
    let is_plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    stem.split('/').all(is_plain).then(|| root.join("v1").join(path))
}

/// Whether a path names a date.
fn is_dated(path: &str) -> bool {
    path.trim_end_matches(".json").rsplit('/').next().is_some_and(|name| name.parse::<domain::GameDate>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let root = std::path::Path::new("/srv");
        assert_eq!(file_of(root, "tonight/all-players.json"), Some("/srv/v1/tonight/all-players.json".into()));
        for path in [
            "../tipoff.db",
            "../../etc/passwd.json",
            "a/../b.json",
            "/etc/a.json",
            ".json",
            "a//b.json",
            "a",
            "%2e.json",
        ] {
            assert_eq!(file_of(root, path), None, "{path}");
        }
        assert!(is_dated("predictions/2025-01-15.json") && !is_dated("predictions/today.json"));
    }
}
