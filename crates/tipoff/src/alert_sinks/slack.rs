//! Slack as a route: an incoming webhook that takes text.

use async_trait::async_trait;
use reqwest::{Client, Url};
use runtime::alerts::{AlertSink, Notification, SinkError};
use serde::Serialize;

use super::http;
use crate::secret::Secret;

/// Posts notifications to a Slack channel.
#[derive(Debug)]
pub(super) struct SlackSink {
    client: Client,
    url: Secret<Url>,
}

#[derive(Serialize)]
struct Post {
    text: String,
    /// Text from elsewhere is not to be formatted by the stars in it.
    mrkdwn: bool,
}

impl SlackSink {
    pub(super) fn new(client: Client, url: Secret<Url>) -> Self {
        Self { client, url }
    }
}

#[async_trait]
impl AlertSink for SlackSink {
    fn route(&self) -> &str {
        "slack"
    }

    async fn send(&self, notification: &Notification) -> Result<(), SinkError> {
        let text = escaped(&format!("{}\n{}", notification.headline(), notification.body()));
        http::send(self.client.post(self.url.reveal().clone()).json(&Post { text, mrkdwn: false })).await
    }
}

/// Without these three letters nothing is a link, a mention or an entity.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
