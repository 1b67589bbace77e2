//! The numbers of alerting: how much people are told, and how hard it is tried to tell them.

use jiff::SignedDuration;

/// The hour of the limits.
pub(super) const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// How much people are told, and how hard it is tried.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// How long no condition must have held for an alert to be over.
    pub damping: SignedDuration,
    /// How long a root that was told is not told again, unless it became worse.
    pub cooldown: SignedDuration,
    /// Changes told of one root in an hour, at most.
    pub per_hour: usize,
    /// Changes told of one cause in an hour before they are told together.
    pub aggregate_after: usize,
    /// How often a notification that a route did not take is tried.
    pub retries: Retries,
    /// How long a route may take for one notification.
    pub patience: SignedDuration,
    /// How long a test that arrived proves a route.
    pub proven_for: SignedDuration,
}

/// How often a notification is tried to be delivered.
#[derive(Debug, Clone, Copy)]
pub struct Retries {
    /// Attempts for a route, the first included.
    pub attempts: u32,
    /// Time between two.
    pub wait: SignedDuration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            damping: SignedDuration::from_mins(5),
            cooldown: HOUR,
            per_hour: 5,
            aggregate_after: 3,
            // A route that was down for ten minutes still gets what it missed.
            retries: Retries { attempts: 6, wait: SignedDuration::from_mins(2) },
            patience: SignedDuration::from_secs(30),
            // A day, and two hours for a nightly test that comes late.
            proven_for: SignedDuration::from_hours(26),
        }
    }
}

impl Policy {
    /// How far back it matters what was told.
    pub fn memory(&self) -> SignedDuration {
        self.cooldown.max(HOUR)
    }
}
