//! Suspicion: every payload is judged before it becomes facts. What is odd is kept as data; what cannot be true is not
//! believed, however valid its JSON.
//!
//! Judged are the bytes, what a source's parser made of them, and the schedule, so that every source is judged alike.

mod body;
mod fields;
mod findings;
mod lines;
mod results;
mod rows;

pub use findings::{Check, Finding, Judgement, Verdict};

use domain::{Cutoff, Known};
use jiff::{SignedDuration, Timestamp};

use crate::RawPayload;
use crate::source::{Directory, Parsed, Source, Unreadable};

/// Judges a payload by its bytes and by what its source's parser made of them.
///
/// What a person has imported is never blocked for what it says: nothing else would come in its place.
pub fn judge(
    source: &dyn Source,
    payload: &RawPayload,
    reading: &Result<Parsed, Unreadable>,
    directory: &Directory,
) -> Judgement {
    let mut judgement = Judgement::default();
    judgement.extend(body::strange(payload));
    match reading {
        Err(unreadable) => judgement.add(Check::Unreadable, Verdict::Block, unreadable.problem.clone()),
        Ok(parsed) => {
            let mut said = Judgement::default();
            fields::judge(source, payload, parsed, &mut said);
            rows::judge(source, payload, parsed, directory, &mut said);
            results::judge(parsed, directory, &mut said);
            lines::judge(source, payload, &parsed.facts, directory, &mut said);
            let worst = if source.provider().is_none() { Verdict::Degrade } else { Verdict::Block };
            judgement.extend(said.no_worse_than(worst));
        }
    }
    judgement
}

/// A payload's facts, whenever they count as known.
fn opened<T>(facts: &[Known<T>]) -> impl Iterator<Item = &T> {
    facts.iter().filter_map(|fact| fact.open(Cutoff::at(Timestamp::MAX)))
}

/// How bad it is that so many of a payload's rows are wrong: a few are noise, many are another format.
fn by_share(wrong: usize, of: usize) -> Verdict {
    match wrong as f64 / of.max(1) as f64 {
        share if share < 0.01 => Verdict::Accept,
        share if share < 0.2 => Verdict::Degrade,
        _ => Verdict::Block,
    }
}

/// A duration in whole hours, for people.
fn hours(duration: SignedDuration) -> String {
    format!("{} h", duration.as_hours())
}

#[cfg(test)]
mod tests;
