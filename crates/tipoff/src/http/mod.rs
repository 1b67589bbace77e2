//! The HTTP surface: probes, published documents, an API and pages. Each handler asks [`App`] and shows what it says; the
//! command line calls the same functions.

mod access;
mod api;
mod documents;
mod limits;
mod pages;
mod probes;
mod problem;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::watch as signal;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::App;
use access::Access;
use limits::Limits;

use crate::clock_words::DateWord;

/// Where `tipoff serve` listens unless somebody says otherwise: on this machine alone.
pub(crate) const DEFAULT_ADDRESS: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8420);

/// Longer bodies are refused.
const BODY_LIMIT: usize = 1 << 20;

/// A request that takes longer is given up.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What every handler works with.
#[derive(Clone)]
pub(crate) struct Surface {
    pub(crate) app: Arc<App>,
    access: Arc<Access>,
    /// Since when this process answers.
    serving_since: Timestamp,
    /// Turns true when the process shall stop: whatever is never over by itself ends then.
    stop: signal::Receiver<bool>,
    /// Places for streams of events.
    streams: Arc<Semaphore>,
    remembered: Arc<pages::Remembered>,
    limits: Arc<Limits>,
}

/// Takes an address to listen on.
///
/// # Errors
/// When it is taken, or open to other machines while no key is there: then whoever finds it could do anything.
pub(crate) async fn bind(app: &App, address: SocketAddr) -> anyhow::Result<TcpListener> {
    anyhow::ensure!(
        address.ip().is_loopback() || !app.open_keys().await?.is_empty(),
        "{address} can be reached from other machines, and there is no key yet: \
         `tipoff keys add NAME --role operate` makes one, or listen on 127.0.0.1"
    );
    TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))
}

/// Answers requests until asked to stop.
///
/// # Errors
/// When the listener fails.
pub(crate) async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    mut stop: signal::Receiver<bool>,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!("pages at http://{address}/, API at http://{address}/api/");
    let router = router(app, address, stop.clone())?.into_make_service_with_connect_info::<SocketAddr>();
    let stopped = async move {
        // Whoever could ask is gone: nobody will.
        if stop.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    axum::serve(listener, router).with_graceful_shutdown(stopped).await?;
    Ok(())
}

/// Every route, behind the same limits. Streams end when `stop` turns true.
pub(crate) fn router(app: Arc<App>, address: SocketAddr, stop: signal::Receiver<bool>) -> anyhow::Result<Router> {
    let (access, streams) = (Arc::new(Access::new(address)?), Arc::new(Semaphore::new(pages::MOST_STREAMS)));
    let serving_since = app.now();
    let limits = Arc::new(Limits::new());
    let surface = Surface { app, access, limits, serving_since, stop, streams, remembered: Arc::default() };
    let header =
        |name: HeaderName, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Ok(Router::new()
        .merge(probes::routes())
        .merge(documents::routes())
        .merge(api::routes())
        .merge(pages::routes())
        .fallback(problem::not_found)
        .layer(axum::middleware::from_fn_with_state(surface.clone(), access::identify))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CatchPanicLayer::new())
        .layer(axum::middleware::map_response(problem::shaped))
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
        .layer(CompressionLayer::new())
        .with_state(surface))
}

/// Everything comes from here: no script or style inside a page, nothing from elsewhere, no frame around it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The slate that an address names.
fn slate(word: &str, now: Timestamp) -> Result<domain::GameDate, problem::Problem> {
    let word: DateWord = word.parse().map_err(|error| problem::Problem::bad_request(format!("{error}")))?;
    Ok(word.resolve(now))
}
