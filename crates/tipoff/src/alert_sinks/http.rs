//! Asking the web: short of patience, without redirects, and with errors that name no address.

use std::time::Duration;

use anyhow::Context;
use reqwest::{Client, RequestBuilder, redirect};
use runtime::alerts::SinkError;

use super::{CONNECT, TOTAL};

/// The client of the routes over HTTP.
pub(super) fn client() -> anyhow::Result<Client> {
    client_with(CONNECT, TOTAL)
}

pub(super) fn client_with(connect: Duration, total: Duration) -> anyhow::Result<Client> {
    // Only the first in a process installs it; the others find what they want.
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(concat!("tipoff/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect)
        .timeout(total)
        // An alert must not go where its receiver sends it.
        .redirect(redirect::Policy::none())
        .build()
        .context("making the client for alert routes; it needs the system's certificates")
}

/// Sends a request; only an answer of success is one.
pub(super) async fn send(request: RequestBuilder) -> Result<(), SinkError> {
    let answer =
        request.send().await.map_err(|error| SinkError(format!("{:#}", anyhow::Error::new(error.without_url()))))?;
    let status = answer.status();
    // The body may repeat what was sent.
    if status.is_success() { Ok(()) } else { Err(SinkError(format!("the receiver answered {status}"))) }
}
