//! Alerts: what is wrong is told to people once, with what to do about it, and by routes that are tested every night.
//!
//! ```text
//!   conditions ─► decide (pure) ─► save ─► take what is due ─► send by every route ─► record
//! ```
//! A *condition* is true now and has a *root cause*. All conditions of a root are one *alert*. A *notification* tells
//! people that the state of alerts changed, and only of those that threaten an SLA.

mod alert;
mod alerter;
mod condition;
mod decide;
mod memory;
mod notification;
mod policy;
mod ports;
mod words;

pub use alert::{Alert, Told};
pub use alerter::Alerter;
pub use condition::{Cause, Condition, RootCause, Severity, Threat};
pub use decide::{Decisions, decide};
pub use memory::MemoryAlertStore;
pub use notification::{Change, News, Notification, NotificationId, NotificationKind, Sent};
pub use policy::{Policy, Retries};
pub use ports::{AlertSink, AlertStore, AlertStoreError, Delivery, DeliveryRecord, DeliveryState, SinkError};

#[cfg(test)]
mod tests;
