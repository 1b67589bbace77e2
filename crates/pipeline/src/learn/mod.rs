//! What the past teaches: the rows models learn from, the learner, and everything learned for one month.
//!
//! Learning is walk-forward. What a month's systems rest on was known before the month began; how they miss is measured
//! on seasons whose own models had not seen them (`month.rs`). `tipoff train` and the backtester call the same code.

mod card;
mod month;
mod past;
mod reasons;
#[cfg(test)]
pub(crate) mod tests;
mod trees;

pub use card::{Holdout, StoredBlend, StoredCard, StoredLaw, StoredShrink};
pub(crate) use card::{artifacts, by_market, learnt, panel};
pub use month::{Checkpoint, Learned, Learner, checked_from, season_start};
pub(crate) use month::{MIN_EXAMPLES, asked};
pub use past::{ClosingKey, Depth, PastRow, PastSlates, Played, Results};
pub use reasons::{Reason, Reasons};
pub use trees::BoostedTrees;
