//! The log as a route: one event a notification.

use async_trait::async_trait;
use runtime::alerts::{AlertSink, Notification, Severity, SinkError};

/// Writes notifications to the log.
#[derive(Debug)]
pub(super) struct LogSink;

#[async_trait]
impl AlertSink for LogSink {
    fn route(&self) -> &str {
        "log"
    }

    async fn send(&self, notification: &Notification) -> Result<(), SinkError> {
        let (id, kind, headline) = (notification.id(), notification.kind.code(), notification.headline());
        let text = notification.body().replace('\n', " | ");
        match notification.severity() {
            Severity::Critical => tracing::error!(%id, kind, text, "alert: {headline}"),
            Severity::Warning => tracing::warn!(%id, kind, text, "alert: {headline}"),
            Severity::Info => tracing::info!(%id, kind, text, "alert: {headline}"),
        }
        Ok(())
    }
}
