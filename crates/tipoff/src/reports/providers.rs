//! Live providers: what each was asked today, what came of it, what is left of its quota, and whether it is left alone.

use runtime::Breaker;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::ProviderStanding;
use crate::clock_words::moment;

/// A provider as it stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderReport {
    pub(crate) provider: &'static str,
    /// Whether the settings of the process that tells this have it asked.
    pub(crate) is_live: bool,
    /// Requests since midnight, US Eastern.
    pub(crate) asked_today: u64,
    /// The same by what came of them.
    pub(crate) outcomes_today: OutcomesReport,
    /// Received since midnight, unpacked.
    pub(crate) bytes_today: u64,
    /// What is left of what it allows; nothing where it does not tell.
    pub(crate) quota: Option<QuotaReport>,
    pub(crate) breaker: BreakerReport,
    /// When it last answered anything.
    pub(crate) last_answered_at: Option<String>,
    /// When it last failed or refused.
    pub(crate) last_failed_at: Option<String>,
    /// What was wrong then.
    pub(crate) last_failure: Option<String>,
}

/// What became of requests.
#[derive(Debug, Serialize, ToSchema, PartialEq, Eq)]
pub(crate) struct OutcomesReport {
    /// They brought something.
    pub(crate) answered: u64,
    /// Nothing had changed.
    pub(crate) unchanged: u64,
    /// There is no such thing.
    pub(crate) missing: u64,
    /// The provider does not answer such a request, or not with this key.
    pub(crate) refused: u64,
    /// They came to nothing, or to being asked for patience.
    pub(crate) failed: u64,
}

/// What is left of what a provider allows, as it last told.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuotaReport {
    pub(crate) used: u64,
    pub(crate) left: u64,
    /// Whether less than a fifth is left.
    pub(crate) is_nearly_spent: bool,
}

/// Whether a provider is left alone.
#[derive(Debug, Serialize, ToSchema, PartialEq, Eq)]
pub(crate) struct BreakerReport {
    /// `closed`: it is asked; `open`: it keeps failing; `probing`: one asks whether it is back; `held`: a person stopped it.
    pub(crate) state: &'static str,
    pub(crate) since: Option<String>,
    /// When it is probed next.
    pub(crate) until: Option<String>,
    /// Who holds it.
    pub(crate) by: Option<String>,
    pub(crate) why: Option<String>,
}

impl ProviderReport {
    /// A standing in words.
    pub(super) fn of(standing: ProviderStanding, is_live: bool) -> Self {
        let ProviderStanding { today, breaker, .. } = standing;
        let (failed_at, failure) = today.problem.unzip();
        Self {
            provider: today.provider.name(),
            is_live,
            asked_today: today.asked,
            outcomes_today: OutcomesReport {
                answered: today.answered,
                unchanged: today.unchanged,
                missing: today.missing,
                refused: today.refused,
                failed: today.failed,
            },
            bytes_today: today.bytes,
            quota: today.quota.map(|quota| QuotaReport {
                used: quota.used,
                left: quota.left,
                is_nearly_spent: quota.is_nearly_spent(),
            }),
            breaker: breaker.into(),
            last_answered_at: today.answered_at.map(moment),
            last_failed_at: failed_at.map(moment),
            last_failure: failure,
        }
    }

    /// The last failure and when it was.
    pub(crate) fn failure_words(&self) -> String {
        match (&self.last_failed_at, &self.last_failure) {
            (Some(at), Some(what)) => format!("{at}: {what}"),
            _ => String::new(),
        }
    }
}

impl QuotaReport {
    /// In a few words.
    pub(crate) fn words(&self) -> String {
        let nearly = if self.is_nearly_spent { ", nearly spent" } else { "" };
        format!("{} of {}{nearly}", self.left, self.used + self.left)
    }
}

impl From<Breaker> for BreakerReport {
    fn from(breaker: Breaker) -> Self {
        let state = breaker.code();
        let (since, until, by, why) = match breaker {
            Breaker::Closed { .. } => (None, None, None, None),
            Breaker::Open { until, since, why, .. } | Breaker::Probing { until, since, why, .. } => {
                (Some(since), Some(until), None, Some(why))
            }
            Breaker::Held { since, by, why } => (Some(since), None, Some(by), Some(why)),
        };
        Self { state, since: since.map(moment), until: until.map(moment), by, why }
    }
}

impl BreakerReport {
    /// In a line.
    pub(crate) fn words(&self) -> String {
        let Self { state, until, by, why, .. } = self;
        let by = by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        let until = until.as_ref().map_or(String::new(), |until| format!(" until {until}"));
        let why = why.as_ref().map_or(String::new(), |why| format!(": {why}"));
        format!("{state}{by}{until}{why}")
    }
}
