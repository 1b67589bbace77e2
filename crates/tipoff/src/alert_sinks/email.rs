//! E-mail as a route: plain text by SMTP, covered by TLS unless the server is this machine's own.

use std::time::SystemTime;

use anyhow::Context;
use async_trait::async_trait;
use lettre::message::header::{self, ContentType};
use lettre::message::{Mailbox, Mailboxes, Message};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use reqwest::Url;
use runtime::alerts::{AlertSink, Notification, SinkError};

use super::{CONNECT, TOTAL};
use crate::secret::Secret;

/// Mails notifications.
pub(super) struct EmailSink {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Mailboxes,
}

impl EmailSink {
    /// A sink over this server; the query `tls=required` asks for STARTTLS.
    pub(super) fn new(server: &Secret<Url>, from: Mailbox, to: Mailboxes) -> anyhow::Result<Self> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(server.reveal().as_str());
        // Its error may tell what stands in the URL.
        let transport = transport.ok().context("the mail server's URL cannot be used")?.timeout(Some(CONNECT)).build();
        Ok(Self { transport, from, to })
    }

    fn message(&self, notification: &Notification) -> Result<Message, lettre::error::Error> {
        let id = format!("<{}@{}>", notification.id(), self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .mailbox(header::To::from(self.to.clone()))
            .subject(notification.headline())
            .date(SystemTime::from(notification.at))
            // The same for every delivery: mail programs show a repetition once.
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN)
            .body(notification.body())
    }
}

#[async_trait]
impl AlertSink for EmailSink {
    fn route(&self) -> &str {
        "email"
    }

    async fn send(&self, notification: &Notification) -> Result<(), SinkError> {
        let message = self.message(notification).map_err(|error| SinkError(format!("making the mail: {error}")))?;
        match tokio::time::timeout(TOTAL, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(SinkError(told(&error))),
            Err(_) => Err(SinkError("the mail server took too long".to_owned())),
        }
    }
}

/// What went wrong. Of the server's answer only the code: its text may repeat what was sent.
fn told(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_response() => "the mail server does not speak SMTP".to_owned(),
        None => error.to_string(),
    }
}
