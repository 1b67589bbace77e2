//! The steps from raw bytes to grades.
pub mod payload;
pub mod source;
pub use payload::{PayloadHash, RawPayload, RawRequest};
