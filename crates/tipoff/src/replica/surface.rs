//! The replica's HTTP: each provider under its name, `/faults` and `/requests` beside them.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use pipeline::source::Provider;
use runtime::Clock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower_http::compression::CompressionLayer;

use super::requests::Request;
use super::spoil::spoil;
use super::{Fault, FaultKind, Past, Question};

/// A stale answer is so old.
const STALE_BY: SignedDuration = SignedDuration::from_hours(24);
/// The bomb, unpacked: so many parts of a megabyte.
const BOMB_PARTS: usize = 512;

/// A day, a clock, what is wrong now, and what was asked.
pub(crate) struct Replica {
    past: Past,
    clock: Arc<dyn Clock>,
    faults: Mutex<Vec<Fault>>,
    requests: Mutex<Vec<Request>>,
}

impl Replica {
    /// A replica with these faults from the start.
    pub(crate) fn new(past: Past, clock: Arc<dyn Clock>, faults: Vec<Fault>) -> Self {
        Self { past, clock, faults: Mutex::new(faults), requests: Mutex::default() }
    }

    fn striking(&self, provider: Provider, now: Timestamp) -> Vec<FaultKind> {
        locked(&self.faults).iter().filter_map(|fault| fault.strikes(provider, now)).collect()
    }

    /// What a provider answers now, before anything is done to how it is sent.
    async fn told(&self, provider: Provider, subject: &str, faults: &[FaultKind], now: Timestamp) -> Told {
        let as_of = if faults.contains(&FaultKind::Stale) { now - STALE_BY } else { now };
        let Some(question) = Question::of(provider, subject) else { return Told::NotThere };
        match self.past.answer(&question, as_of).await {
            Ok(Some(mut answer)) => {
                faults.iter().for_each(|kind| spoil(&mut answer, *kind, now));
                Told::Here(answer)
            }
            Ok(None) => Told::NotThere,
            Err(error) => Told::Failed(error),
        }
    }
}

enum Told {
    Here(Value),
    NotThere,
    Failed(anyhow::Error),
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Every route.
pub(crate) fn router(replica: Arc<Replica>) -> Router {
    // Nothing but the bomb is packed.
    let is_bomb = |_: StatusCode, _: axum::http::Version, headers: &HeaderMap, _: &axum::http::Extensions| {
        headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == BOMB)
    };
    Router::new()
        .route("/faults", get(faults).put(set_faults).delete(no_faults))
        .route("/requests", get(requests).delete(forget_requests))
        .fallback(answer)
        .layer(CompressionLayer::new().compress_when(is_bomb))
        .with_state(replica)
}

async fn faults(State(replica): State<Arc<Replica>>) -> Json<Vec<String>> {
    Json(locked(&replica.faults).iter().map(ToString::to_string).collect())
}

async fn set_faults(
    State(replica): State<Arc<Replica>>,
    Json(texts): Json<Vec<String>>,
) -> Result<StatusCode, (StatusCode, String)> {
    let faults: Result<Vec<Fault>, _> = texts.iter().map(|text| text.parse()).collect();
    let faults = faults.map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
    *locked(&replica.faults) = faults;
    Ok(StatusCode::NO_CONTENT)
}

async fn no_faults(State(replica): State<Arc<Replica>>) -> StatusCode {
    locked(&replica.faults).clear();
    StatusCode::NO_CONTENT
}

async fn requests(State(replica): State<Arc<Replica>>) -> Json<Vec<Request>> {
    Json(locked(&replica.requests).clone())
}

async fn forget_requests(State(replica): State<Arc<Replica>>) -> StatusCode {
    locked(&replica.requests).clear();
    StatusCode::NO_CONTENT
}

/// `/{provider}/{path under its address}`.
async fn answer(State(replica): State<Arc<Replica>>, method: Method, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let asked = uri.path_and_query().map_or("", |path| path.as_str()).trim_start_matches('/');
    let (name, subject) = asked.split_once('/').unwrap_or((asked, ""));
    let Some(provider) = Provider::named(name).filter(|_| method == Method::GET) else {
        return (StatusCode::NOT_FOUND, "no provider has this name").into_response();
    };
    let now = replica.clock.now();
    let nth = {
        let mut requests = locked(&replica.requests);
        requests.push(Request::of(provider, subject, &headers, now));
        requests.len() - 1
    };
    let faults = replica.striking(provider, now);
    for kind in &faults {
        match kind {
            FaultKind::Latency(by) => tokio::time::sleep(*by).await,
            FaultKind::Hang => std::future::pending().await,
            _ => {}
        }
    }
    let response = match faults.iter().find_map(|kind| instead(*kind)) {
        Some(response) => response,
        None => match replica.told(provider, subject, &faults, now).await {
            Told::Here(answer) => sent(answer.to_string().into(), &faults, &headers),
            Told::NotThere => (StatusCode::NOT_FOUND, Json(json!({ "message": "not found" }))).into_response(),
            Told::Failed(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
        },
    };
    if let Some(request) = locked(&replica.requests).get_mut(nth) {
        request.status = Some(response.status().as_u16());
    }
    response
}

/// What the bomb calls itself.
const BOMB: &str = "application/json; packed";

/// What is answered instead of anything that was asked for.
fn instead(kind: FaultKind) -> Option<Response<Body>> {
    Some(match kind {
        FaultKind::Status(code) => StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY).into_response(),
        FaultKind::TooMany(seconds) => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, HeaderValue::from(seconds))]).into_response()
        }
        FaultKind::Html => {
            let page = "<!DOCTYPE html><html><title>Just a moment...</title><body>Checking your browser</body></html>";
            axum::response::Html(page).into_response()
        }
        FaultKind::Redirect => (StatusCode::FOUND, [(header::LOCATION, "http://127.0.0.2:9/")]).into_response(),
        FaultKind::Bomb => {
            let part = Bytes::from(vec![b' '; 1 << 20]);
            let parts = stream::repeat_with(move || Ok::<_, Infallible>(part.clone())).take(BOMB_PARTS);
            ([(header::CONTENT_TYPE, BOMB)], Body::from_stream(parts)).into_response()
        }
        _ => return None,
    })
}

/// An answer on its way: unchanged since it was asked for last, cut short, or slow.
fn sent(body: Bytes, faults: &[FaultKind], headers: &HeaderMap) -> Response<Body> {
    let hash: String = Sha256::digest(&body).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{hash}\"");
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
    }
    let body = if faults.contains(&FaultKind::Truncated) { body.slice(..body.len() / 2) } else { body };
    let body = if faults.contains(&FaultKind::SlowLoris) {
        let bytes = (0..body.len()).map(move |index| body.slice(index..=index));
        Body::from_stream(stream::iter(bytes).then(|byte| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok::<_, Infallible>(byte)
        }))
    } else {
        Body::from(body)
    };
    ([(header::CONTENT_TYPE, "application/json".to_owned()), (header::ETAG, etag)], body).into_response()
}
