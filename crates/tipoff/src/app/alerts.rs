//! Alerts as people look at them, and the test of every route by hand.

use std::sync::Arc;

use runtime::alerts::{Alert, AlertSink, Alerter, DeliveryRecord, Notification, Policy};

use super::App;

/// Which alerts to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichAlerts {
    /// Those that are open.
    Open,
    /// The newest, open or not.
    Newest,
}

/// So many of what is newest are shown.
const SHOWN: usize = 50;

impl App {
    /// Alerts, the open ones first, and the newest deliveries.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn alerts(&self, which: WhichAlerts) -> anyhow::Result<(Vec<Alert>, Vec<DeliveryRecord>)> {
        let store = &self.store.alerts;
        let alerts = match which {
            WhichAlerts::Open => store.open_alerts().await?,
            WhichAlerts::Newest => store.newest_alerts(SHOWN).await?,
        };
        Ok((alerts, store.newest_deliveries(SHOWN).await?))
    }

    /// Sends a test through every route, and whatever else is due, and says what came of the test.
    ///
    /// # Errors
    /// When the store fails. A route that fails is an outcome.
    pub async fn test_routes(&self, sinks: Vec<Arc<dyn AlertSink>>) -> anyhow::Result<Vec<DeliveryRecord>> {
        let now = self.now();
        Alerter::new(self.store.alerts.clone(), sinks, Policy::default()).synthetic(now).await?;
        let test = Notification::synthetic(now).id();
        let newest = self.store.alerts.newest_deliveries(SHOWN).await?.into_iter();
        let mut of_test: Vec<_> = newest.filter(|record| record.delivery.notification.id() == test).collect();
        of_test.reverse();
        Ok(of_test)
    }
}
