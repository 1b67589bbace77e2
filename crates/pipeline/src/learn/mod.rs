//! What trained models learn from, and how.

mod past;
mod trees;

pub use past::{PastRow, PastSlate, Outcome, past_slates, outcomes};
pub use trees::{Learned, Params};
