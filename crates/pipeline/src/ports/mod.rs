//! What the steps need from the outside: narrow ports, each about one kind of stored thing.

mod answers;
mod facts;
mod fetch;
mod outputs;
mod providers;
mod raw;
mod trained;

pub use answers::{AnswerStore, Heard};
pub use facts::{FactStore, FactVersion, HistoryScope, Revision, SlateFacts};
pub use fetch::{Fetch, FetchError};
pub use outputs::{OutputStore, Upstream};
pub use providers::{ProviderDay, ProviderStore, Quota};
pub use raw::{LandedPayload, RawStore, Turn};
pub use trained::{TrainedTrees, Unkept};

/// The store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It could not be asked.
    #[error("the store could not be read")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It holds something that should not be there.
    #[error("the store holds a value that is not one: {0}")]
    Corrupt(String),
}
