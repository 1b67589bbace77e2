//! The ports: the store that remembers alerts, and the routes that carry them to people.

use std::collections::BTreeMap;
use std::error::Error;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Alert, Decisions, Notification, Retries, Sent};

/// The store of alerts failed.
#[derive(Debug, thiserror::Error)]
#[error("the store of alerts failed")]
pub struct AlertStoreError(#[source] pub Box<dyn Error + Send + Sync>);

/// A route did not take a notification. The text is kept and shown: it must hold no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SinkError(pub String);

/// A notification that a route is about to get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The route.
    pub route: String,
    /// What it gets.
    pub notification: Notification,
}

/// Where the delivery of a notification by a route stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryState {
    /// Not delivered: not tried yet, or with the last error. It is tried again while attempts are left.
    Undelivered {
        /// What went wrong last.
        error: Option<String>,
    },
    /// The route took it.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// It was no longer true when its turn came, and was dropped.
    Outdated,
}

impl DeliveryState {
    /// Name in tables and output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Undelivered { .. } => "undelivered",
            Self::Delivered { .. } => "delivered",
            Self::Outdated => "outdated",
        }
    }
}

/// A delivery as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// What goes where.
    pub delivery: Delivery,
    /// How often it was tried.
    pub attempts: u32,
    /// Where it stands.
    pub state: DeliveryState,
}

/// Alerts, what was told of them and how it was delivered, durably. Every method is one transaction.
#[async_trait]
pub trait AlertStore: Send + Sync {
    /// The alerts not resolved.
    async fn open_alerts(&self) -> Result<Vec<Alert>, AlertStoreError>;

    /// The changes told at this instant or later.
    async fn sent_since(&self, since: Timestamp) -> Result<Vec<Sent>, AlertStoreError>;

    /// Saves the alerts and notifications of a tick, and for each notification one undelivered delivery a route, due at
    /// once. Fails, and saves nothing, where an opened alert's root has an open one already, or a notification is known.
    async fn save(&self, decisions: &Decisions, routes: &[&str]) -> Result<(), AlertStoreError>;

    /// Takes the deliveries of these routes that are due: undelivered, with attempts left, never tried or not since `wait`.
    /// The attempt is counted here, before it is made, so that a process that dies in it cannot make it for ever. In the
    /// order in which they were decided.
    async fn take_due(&self, routes: &[&str], how: Retries, now: Timestamp) -> Result<Vec<Delivery>, AlertStoreError>;

    /// Records what came of a delivery that was taken.
    async fn record(&self, delivery: &Delivery, state: &DeliveryState) -> Result<(), AlertStoreError>;

    /// When each route last delivered a synthetic notification; a route that never did is missing.
    async fn last_synthetics(&self) -> Result<BTreeMap<String, Timestamp>, AlertStoreError>;

    /// So many alerts, the open ones first, then the newest; for display.
    async fn newest_alerts(&self, limit: usize) -> Result<Vec<Alert>, AlertStoreError>;

    /// So many deliveries, newest first; for display.
    async fn newest_deliveries(&self, limit: usize) -> Result<Vec<DeliveryRecord>, AlertStoreError>;

    /// Removes alerts resolved before an instant, and with their deliveries the notifications decided before it that tell
    /// of no alert still there; but for the last test that each route delivered, which proves it. Returns how many
    /// alerts and notifications went.
    async fn prune(&self, before: Timestamp) -> Result<u64, AlertStoreError>;
}

/// A route to people.
#[async_trait]
pub trait AlertSink: Send + Sync {
    /// Its name, which no other route has.
    fn route(&self) -> &str;

    /// Delivers a notification. Rarely, after a crash, it may be asked to deliver one again: its id is the same then.
    async fn send(&self, notification: &Notification) -> Result<(), SinkError>;
}
