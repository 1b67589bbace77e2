//! The surface as those meet it who ask: over the real router and a real store.

mod access;
mod described;
mod documents;
mod owasp;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use runtime::{FixedClock, Role};
use serde_json::Value;
use store::Store;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt;

use crate::App;

/// When the tests ask.
const NOW: &str = "2025-01-15T13:30:00-05:00";

/// A surface over an empty store of its own.
struct Place {
    app: Arc<App>,
    router: Router,
    _directory: TempDir,
}

/// An answer, read.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same, of a refusal: a problem with this status and nothing else.
    fn refused(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{self:?}");
        assert_eq!(self.json()["status"], status.as_u16(), "{self:?}");
        self
    }

    /// The same, of what was answered.
    fn answered(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock(NOW.parse().unwrap()));
        let app = Arc::new(App::look(directory.path(), Store::create(directory.path()).unwrap(), clock));
        let router =
            super::router(app.clone(), SocketAddr::from(([127, 0, 0, 1], 8420)), watch::channel(false).1).unwrap();
        Self { app, router, _directory: directory }
    }

    /// A place with a key of each role, in that order: read, operate, admin.
    async fn with_keys() -> (Self, [String; 3]) {
        let place = Self::new();
        let keys = [
            place.app.make_key("reader", Role::Read).await.unwrap(),
            place.app.make_key("operator", Role::Operate).await.unwrap(),
            place.app.make_key("admin", Role::Admin).await.unwrap(),
        ];
        (place, keys)
    }

    /// Sends a request as this machine does.
    async fn send(&self, request: axum::http::request::Builder, body: impl Into<Body>) -> Answer {
        let request = request.body(body.into()).unwrap();
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1 << 24).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// Looks at an address with a key.
    async fn get(&self, path: &str, key: &str) -> Answer {
        self.send(to("GET", path).header("X-API-Key", key), Body::empty()).await
    }

    /// Sends JSON with a key.
    async fn post(&self, path: &str, key: &str, body: &str) -> Answer {
        let request = to("POST", path).header("X-API-Key", key).header(header::CONTENT_TYPE, "application/json");
        self.send(request, body.to_owned()).await
    }
}

/// A request to this machine's own name.
fn to(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "localhost:8420")
}

/// Every operation of the API: method and path, with something for each parameter.
fn operations() -> Vec<(&'static str, String)> {
    let document = serde_json::to_value(super::api::document()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.replace("{date}", "2025-01-15").replace("{id}", "0123456789abcdef").replace("{name}", "nobody");
        for (method, name) in [("get", "GET"), ("post", "POST"), ("delete", "DELETE")] {
            if item.get(method).is_some() {
                operations.push((name, path.clone()));
            }
        }
    }
    operations
}
