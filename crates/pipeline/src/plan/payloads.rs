//! What is to be landed and parsed.

use std::collections::BTreeMap;

use super::{Planned, Readiness};
use crate::ports::{LandedPayload, Revision};
use crate::{Delivery, Partition, Step};

/// Lands one delivery.
pub fn landing(delivery: &Delivery) -> Planned {
    let partition = Partition::Delivery(delivery.clone());
    ready(Step::Land, partition, Vec::new())
}

/// What a payload's parsing has to do with the directory of games, players and teams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryRole {
    /// It fills it.
    Feeds,
    /// It is resolved against it.
    Reads,
}

/// Parses what has landed and is not parsed yet, in order of landing. A payload with names or games that nobody knew
/// is parsed again once the directory has grown.
pub fn processing(
    landed: &[LandedPayload],
    parsed: &BTreeMap<Partition, u64>,
    directory_revision: u64,
    role: DirectoryRole,
) -> Vec<Planned> {
    let sources = crate::source::all();
    let mut due: Vec<(&LandedPayload, usize, Partition)> = landed
        .iter()
        .filter_map(|payload| {
            let rank = sources.iter().position(|source| source.id() == payload.source)?;
            let source = &sources[rank];
            let feeds = if source.feeds_directory() { DirectoryRole::Feeds } else { DirectoryRole::Reads };
            let partition = Partition::Payload {
                source: payload.source.clone(),
                parser: source.parser_version(),
                hash: payload.hash,
            };
            (feeds == role && parsed.get(&partition) != Some(&0)).then_some((payload, rank, partition))
        })
        .collect();
    due.sort_by_key(|(payload, rank, _)| (payload.fetched_at, *rank));
    due.into_iter()
        .map(|(_, _, partition)| ready(Step::Process, partition, vec![format!("directory {directory_revision}")]))
        .collect()
}

/// How often the directory of games, players and teams was added to.
pub fn directory_revision(revisions: &[Revision]) -> u64 {
    let fills_it = |revision: &&Revision| ["game", "player_name", "team_name"].contains(&revision.table.as_str());
    revisions.iter().filter(fills_it).map(|revision| revision.rows).sum()
}

fn ready(step: Step, partition: Partition, inputs: Vec<String>) -> Planned {
    Planned { step, partition, readiness: Readiness::Ready { inputs } }
}
