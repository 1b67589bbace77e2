//! Live pages: a stream of events that each say that something may have changed. Who hears one draws his page anew.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;
use jiff::SignedDuration;

use super::{Looks, Withheld};
use crate::http::Surface;
use crate::http::problem::Problem;

/// So many pages are kept up to date at a time; each costs a connection.
pub(in crate::http) const MOST_STREAMS: usize = 64;

/// Time alone changes what a page says, so it is told at least so often.
const AT_LEAST_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// And at most so often, however much happens.
const AT_MOST_EVERY: Duration = Duration::from_secs(2);

/// Says that something may have changed, until the process is asked to stop.
pub(super) async fn stream(State(surface): State<Surface>, _: Looks) -> Result<Response, Withheld> {
    let place = surface.streams.clone().try_acquire_owned();
    let place = place.map_err(|_| Problem::unavailable("too many pages are open; this one is not kept up to date"))?;
    let changes = stream::unfold((surface, place), |(surface, place)| async move {
        let mut stop = surface.stop.clone();
        let changed = async {
            tokio::time::sleep(AT_MOST_EVERY).await;
            surface.app.store.ledger.changed(AT_LEAST_EVERY).await;
        };
        tokio::select! {
            () = changed => Some((Ok::<_, Infallible>(Event::default().data("changed")), (surface, place))),
            _ = stop.wait_for(|stop| *stop) => None,
        }
    });
    Ok(Sse::new(changes).into_response())
}
