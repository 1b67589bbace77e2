//! Sources: each describes what to fetch and parses what came, purely.
//!
//! `plan` says which requests a day needs; `parse` turns verbatim bytes into facts *and* rejects, so one bad row
//! loses nothing else. Wire shapes are private to their source.

pub mod archive;
mod directory;
mod facts;

pub use directory::Directory;
pub use facts::{Facts, Parsed, Reject, RejectReason, Rejects, Unreadable};

use crate::delivery::Delivery;
use crate::{RawPayload, RawRequest};

/// Every source, those that others refer to first.
pub fn all() -> Vec<Box<dyn Source>> {
    archive::ArchiveTable::ALL.into_iter().map(|table| Box::new(table) as Box<dyn Source>).collect()
}

/// Something that can be parsed into facts.
pub trait Source: Send + Sync {
    /// Its name in tables and reports.
    fn id(&self) -> &'static str;

    /// Bumped when the parser changes what it makes of the same bytes.
    fn parser_version(&self) -> u32;

    /// Whether its facts are what others are resolved against: games, players, teams.
    fn feeds_directory(&self) -> bool;

    /// When its facts count as known: one rule, in a sentence.
    fn known_at_rule(&self) -> &'static str;

    /// What to ask for in a delivery. Purely: no key, no clock, no network.
    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest>;

    /// Facts and rejects of one payload.
    ///
    /// # Errors
    /// When the payload as a whole is not what this source sends.
    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable>;
}
