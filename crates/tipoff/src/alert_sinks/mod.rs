//! The routes by which alerts reach people: the log always; webhook, Slack and e-mail where they are set up.
//!
//! | Variable | Meaning |
//! |---|---|
//! | `TIPOFF_ALERT_WEBHOOK_URL` | Where alerts are posted as JSON, http or https |
//! | `TIPOFF_ALERT_WEBHOOK_SECRET` | Key that signs them; optional |
//! | `TIPOFF_ALERT_SLACK_URL` | A Slack incoming webhook, or one that behaves alike |
//! | `TIPOFF_ALERT_SMTP_URL` | `smtps://user:password@host:465`, or `smtp://` for STARTTLS; `%40` is an @ in user or password |
//! | `TIPOFF_ALERT_EMAIL_FROM` | The sender, `Tipoff <alerts@example.org>` |
//! | `TIPOFF_ALERT_EMAIL_TO` | The receivers, separated by commas |
//! | `TIPOFF_PING_URL` | Asked once a minute while all is watched |
//!
//! An empty variable counts as none. URLs and keys are secrets: no message of ours shows them.

mod email;
mod http;
mod log;
mod ping;
mod routes;
mod slack;
mod webhook;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub(crate) use ping::Ping;
pub use routes::AlertRoutes;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a delivery may take in all.
const TOTAL: Duration = Duration::from_secs(10);
