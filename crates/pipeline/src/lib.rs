//! The steps from raw bytes to grades, and the ports they read through.
//!
//! ```text
//!  land ─► process ─► analyse ─► featurize ─► forecast ─► consolidate ─► publish  ·····► grade ◄─ box scores
//!  raw     facts      summaries  features     forecasts   predictions    documents       grades
//! ```
//! *Land* keeps bytes as they came. *Process* parses them into facts and rejects. *Analyse* summarises what happened
//! and what is coming. *Featurize* turns that into numbers. *Forecast* asks the systems, *consolidate* prices their
//! answers, *publish* writes documents behind a guard, and *grade* compares with what happened.
//!
//! A step reads through [`ports`], computes, and returns [`Rows`]; it never writes. [`Step`] is the registry.

mod answers;
pub mod backtest;
mod coverage;
mod delivery;
pub mod learn;
mod markets;
mod page;
mod partition;
mod payload;
mod pipeline;
pub mod plan;
pub mod ports;
mod reconcile;
pub mod rows;
pub mod source;
mod step;
mod steps;
pub mod suspicion;

pub use answers::closing_time;
pub use coverage::{Coverage, Reach, late_editions};
pub use delivery::{Delivery, LINEUPS_LOOK, Moment};
pub use markets::{MARKET, Markets};
pub use page::{HEADLINE, Page};
pub use partition::Partition;
pub use payload::{PayloadHash, RawPayload, RawRequest};
pub use pipeline::{Pipeline, Progress, StepError, Work};
pub use rows::Rows;
pub use step::{Asks, FACT_TABLES, Limits, PartitionKind, Phase, Step, StepSpec};
pub use steps::publish::DocumentKind;
pub use steps::train::training_slates;
