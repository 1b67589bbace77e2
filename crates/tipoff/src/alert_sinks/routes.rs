//! Which routes are set up: settings, read and checked once.

use std::env::VarError;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use lettre::message::{Mailbox, Mailboxes};
use reqwest::Url;
use runtime::alerts::AlertSink;

use super::email::EmailSink;
use super::http;
use super::log::LogSink;
use super::slack::SlackSink;
use super::webhook::WebhookSink;
use crate::secret::Secret;
use crate::settings::Settings;

const WEBHOOK_URL: &str = "TIPOFF_ALERT_WEBHOOK_URL";
const WEBHOOK_SECRET: &str = "TIPOFF_ALERT_WEBHOOK_SECRET";
const SLACK_URL: &str = "TIPOFF_ALERT_SLACK_URL";
const SMTP_URL: &str = "TIPOFF_ALERT_SMTP_URL";
const EMAIL_FROM: &str = "TIPOFF_ALERT_EMAIL_FROM";
const EMAIL_TO: &str = "TIPOFF_ALERT_EMAIL_TO";

/// The routes that are set up beside the log.
#[derive(Debug, Default)]
pub struct AlertRoutes {
    webhook: Option<Webhook>,
    slack: Option<Secret<Url>>,
    email: Option<Email>,
}

#[derive(Debug)]
struct Webhook {
    url: Secret<Url>,
    key: Option<Secret<String>>,
}

#[derive(Debug)]
struct Email {
    server: Secret<Url>,
    from: Mailbox,
    to: Mailboxes,
}

impl AlertRoutes {
    /// The routes that these settings set up.
    ///
    /// # Errors
    /// Names the variable that is wrong or missing, and never shows its value.
    pub fn of(settings: &Settings) -> anyhow::Result<Self> {
        Self::read(|name| settings.variable(name))
    }

    /// The routes that these variables set up.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn read(variable: impl Fn(&'static str) -> Result<String, VarError>) -> anyhow::Result<Self> {
        let set = |name| match variable(name) {
            Ok(value) if value.trim().is_empty() => Ok(None),
            Ok(value) => Ok(Some(value.trim().to_owned())),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => bail!("{name} is not valid UTF-8"),
        };
        Ok(Self {
            webhook: webhook(set(WEBHOOK_URL)?, set(WEBHOOK_SECRET)?)?,
            slack: set(SLACK_URL)?.map(|url| slack(&url)).transpose()?,
            email: email(set(SMTP_URL)?, set(EMAIL_FROM)?, set(EMAIL_TO)?)?,
        })
    }

    /// The names of these routes, the log first.
    pub fn names(&self) -> Vec<&'static str> {
        let Self { webhook, slack, email } = self;
        let set_up = [("webhook", webhook.is_some()), ("slack", slack.is_some()), ("email", email.is_some())];
        let set_up = set_up.into_iter().filter_map(|(name, is_set_up)| is_set_up.then_some(name));
        ["log"].into_iter().chain(set_up).collect()
    }

    /// The sinks of these routes, the log first.
    ///
    /// # Errors
    /// When a client cannot be made, for want of the system's certificates for one.
    pub fn sinks(self) -> anyhow::Result<Vec<Arc<dyn AlertSink>>> {
        let mut sinks: Vec<Arc<dyn AlertSink>> = vec![Arc::new(LogSink)];
        if let Some(Webhook { url, key }) = self.webhook {
            sinks.push(Arc::new(WebhookSink::new(http::client()?, url, key)));
        }
        if let Some(url) = self.slack {
            sinks.push(Arc::new(SlackSink::new(http::client()?, url)));
        }
        if let Some(Email { server, from, to }) = self.email {
            sinks.push(Arc::new(EmailSink::new(&server, from, to)?));
        }
        Ok(sinks)
    }
}

fn webhook(url: Option<String>, key: Option<String>) -> anyhow::Result<Option<Webhook>> {
    let Some(url) = url else {
        ensure!(key.is_none(), "{WEBHOOK_SECRET} is set and {WEBHOOK_URL} is not");
        return Ok(None);
    };
    let url = parsed(WEBHOOK_URL, &url)?;
    ensure!(["http", "https"].contains(&url.scheme()), "{WEBHOOK_URL} must begin with https:// or http://");
    Ok(Some(Webhook { url: Secret::new(url), key: key.map(Secret::new) }))
}

/// Its path is a password, which only this machine may see uncovered.
fn slack(url: &str) -> anyhow::Result<Secret<Url>> {
    let url = parsed(SLACK_URL, url)?;
    let is_covered = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(&url));
    ensure!(is_covered, "{SLACK_URL} must begin with https://");
    Ok(Secret::new(url))
}

fn email(server: Option<String>, from: Option<String>, to: Option<String>) -> anyhow::Result<Option<Email>> {
    if server.is_none() && from.is_none() && to.is_none() {
        return Ok(None);
    }
    let missing = |name| format!("{name} is not set; e-mail needs {SMTP_URL}, {EMAIL_FROM} and {EMAIL_TO}");
    let (server, from, to) = (
        server.with_context(|| missing(SMTP_URL))?,
        from.with_context(|| missing(EMAIL_FROM))?,
        to.with_context(|| missing(EMAIL_TO))?,
    );
    let Ok(from) = from.parse() else { bail!("{EMAIL_FROM} is no address such as Tipoff <alerts@example.org>") };
    let to = to.parse().ok().filter(|to: &Mailboxes| to.iter().next().is_some());
    let to = to.with_context(|| format!("{EMAIL_TO} is no list of addresses such as a@example.org, b@example.org"))?;
    Ok(Some(Email { server: mail_server(&server)?, from, to }))
}

/// The mail server, with how it is to be covered: at once, by STARTTLS, or not at all where it is this machine's own.
pub(super) fn mail_server(url: &str) -> anyhow::Result<Secret<Url>> {
    let mut url = parsed(SMTP_URL, url)?;
    ensure!(url.username().is_empty() == url.password().is_none(), "{SMTP_URL} has a user or a password, but not both");
    let cover = match url.scheme() {
        "smtps" => None,
        "smtp" if is_this_machine(&url) => None,
        "smtp" => Some("tls=required"),
        _ => bail!("{SMTP_URL} must begin with smtps:// or smtp://"),
    };
    url.set_query(cover);
    Ok(Secret::new(url))
}

/// The error of a parser says what it read, so only the variable is named.
pub(super) fn parsed(name: &str, url: &str) -> anyhow::Result<Url> {
    let url = Url::parse(url).ok().filter(|url| url.host_str().is_some_and(|host| !host.is_empty()));
    url.with_context(|| format!("{name} is no URL with a host"))
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
