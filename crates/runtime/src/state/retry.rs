//! When a failed attempt is made again: exact backoff, seeded jitter, and a budget that no storm can overdraw.

use jiff::SignedDuration;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How long to wait before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backoff {
    /// The wait doubles so many times, then grows linearly by the last doubled wait, up to a maximum. This is how the
    /// original's scheduler waits (Google Cloud Scheduler's `maxDoublings`).
    Doubling {
        /// Wait before the first retry.
        first: SignedDuration,
        /// No wait is longer.
        longest: SignedDuration,
        /// How often it doubles.
        doublings: u32,
    },
    /// Decorrelated jitter: a random wait between the shortest and three times the one before, up to a maximum
    /// (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). Spreads those who failed together.
    Jitter {
        /// No wait is shorter.
        shortest: SignedDuration,
        /// No wait is longer.
        longest: SignedDuration,
    },
}

/// How often, how long and how patiently a task is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts after the first.
    pub retries: u32,
    /// Waits between them.
    pub backoff: Backoff,
}

impl Default for RetryPolicy {
    /// The original's scheduler settings: 3 retries, 10 to 300 s, 5 doublings.
    fn default() -> Self {
        let backoff = Backoff::Doubling {
            first: SignedDuration::from_secs(10),
            longest: SignedDuration::from_secs(300),
            doublings: 5,
        };
        Self { retries: 3, backoff }
    }
}

impl Backoff {
    /// The wait before retry `nth`, counted from 1. `seed` decides the jitter, and nothing else does.
    pub fn wait(self, nth: u32, seed: u64) -> SignedDuration {
        match self {
            Self::Doubling { first, longest, doublings } => {
                let doubled = nth.saturating_sub(1).min(doublings).min(30);
                let steps = i64::from(nth.saturating_sub(doublings).max(1));
                scaled(scaled(first, 1 << doubled), steps).min(longest)
            }
            Self::Jitter { shortest, longest } => {
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                let mut wait = shortest;
                for _ in 0..nth.min(64) {
                    let upper = scaled(wait, 3).min(longest).max(shortest);
                    let millis = random.random_range(shortest.as_millis()..=upper.as_millis());
                    wait = SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX));
                }
                wait
            }
        }
    }
}

/// A duration so many times, or the longest there is.
fn scaled(duration: SignedDuration, times: i64) -> SignedDuration {
    let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    SignedDuration::from_millis(millis.saturating_mul(times))
}

/// What a dependency was asked lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RetryLoad {
    /// First attempts.
    pub originals: u64,
    /// Attempts after a failure, made or promised: a task that waits to be tried again has been granted one.
    pub retries: u64,
}

/// How much of what a dependency is asked may be retries: a tenth, so that a failing one is never asked much more than a
/// healthy one; and a few in any case, or a lone task could never be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryBudget {
    /// Retries allowed per hundred originals.
    pub percent: u64,
    /// Retries allowed however few originals there were.
    pub at_least: u64,
    /// Over which time both are counted.
    pub window: SignedDuration,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { percent: 10, at_least: 3, window: SignedDuration::from_hours(1) }
    }
}

impl RetryBudget {
    /// Whether one more retry is within the budget.
    pub fn allows(self, load: RetryLoad) -> bool {
        load.retries < (load.originals * self.percent / 100).max(self.at_least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(backoff: Backoff, count: u32) -> Vec<i64> {
        (1..=count).map(|nth| backoff.wait(nth, 7).as_secs()).collect()
    }

    #[test]
    fn the_default_waits_are_the_schedulers() {
        let policy = RetryPolicy::default();
        assert_eq!((policy.retries, waits(policy.backoff, 8)), (3, vec![10, 20, 40, 80, 160, 300, 300, 300]));
    }

    #[test]
    fn after_its_doublings_a_wait_grows_linearly() {
        let seconds = SignedDuration::from_secs;
        let backoff = Backoff::Doubling { first: seconds(10), longest: seconds(300), doublings: 3 };
        // The example in the documentation of Cloud Tasks: 10, 20, 40, 80, 160, 240, 300, 300.
        assert_eq!(waits(backoff, 8), [10, 20, 40, 80, 160, 240, 300, 300]);
    }

    #[test]
    fn jitter_stays_within_its_bounds_and_its_seed_decides_it() {
        let (shortest, longest) = (SignedDuration::from_secs(1), SignedDuration::from_secs(60));
        let backoff = Backoff::Jitter { shortest, longest };
        let mut distinct = std::collections::BTreeSet::new();
        for seed in 0..200 {
            for nth in 1..20 {
                let wait = backoff.wait(nth, seed);
                assert!((shortest..=longest).contains(&wait), "{wait}");
                assert!(
                    nth > 1 || wait <= SignedDuration::from_secs(3),
                    "the first wait is at most thrice the shortest"
                );
                assert_eq!(wait, backoff.wait(nth, seed));
                distinct.insert(wait.as_millis());
            }
        }
        assert!(distinct.len() > 1000, "those who failed together do not come back together");
    }

    #[test]
    fn retries_are_a_tenth_of_what_is_asked() {
        let budget = RetryBudget::default();
        let allows = |originals, retries| budget.allows(RetryLoad { originals, retries });
        assert!(allows(1, 2) && !allows(1, 3), "a lone task may be tried again");
        assert!(allows(1000, 99) && !allows(1000, 100));
    }
}
