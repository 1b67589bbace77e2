//! Probes for whoever supervises the process: is it alive, can it work, and how is it in detail. They need no key and tell
//! no secret.

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

use super::Surface;
use super::access::Reads;
use super::problem::Problem;
use crate::metrics;
use crate::reports::DoctorReport;

pub(super) fn routes() -> Router<Surface> {
    Router::new()
        .route("/livez", get(live))
        .route("/readyz", get(ready))
        .route("/healthz", get(healthy))
        .route("/metrics", get(metrics))
}

/// The process answers.
async fn live() -> &'static str {
    "ok\n"
}

/// The store answers.
async fn ready(State(surface): State<Surface>) -> Response {
    match surface.app.store.views.newest_published().await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!("the store does not answer: {}", runtime::state::chain(&error));
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response()
        }
    }
}

/// What Prometheus scrapes, with a key where there are keys.
async fn metrics(State(surface): State<Surface>, _: Reads) -> Result<Response, Problem> {
    let text = metrics::render(&surface.app, Some(surface.serving_since)).await?;
    Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}

#[derive(Deserialize)]
struct HealthQuery {
    /// Present: every check, for who has a key.
    verbose: Option<String>,
}

/// What `tipoff doctor` says: with `?verbose` every check, to those who may look.
async fn healthy(
    State(surface): State<Surface>,
    Query(query): Query<HealthQuery>,
    reads: Result<Reads, Problem>,
) -> Result<Response, Problem> {
    let report = DoctorReport::of(&surface.app).await;
    let status = if report.is_critical() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    if query.verbose.is_none() {
        return Ok((status, format!("{}\n", report.severity)).into_response());
    }
    reads?;
    Ok((status, Json(report)).into_response())
}
