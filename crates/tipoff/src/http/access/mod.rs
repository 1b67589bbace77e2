//! Who asks, and what he may do: by a key, by a session begun with one, or by being on this machine while no key exists.

mod caller;
mod session;

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use runtime::{ApiKey, Role};

pub(super) use caller::{Administers, Caller, Operates, Reads, Visitor};
pub(super) use session::{COOKIE, Sessions};

use super::Surface;
use super::limits;
use super::problem::Problem;
use crate::app::keys::opened_by;

/// How callers are told apart.
pub(super) struct Access {
    /// Where we listen.
    address: SocketAddr,
    pub(super) sessions: Sessions,
    /// Held while a key is revoked.
    pub(super) revoking: tokio::sync::Mutex<()>,
}

impl Access {
    /// Access to what listens there.
    pub(super) fn new(address: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self { address, sessions: Sessions::new()?, revoking: tokio::sync::Mutex::default() })
    }

    /// Whether the request came to this machine's own name. A page from elsewhere that had its name point here did not.
    fn came_here(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let (name, _) = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).unwrap_or((host, ""));
        self.address.ip().is_loopback() && ["localhost", "127.0.0.1", "[::1]"].contains(&name)
    }
}

/// Says who asks, for the handlers; refuses keys that open nothing, and forged requests.
pub(super) async fn identify(State(surface): State<Surface>, mut request: Request, next: Next) -> Response {
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let visitor = identified(&surface, &method, &headers).await;
    if let Err(problem) = surface.limits.admit(visitor.as_ref(), limits::address(&request)) {
        return problem.into_response();
    }
    match visitor {
        Ok(visitor) => {
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn identified(surface: &Surface, method: &Method, headers: &HeaderMap) -> Result<Visitor, Problem> {
    let keys = surface.app.open_keys().await?;
    if let Some(key) = sent_key(headers) {
        return match opened_by(&keys, key) {
            Some(key) => Ok(Visitor::Known(Caller::of(key))),
            None => Err(Problem::unauthorized()),
        };
    }
    // What a browser sends along by itself must come from our own pages.
    if !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) && !is_same_origin(headers) {
        return Err(Problem::forbidden("this request came from another site's page"));
    }
    if keys.is_empty() {
        return match surface.access.came_here(headers) {
            true => Ok(Visitor::Known(Caller { name: "local".to_owned(), role: Role::Admin })),
            false => Err(Problem::forbidden("without a key only this machine may ask, by the name localhost")),
        };
    }
    let now = surface.app.now();
    let cookies = CookieJar::from_headers(headers);
    let name = cookies.get(COOKIE).and_then(|cookie| surface.access.sessions.holder(cookie.value(), now));
    let key: Option<&ApiKey> = name.and_then(|name| keys.iter().find(|key| key.name == name));
    Ok(key.map_or(Visitor::Stranger, |key| Visitor::Known(Caller::of(key))))
}

/// The key that was sent with the request: in a header, never in the address, which logs and histories keep.
fn sent_key(headers: &HeaderMap) -> Option<&str> {
    let bearer = || headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ");
    headers.get("x-api-key").and_then(|key| key.to_str().ok()).or_else(bearer)
}

/// Whether a browser says that one of our own pages asks; a program that is no browser says nothing.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let origin = text(header::ORIGIN.as_str()).map(|origin| origin.rsplit_once("://").map_or("", |(_, host)| host));
    let site = text("sec-fetch-site");
    origin.is_none_or(|origin| origin == host) && site.is_none_or(|site| matches!(site, "same-origin" | "none"))
}
