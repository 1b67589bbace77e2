//! Chance: everything a simulation leaves open is decided by one seed.

use jiff::SignedDuration;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Fingerprint;

/// A stream of decisions.
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The stream that belongs to these words under a seed, whenever it is asked for.
    pub fn of(seed: u64, words: &[&str], number: u64) -> Self {
        let parts = words.iter().map(|word| word.as_bytes().to_vec());
        Self::new(digest(parts.chain([seed.to_le_bytes().to_vec(), number.to_le_bytes().to_vec()])))
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A duration between two others, in whole microseconds.
    pub fn between(&mut self, shortest: SignedDuration, longest: SignedDuration) -> SignedDuration {
        let micros = |duration: SignedDuration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        SignedDuration::from_micros(self.0.random_range(micros(shortest)..=micros(longest)))
    }

    /// A whole number of seconds between two others.
    pub fn seconds(&mut self, shortest: i64, longest: i64) -> SignedDuration {
        SignedDuration::from_secs(self.0.random_range(shortest..=longest))
    }
}

/// A number that stands for some parts.
pub(super) fn digest(parts: impl IntoIterator<Item = Vec<u8>>) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = Fingerprint::of(parts).bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}
