//! A webhook as a route: notifications as JSON, signed where a key is set.
//!
//! The body is one object. New members may come; `schema_version` changes when one changes or goes.
//!
//! | Member | Meaning |
//! |---|---|
//! | `schema_version` | 1 |
//! | `id` | Names the notification. After a crash it may come twice, with the same id |
//! | `kind` | `opened`, `escalated`, `resolved`, `aggregate` (several changes) or `synthetic` (a test) |
//! | `at` | When it was decided, RFC 3339 |
//! | `severity` | `info`, `warning` or `critical`, that of its worst change |
//! | `headline`, `text` | The same in words |
//! | `news` | The changes, most urgent first, each with `change` (`opened`, `escalated`, `resolved`), the root cause as `cause` and `subject`, `severity`, `opened_at`, `resolved_at`, the first of the affected `subjects` and their `subject_count`, `message`, `what_to_do`, and the threatened `slas` with `what` and `deadline`, the first due first |
//!
//! With a key, the header `X-Tipoff-Signature` is `sha256=` and the hexadecimal HMAC-SHA256 of the body's bytes.

use std::fmt::Write;

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Url};
use runtime::alerts::{AlertSink, News, Notification, SinkError};
use serde::Serialize;
use sha2::Sha256;

use super::http;
use crate::secret::Secret;

const SIGNATURE: &str = "X-Tipoff-Signature";

/// Posts notifications to a URL.
#[derive(Debug)]
pub(super) struct WebhookSink {
    client: Client,
    url: Secret<Url>,
    key: Option<Secret<String>>,
}

impl WebhookSink {
    pub(super) fn new(client: Client, url: Secret<Url>, key: Option<Secret<String>>) -> Self {
        Self { client, url, key }
    }
}

#[async_trait]
impl AlertSink for WebhookSink {
    fn route(&self) -> &str {
        "webhook"
    }

    async fn send(&self, notification: &Notification) -> Result<(), SinkError> {
        let body = serde_json::to_vec(&Body::of(notification)).map_err(|error| SinkError(error.to_string()))?;
        let mut request = self.client.post(self.url.reveal().clone()).header(CONTENT_TYPE, "application/json");
        if let Some(key) = &self.key {
            request = request.header(SIGNATURE, signature(key, &body));
        }
        http::send(request.body(body)).await
    }
}

/// The signature of a body.
pub(super) fn signature(key: &Secret<String>, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.reveal().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    mac.finalize().into_bytes().iter().fold("sha256=".to_owned(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[derive(Serialize)]
struct Body<'a> {
    schema_version: u32,
    id: String,
    kind: &'static str,
    at: String,
    severity: &'static str,
    headline: String,
    text: String,
    news: Vec<NewsJson<'a>>,
}

#[derive(Serialize)]
struct NewsJson<'a> {
    change: &'static str,
    cause: &'static str,
    subject: &'a str,
    severity: &'static str,
    opened_at: String,
    resolved_at: Option<String>,
    subjects: &'a [String],
    subject_count: usize,
    message: &'a str,
    what_to_do: &'a str,
    slas: Vec<SlaJson<'a>>,
}

#[derive(Serialize)]
struct SlaJson<'a> {
    what: &'a str,
    deadline: String,
}

impl<'a> Body<'a> {
    fn of(notification: &'a Notification) -> Self {
        Self {
            schema_version: 1,
            id: notification.id().to_string(),
            kind: notification.kind.code(),
            at: notification.at.to_string(),
            severity: notification.severity().code(),
            headline: notification.headline(),
            text: notification.body(),
            news: notification.news.iter().map(NewsJson::of).collect(),
        }
    }
}

impl<'a> NewsJson<'a> {
    fn of(News { change, alert }: &'a News) -> Self {
        let sla = |(what, deadline): (&'a str, Timestamp)| SlaJson { what, deadline: deadline.to_string() };
        Self {
            change: change.code(),
            cause: alert.root.cause.code(),
            subject: &alert.root.subject,
            severity: alert.severity.code(),
            opened_at: alert.opened_at.to_string(),
            resolved_at: alert.resolved_at.map(|at| at.to_string()),
            subjects: &alert.subjects,
            subject_count: alert.subject_count,
            message: &alert.message,
            what_to_do: &alert.what_to_do,
            slas: alert.slas_by_deadline().into_iter().map(sla).collect(),
        }
    }
}
