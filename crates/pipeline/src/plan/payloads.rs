//! What is to be landed and parsed.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Planned, Readiness};
use crate::ports::LandedPayload;
use crate::source::{Directory, Source};
use crate::{Delivery, Partition, Step};

/// Lands what those sources want of a delivery that are asked.
pub fn landing(delivery: &Delivery, directory: &Directory, is_asked: impl Fn(&dyn Source) -> bool) -> Vec<Planned> {
    crate::source::all()
        .into_iter()
        .filter(|source| is_asked(source.as_ref()) && !source.plan(delivery, directory).is_empty())
        .map(|source| Partition::Delivery { delivery: delivery.clone(), source: source.id().to_owned() })
        .map(|partition| ready(Step::Land, partition, Vec::new()))
        .collect()
}

/// What a payload's parsing has to do with the directory of games, players and teams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryRole {
    /// It fills it.
    Feeds,
    /// It is resolved against it.
    Reads,
}

/// What a live provider said longer ago is not read again for a name that has become known: nothing rests on it any more.
const NAMES_MATTER_FOR: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Parses what has landed and is not parsed yet, in order of landing. A payload with names or games that nobody knew
/// is parsed again once the directory has grown.
pub fn processing(
    landed: &[LandedPayload],
    parsed: &BTreeMap<Partition, u64>,
    directory_revision: u64,
    role: DirectoryRole,
    now: Timestamp,
) -> Vec<Planned> {
    let sources = crate::source::all();
    let mut due: Vec<(&LandedPayload, usize, Partition)> = landed
        .iter()
        .filter_map(|payload| {
            let rank = sources.iter().position(|source| source.id() == payload.source)?;
            let source = &sources[rank];
            let feeds = if source.feeds_directory() { DirectoryRole::Feeds } else { DirectoryRole::Reads };
            let partition = payload.partition(source.parser_version());
            let is_due = match parsed.get(&partition) {
                None => true,
                Some(0) => false,
                Some(_) => source.provider().is_none() || now.duration_since(payload.fetched_at) < NAMES_MATTER_FOR,
            };
            (feeds == role && is_due).then_some((payload, rank, partition))
        })
        .collect();
    due.sort_by_key(|(payload, rank, _)| (payload.fetched_at, *rank));
    due.into_iter()
        .map(|(_, _, partition)| ready(Step::Process, partition, vec![format!("directory {directory_revision}")]))
        .collect()
}

fn ready(step: Step, partition: Partition, inputs: Vec<String>) -> Planned {
    Planned { step, partition, readiness: Readiness::Ready { inputs } }
}
