//! When something became known: the seal that makes leakage a type error.
//!
//! `known_at` is when *we could have known* a fact, not when it happened. Live facts carry the instant they
//! landed. Back-filled history carries an instant reconstructed by one documented rule per source, and says so.
//! Facts are append-only: a stat correction is a later version that supersedes the earlier one from the moment
//! it became known, so what was known at any past instant can be asked again for ever.

use jiff::Timestamp;

use crate::GameDate;

/// The last instant a prediction may know anything about (the field's *as-of*, or point in time).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cutoff(Timestamp);

impl Cutoff {
    /// Nothing later than `instant` may be known.
    pub fn at(instant: Timestamp) -> Self {
        Self(instant)
    }

    /// The instant itself.
    pub fn instant(self) -> Timestamp {
        self.0
    }
}

/// How we know when a fact became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Provenance {
    /// It was seen at that instant, by us or by the provider whose snapshot carries the time.
    Observed,
    /// It was back-filled; the instant follows from its table's rule.
    Reconstructed,
}

impl Provenance {
    /// Name in tables and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Reconstructed => "reconstructed",
        }
    }

    /// The provenance with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Observed, Self::Reconstructed].into_iter().find(|provenance| provenance.code() == code)
    }
}

/// A fact sealed with the interval in which it was the newest we could have known.
///
/// There is no way in but [`Known::open`], which needs a [`Cutoff`]. (The store, which must write facts down,
/// uses [`Known::unseal`]; the tidy test refuses that name anywhere else.)
///
/// ```
/// # use domain::{Cutoff, Known, Provenance};
/// # let (noon, evening) = ("2025-01-15T17:00:00Z".parse().unwrap(), "2025-01-16T03:00:00Z".parse().unwrap());
/// let points = Known::new(21, evening, Provenance::Observed);
/// assert_eq!(points.open(Cutoff::at(noon)), None);
/// ```
///
/// What is sealed cannot be read past its seal:
///
/// ```compile_fail,E0616
/// # use domain::{Known, Provenance};
/// # let evening = "2025-01-16T03:00:00Z".parse().unwrap();
/// let points = Known::new(21, evening, Provenance::Observed);
/// let read = points.value;
/// ```
///
/// Nor can it be opened at an instant that nobody declared to be a cutoff:
///
/// ```compile_fail,E0308
/// # use domain::{Known, Provenance};
/// # let evening = "2025-01-16T03:00:00Z".parse().unwrap();
/// let points = Known::new(21, evening, Provenance::Observed);
/// let read = points.open(evening);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Known<T> {
    value: T,
    known_at: Timestamp,
    superseded_at: Option<Timestamp>,
    provenance: Provenance,
}

/// A fact about one subject on one slate. Whom and which day it concerns stands on the envelope, because the
/// schedule tells as much; what happened is inside.
pub trait Dated {
    /// Whom it concerns.
    type Subject: Copy + Ord;

    /// Whom it concerns.
    fn subject(&self) -> Self::Subject;

    /// Which slate it concerns.
    fn slate(&self) -> GameDate;
}

impl<T: Dated> Known<T> {
    /// Whom the sealed fact concerns.
    pub fn subject(&self) -> T::Subject {
        self.value.subject()
    }

    /// Which slate the sealed fact concerns.
    pub fn slate(&self) -> GameDate {
        self.value.slate()
    }
}

impl<T> Known<T> {
    /// Seals `value`, knowable from `known_at` on.
    pub fn new(value: T, known_at: Timestamp, provenance: Provenance) -> Self {
        Self { value, known_at, superseded_at: None, provenance }
    }

    /// Notes that a newer version replaced it from `instant` on.
    pub fn supersede(&mut self, instant: Timestamp) {
        self.superseded_at = Some(instant);
    }

    /// The fact, if it was the newest version known at the cutoff.
    pub fn open(&self, cutoff: Cutoff) -> Option<&T> {
        let replaced = self.superseded_at.is_some_and(|instant| instant <= cutoff.0);
        (self.known_at <= cutoff.0 && !replaced).then_some(&self.value)
    }

    /// When it became known.
    pub fn known_at(&self) -> Timestamp {
        self.known_at
    }

    /// How we know that.
    pub fn provenance(&self) -> Provenance {
        self.provenance
    }

    /// The value without a cutoff: only for writing it down in the store.
    pub fn unseal(&self) -> &T {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_fact_opens_from_its_known_at_on() {
        let fact = Known::new("21 points", at(100), Provenance::Reconstructed);
        assert_eq!(fact.open(Cutoff::at(at(99))), None);
        assert_eq!(fact.open(Cutoff::at(at(100))), Some(&"21 points"));
    }

    #[test]
    fn a_correction_hides_the_old_version_only_once_it_is_known() {
        let mut first = Known::new(21, at(100), Provenance::Observed);
        first.supersede(at(500));
        let second = Known::new(22, at(500), Provenance::Observed);
        let seen_at = |second_of_day| {
            let cutoff = Cutoff::at(at(second_of_day));
            [first.open(cutoff), second.open(cutoff)].into_iter().flatten().copied().collect::<Vec<i32>>()
        };
        assert_eq!(seen_at(99), Vec::<i32>::new());
        assert_eq!(seen_at(499), vec![21]);
        assert_eq!(seen_at(500), vec![22]);
    }
}
