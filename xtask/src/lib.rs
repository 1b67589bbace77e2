//! Automation of the repository as a library, so that the house rules run under the ordinary tests too.

pub mod postgres;
pub mod tidy;
