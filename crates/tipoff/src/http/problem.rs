//! What went wrong, as RFC 9457 has it: a status, a title, and what to do. What a stranger must not know is logged instead.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// A problem with a request, or with answering it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The HTTP status.
    status: u16,
    /// The kind of problem, in words.
    title: &'static str,
    /// What happened, and what to do about it.
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status: status.as_u16(), title: status.canonical_reason().unwrap_or("Problem"), detail: detail.into() }
    }

    /// The request makes no sense.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// Nobody said who asks.
    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "send a key in the header X-API-Key; `tipoff keys add` makes one")
    }

    /// Who asks may not do that.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    /// There is no such thing.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// Not now.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// It cannot be done as things stand.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }
}

impl From<anyhow::Error> for Problem {
    /// A fault of ours: the log says what, the asker learns that it was not him.
    fn from(error: anyhow::Error) -> Self {
        tracing::error!("a request failed: {error:#}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "it failed here; the log says why")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("ApiKey"));
        }
        response
    }
}

/// No route leads there.
pub(super) async fn not_found() -> Problem {
    Problem::not_found("there is nothing here; /api/v1/openapi.json lists what there is")
}
