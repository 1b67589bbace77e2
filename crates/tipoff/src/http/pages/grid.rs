//! The grid of a slate: every task, where it stands, why, and what happens next and when.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;

use super::{Frame, Looks, Withheld, shown};
use crate::http::Surface;
use crate::reports::StatusReport;

#[derive(Deserialize)]
pub(super) struct Asked {
    date: Option<String>,
}

#[derive(Template)]
#[template(path = "grid.html")]
struct Page {
    frame: Frame,
    status: StatusReport,
}

pub(super) async fn page(
    State(surface): State<Surface>,
    Looks(caller): Looks,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Withheld> {
    let app = &surface.app;
    let slate = crate::http::slate(asked.date.as_deref().unwrap_or("TODAY"), app.now())?;
    let status = StatusReport::of(&app.grid(app.published_edition(slate).await?).await?);
    shown(&Page { frame: Frame::of("Grid", &surface, &caller), status })
}
