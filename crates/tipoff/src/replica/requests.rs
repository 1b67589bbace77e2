//! What was asked of the replica. No key is in it: only whether one came where the provider wants it.

use jiff::Timestamp;
use pipeline::source::{KeyRule, Provider};
use reqwest::header::HeaderMap;
use serde::Serialize;

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Request {
    provider: &'static str,
    /// The path under the provider's address, its parameters included, its key left out.
    path: String,
    /// By the replica's clock.
    at: Timestamp,
    /// What it was answered; nothing while it was not.
    pub(super) status: Option<u16>,
    /// Whether a key came where the provider wants it.
    key: bool,
}

impl Request {
    /// A request as it came.
    pub(super) fn of(provider: Provider, subject: &str, headers: &HeaderMap, at: Timestamp) -> Self {
        let (path, query) = subject.split_once('?').unwrap_or((subject, ""));
        let is_key = |parameter: &&str| match provider.spec().key {
            KeyRule::Parameter(name) => parameter.split('=').next() == Some(name),
            KeyRule::Free | KeyRule::Header(_) => false,
        };
        let (keys, others): (Vec<&str>, Vec<&str>) =
            query.split('&').filter(|parameter| !parameter.is_empty()).partition(is_key);
        let key =
            !keys.is_empty() || matches!(provider.spec().key, KeyRule::Header(name) if headers.contains_key(name));
        let query = if others.is_empty() { String::new() } else { format!("?{}", others.join("&")) };
        Self { provider: provider.name(), path: format!("{path}{query}"), at, status: None, key }
    }
}
