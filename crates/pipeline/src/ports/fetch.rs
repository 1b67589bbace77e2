//! The only way out: one request, one payload.

use async_trait::async_trait;

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
    /// The answer to one request.
    async fn fetch(&self, request: &RawRequest) -> Result<RawPayload, FetchError>;
}
