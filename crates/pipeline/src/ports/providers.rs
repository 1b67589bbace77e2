//! How live providers were asked, and what came of it, day by day.

use async_trait::async_trait;
use domain::GameDate;
use jiff::{SignedDuration, Timestamp};

use super::StoreError;
use crate::source::Provider;

/// What a provider was asked on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderDay {
    /// Who was asked.
    pub provider: Provider,
    /// The Eastern date.
    pub day: GameDate,
    /// Requests.
    pub asked: u64,
    /// Those that brought something.
    pub answered: u64,
    /// Those of which the provider said that nothing had changed.
    pub unchanged: u64,
    /// Those for something that is not there.
    pub missing: u64,
    /// Those that the provider refuses.
    pub refused: u64,
    /// Those that came to nothing, or to being asked for patience.
    pub failed: u64,
    /// Bytes received, unpacked.
    pub bytes: u64,
    /// Time from asking to the last byte, of all requests together.
    pub took: SignedDuration,
    /// When it last answered anything.
    pub answered_at: Option<Timestamp>,
    /// When it last failed or refused, and what it said.
    pub problem: Option<(Timestamp, String)>,
    /// What is left of what it allows, where it tells.
    pub quota: Option<Quota>,
}

impl ProviderDay {
    /// A day on which nothing was asked.
    pub fn unasked(provider: Provider, day: GameDate) -> Self {
        Self {
            provider,
            day,
            asked: 0,
            answered: 0,
            unchanged: 0,
            missing: 0,
            refused: 0,
            failed: 0,
            bytes: 0,
            took: SignedDuration::ZERO,
            answered_at: None,
            problem: None,
            quota: None,
        }
    }

    /// Requests by what came of them, each under its name in reports.
    pub fn outcomes(&self) -> [(&'static str, u64); 5] {
        let Self { answered, unchanged, missing, refused, failed, .. } = *self;
        [
            ("answered", answered),
            ("unchanged", unchanged),
            ("missing", missing),
            ("refused", refused),
            ("failed", failed),
        ]
    }
}

/// What is left of what a provider allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Spent.
    pub used: u64,
    /// Left.
    pub left: u64,
}

impl Quota {
    /// Whether so little is left that somebody should know: less than a fifth.
    pub fn is_nearly_spent(&self) -> bool {
        self.left * 4 < self.used
    }
}

/// How live providers were asked.
#[async_trait]
pub trait ProviderStore: Send + Sync {
    /// Adds to a provider's day.
    async fn add_to_provider_day(&self, more: &ProviderDay) -> Result<(), StoreError>;

    /// The days of every provider from a date on, in order.
    async fn provider_days(&self, since: GameDate) -> Result<Vec<ProviderDay>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::Quota;

    #[test]
    fn a_quota_is_nearly_spent_at_four_fifths() {
        let spent = |used| Quota { used, left: 500 - used }.is_nearly_spent();
        assert_eq!([0, 400, 401, 500].map(spent), [false, false, true, true]);
    }
}
