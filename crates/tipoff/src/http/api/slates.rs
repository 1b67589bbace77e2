//! Slates: where each of their tasks stands.

use axum::Json;
use axum::extract::{Path, State};

use crate::http::Surface;
use crate::http::access::Reads;
use crate::http::problem::Problem;
use crate::reports::StatusReport;

/// A slate's part of the grid: what is done, empty, missing or failed, and why. The date is a day or TODAY, TOMORROW or
/// YESTERDAY in US Eastern.
#[utoipa::path(get, path = "/api/v1/slates/{date}", tag = "slates",
    params(("date" = String, Path, description = "2025-01-15, TODAY, TOMORROW or YESTERDAY")),
    responses(
        (status = OK, body = StatusReport),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn status(
    State(surface): State<Surface>,
    _: Reads,
    Path(date): Path<String>,
) -> Result<Json<StatusReport>, Problem> {
    let app = &surface.app;
    let edition = app.published_edition(super::super::slate(&date, app.now())?).await?;
    Ok(Json(StatusReport::of(&app.grid(edition).await?)))
}
