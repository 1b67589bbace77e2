//! The only way out: one request, one payload.

use async_trait::async_trait;

use jiff::Timestamp;

use crate::{RawPayload, RawRequest};

/// Why nothing came.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no such thing, and that is an answer.
    #[error("{subject} is not there")]
    NotThere {
        /// What was asked for.
        subject: String,
    },
    /// The provider refuses this very request, and would refuse it again: HTTP 400 and its like.
    #[error("{subject} was refused: {problem}")]
    Refused {
        /// What was asked for.
        subject: String,
        /// What the provider said.
        problem: String,
    },
    /// It has not changed since it landed last, and that is an answer.
    #[error("{subject} has not changed")]
    Unchanged {
        /// What was asked for.
        subject: String,
    },
    /// It is not to be asked for now: the provider said so, or it is left alone for a while.
    #[error("{subject} is not asked for before {until}: {problem}")]
    NotNow {
        /// What was asked for.
        subject: String,
        /// When it may be asked for again.
        until: Timestamp,
        /// Why.
        problem: String,
    },
    /// It could not be had this time.
    #[error("{subject} could not be fetched: {problem}")]
    Failed {
        /// What was asked for.
        subject: String,
        /// What happened.
        problem: String,
    },
}

/// Fetches payloads.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// The answer to one request. `etag` is the provider's name for what landed last of it.
    async fn fetch(&self, request: &RawRequest, etag: Option<&str>) -> Result<RawPayload, FetchError>;
}
