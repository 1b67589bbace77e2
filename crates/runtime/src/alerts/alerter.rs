//! The alerter: decides, saves, and only then sends; a crash in between neither floods nor forgets.

use std::collections::BTreeSet;
use std::iter;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::join_all;
use jiff::Timestamp;

use super::{
    AlertSink, AlertStore, AlertStoreError, Cause, Condition, Decisions, Delivery, DeliveryState, Notification, Policy,
    RootCause, Severity, SinkError, Threat, decide,
};

/// Tells people what is wrong, through every route.
pub struct Alerter {
    store: Arc<dyn AlertStore>,
    sinks: Vec<Arc<dyn AlertSink>>,
    policy: Policy,
    /// When people were last told that the store of alerts fails, which it cannot remember itself.
    told_of_store: Mutex<Option<Timestamp>>,
}

impl Alerter {
    /// An alerter over this store and these routes, whose names differ.
    pub fn new(store: Arc<dyn AlertStore>, sinks: Vec<Arc<dyn AlertSink>>, policy: Policy) -> Self {
        let names: BTreeSet<&str> = sinks.iter().map(|sink| sink.route()).collect();
        assert_eq!(names.len(), sinks.len(), "two routes have one name");
        Self { store, sinks, policy, told_of_store: Mutex::new(None) }
    }

    /// One tick: judges these conditions and the routes themselves, saves what that comes to, and delivers what is due.
    ///
    /// What is saved is told at most once, but for one case: where the process dies after a route took a notification
    /// and before that is recorded, the route gets it again later. When the store fails nothing is decided; people are
    /// told that much, once within the cooldown, as far as this process remembers.
    ///
    /// # Errors
    /// When the store fails. A route that fails is no error: its deliveries are tried again, a bounded number of times.
    pub async fn tick(&self, conditions: &[Condition], now: Timestamp) -> Result<Decisions, AlertStoreError> {
        let result = self.decide_and_tell(conditions, now).await;
        if let Err(error) = &result {
            self.tell_of_store(error, now).await;
        }
        result
    }

    /// Sends a test through every route; to be called every night, and before the first tick where no test was ever sent.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn synthetic(&self, now: Timestamp) -> Result<(), AlertStoreError> {
        let test = Decisions { notifications: vec![Notification::synthetic(now)], ..Decisions::default() };
        self.store.save(&test, &self.routes()).await?;
        self.deliver(now).await
    }

    async fn decide_and_tell(&self, conditions: &[Condition], now: Timestamp) -> Result<Decisions, AlertStoreError> {
        let proven = self.store.last_synthetics().await?;
        let silent = |route| silent_route(route, proven.get(route).copied(), &self.policy, now);
        let silent = self.routes().into_iter().filter_map(silent);
        let conditions: Vec<Condition> = conditions.iter().cloned().chain(silent).collect();
        let open = self.store.open_alerts().await?;
        let recent = self.store.sent_since(now - self.policy.memory()).await?;
        let decisions = decide(&open, &conditions, &recent, &self.policy, now);
        self.store.save(&decisions, &self.routes()).await?;
        self.deliver(now).await?;
        Ok(decisions)
    }

    /// Delivers what is due by every route, all of them at once: a slow or failing one holds up none of the others.
    async fn deliver(&self, now: Timestamp) -> Result<(), AlertStoreError> {
        let open: BTreeSet<RootCause> = self.store.open_alerts().await?.into_iter().map(|alert| alert.root).collect();
        let due = self.store.take_due(&self.routes(), self.policy.retries, now).await?;
        let by_route =
            |sink: &Arc<dyn AlertSink>| due.iter().filter(|delivery| delivery.route == sink.route()).collect();
        let routes = self.sinks.iter().map(|sink| self.deliver_by(sink.as_ref(), by_route(sink), &open, now));
        join_all(routes).await.into_iter().collect()
    }

    /// Delivers by one route, in order, and records each result at once.
    async fn deliver_by(
        &self,
        sink: &dyn AlertSink,
        due: Vec<&Delivery>,
        open: &BTreeSet<RootCause>,
        now: Timestamp,
    ) -> Result<(), AlertStoreError> {
        for delivery in due {
            let state = if delivery.notification.is_outdated(|root| open.contains(root)) {
                DeliveryState::Outdated
            } else {
                match self.send(sink, &delivery.notification).await {
                    Ok(()) => DeliveryState::Delivered { at: now },
                    Err(error) => DeliveryState::Undelivered { error: Some(error.to_string()) },
                }
            };
            self.store.record(delivery, &state).await?;
        }
        Ok(())
    }

    async fn send(&self, sink: &dyn AlertSink, notification: &Notification) -> Result<(), SinkError> {
        let patience = self.policy.patience;
        let sent = tokio::time::timeout(patience.unsigned_abs(), sink.send(notification)).await;
        let result = sent.unwrap_or_else(|_| Err(SinkError(format!("no answer within {patience:#}"))));
        if let Err(error) = &result {
            tracing::warn!(route = sink.route(), %error, "alert not delivered");
        }
        result
    }

    /// Tells people that the store of alerts fails, without it.
    async fn tell_of_store(&self, error: &AlertStoreError, now: Timestamp) {
        let due = {
            let mut told = self.told_of_store.lock().unwrap_or_else(PoisonError::into_inner);
            let due = told.is_none_or(|told| now.duration_since(told).abs() >= self.policy.cooldown);
            if due {
                *told = Some(now);
            }
            due
        };
        if due {
            let decisions = decide(&[], &[store_trouble(error, now)], &[], &self.policy, now);
            let sinks = self.sinks.iter().map(AsRef::as_ref);
            let every =
                decisions.notifications.iter().flat_map(|told| sinks.clone().map(move |sink| self.send(sink, told)));
            join_all(every).await;
        }
    }

    fn routes(&self) -> Vec<&str> {
        self.sinks.iter().map(|sink| sink.route()).collect()
    }
}

/// A route that was not proven for so long, or never. Each day without proof is news of its own.
fn silent_route(route: &str, proven: Option<Timestamp>, policy: &Policy, now: Timestamp) -> Option<Condition> {
    let deadline = proven.map_or(now, |proven| proven + policy.proven_for);
    if proven.is_some() && now <= deadline {
        return None;
    }
    let ever =
        proven.map_or("no test has ever arrived".to_owned(), |at| format!("the last test that arrived is of {at}"));
    Some(Condition {
        subject: route.to_owned(),
        cause: Cause::RouteSilent,
        severity: Severity::Critical,
        threatens: Threat::Sla { deadline, what: format!("alerts reach people by {route}, {}", now.strftime("%F")) },
        root: None,
        message: ever,
        what_to_do: "Look at the errors of its deliveries, repair its settings, and send a test.".to_owned(),
    })
}

/// That the store of alerts fails.
fn store_trouble(error: &AlertStoreError, now: Timestamp) -> Condition {
    let chain: Vec<String> = iter::successors(Some(error as &dyn std::error::Error), |error| error.source())
        .map(ToString::to_string)
        .collect();
    Condition {
        subject: "alerts".to_owned(),
        cause: Cause::StoreTrouble,
        severity: Severity::Critical,
        threatens: Threat::Sla { deadline: now, what: "every SLA: no alert can be decided".to_owned() },
        root: None,
        message: chain.join(": "),
        what_to_do: "Look at the disk and the database. Alerts come again once it answers.".to_owned(),
    }
}
