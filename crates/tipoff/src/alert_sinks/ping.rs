//! The dead man's ping: while everything is watched a URL is asked once a minute, and whoever is behind it misses us when we
//! are gone. The only alarm that needs nobody here.

use std::sync::Mutex;

use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Url};

use super::http;
use super::routes::parsed;
use crate::secret::Secret;
use crate::settings::Settings;

const PING_URL: &str = "TIPOFF_PING_URL";

/// It is asked so often at most.
const EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Says elsewhere that somebody is here.
#[derive(Debug)]
pub(crate) struct Ping {
    client: Client,
    url: Secret<Url>,
    said_at: Mutex<Option<Timestamp>>,
}

impl Ping {
    /// The ping that is set up, if one is.
    ///
    /// # Errors
    /// When its URL makes no sense, which is not shown, or when a client cannot be made.
    pub(crate) fn of(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let Some(url) = settings.text(PING_URL) else { return Ok(None) };
        let url = parsed(PING_URL, url)?;
        ensure!(["http", "https"].contains(&url.scheme()), "{PING_URL} must begin with https:// or http://");
        Ok(Some(Self { client: http::client()?, url: Secret::new(url), said_at: Mutex::default() }))
    }

    /// Says that all is watched at this instant, unless that was said within the minute. A failure is logged: what waits
    /// for us will tell.
    pub(crate) async fn say(&self, now: Timestamp) {
        if !self.is_due(now) {
            return;
        }
        match http::send(self.client.get(self.url.reveal().clone())).await {
            Ok(()) => tracing::debug!("the ping was taken"),
            Err(error) => tracing::warn!("the ping was not taken: {error}"),
        }
    }

    /// Whether a minute has gone by, or the clock has gone back; notes that it is said now.
    fn is_due(&self, now: Timestamp) -> bool {
        let mut said_at = self.said_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_due = said_at.is_none_or(|before| now < before || now.duration_since(before) >= EVERY);
        if is_due {
            *said_at = Some(now);
        }
        is_due
    }
}
