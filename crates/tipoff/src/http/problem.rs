//! What went wrong, as RFC 9457 has it: a status, a title, and what to do. What a stranger must not know is logged instead.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::NoLink;

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

    /// What happened, and what to do about it.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The kind of problem, in words.
    pub(crate) fn title(&self) -> &'static str {
        self.title
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

    /// Who asks has asked too often.
    pub(crate) fn too_many_requests() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too many requests; ask again in a second")
    }

    /// It cannot be done as things stand.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }
}

impl From<anyhow::Error> for Problem {
    /// A fault of ours, unless it says that it was the asker's: the log says what, he learns that it was not him.
    fn from(error: anyhow::Error) -> Self {
        if let Some(mistake) = error.downcast_ref::<NoLink>() {
            return Self::bad_request(mistake.to_string());
        }
        tracing::error!("a request failed: {error:#}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "it failed here; the log says why")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("ApiKey"));
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// What layers and extractors refuse in plain text, in the one shape of a problem: a body that is too long or no JSON, a
/// method that a route does not know, a handler that took too long or panicked.
pub(super) async fn shaped(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_plain = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !is_plain || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let said = axum::body::to_bytes(body, SAID_AT_MOST).await.unwrap_or_default();
    let detail = match String::from_utf8_lossy(&said).trim() {
        "" if status == StatusCode::METHOD_NOT_ALLOWED => "the header Allow names the methods there are".to_owned(),
        "" if status == StatusCode::SERVICE_UNAVAILABLE => "it took too long and was given up; ask again".to_owned(),
        "" => "there is nothing here; /api/v1/openapi.json lists what there is".to_owned(),
        said => said.to_owned(),
    };
    let mut shaped = Problem::new(status, detail).into_response();
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    shaped.headers_mut().extend(parts.headers);
    shaped
}

/// Longer texts of a refusal are not shown.
const SAID_AT_MOST: usize = 4_096;

/// No route leads there.
pub(super) async fn not_found() -> Problem {
    Problem::not_found("there is nothing here; /api/v1/openapi.json lists what there is")
}
