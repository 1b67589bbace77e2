//! Breakers: a step that keeps failing is left alone for a while, then probed once, and one success heals it. A person
//! may hold a step as well, until a person lets it go on.

use jiff::{SignedDuration, Timestamp};

/// Where a breaker stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breaker {
    /// Work goes on; so many of our own faults came in a row.
    Closed {
        /// Failures since the last success.
        failures: u32,
    },
    /// Nothing is attempted until a time: a breaker always expires.
    Open {
        /// When one attempt may probe.
        until: Timestamp,
        /// Since when.
        since: Timestamp,
        /// How often in a row it has opened.
        times: u32,
        /// The failure that opened it.
        why: String,
    },
    /// A person stopped it: nothing is attempted until a person lets it go on.
    Held {
        /// Since when.
        since: Timestamp,
        /// By whom.
        by: String,
        /// Why.
        why: String,
    },
    /// One attempt probes. If nothing is heard of it, another may from then on.
    Probing {
        /// When the probe counts as lost.
        until: Timestamp,
        /// Since when it was open.
        since: Timestamp,
        /// How often in a row it has opened.
        times: u32,
        /// The failure that opened it.
        why: String,
    },
}

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// Failures in a row.
    pub threshold: u32,
    /// How long it stays open the first time; no rest is shorter.
    pub shortest: SignedDuration,
    /// No rest is longer.
    pub longest: SignedDuration,
    /// Between those, one so-manieth of the time since which it is open: so much longer than the trouble does it stay open
    /// at most, and who is gone for long is not asked often.
    pub part: i32,
}

impl Default for BreakerPolicy {
    /// The original's five failures; half an hour was a night lost, so it probes after a minute, and every eight in the end.
    fn default() -> Self {
        Self { threshold: 5, shortest: SignedDuration::from_mins(1), longest: SignedDuration::from_mins(8), part: 1 }
    }
}

impl BreakerPolicy {
    /// How long it rests that has been open for so long.
    fn rest(self, open_for: SignedDuration) -> SignedDuration {
        (open_for / self.part).clamp(self.shortest, self.longest)
    }
}

impl Default for Breaker {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

/// Whether an attempt may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// As many as one likes.
    Free,
    /// One, by whoever takes the breaker to probing.
    Probe,
    /// None.
    Barred,
}

impl Breaker {
    /// Name in tables and output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed { .. } => "closed",
            Self::Open { .. } => "open",
            Self::Held { .. } => "held",
            Self::Probing { .. } => "probing",
        }
    }

    /// Whether an attempt may be made now.
    pub fn passage(&self, now: Timestamp) -> Passage {
        match self {
            Self::Closed { .. } => Passage::Free,
            Self::Open { until, .. } | Self::Probing { until, .. } if *until <= now => Passage::Probe,
            Self::Open { .. } | Self::Probing { .. } | Self::Held { .. } => Passage::Barred,
        }
    }

    /// The breaker while somebody probes, which may take as long as an attempt may.
    pub fn probing(&self, attempt_deadline: SignedDuration, now: Timestamp) -> Self {
        match self {
            Self::Open { since, times, why, .. } | Self::Probing { since, times, why, .. } => {
                Self::Probing { until: now + attempt_deadline, since: *since, times: *times, why: why.clone() }
            }
            Self::Closed { .. } | Self::Held { .. } => self.clone(),
        }
    }

    /// After a success: closed, unless a person holds it.
    pub fn succeeded(&self) -> Self {
        match self {
            Self::Held { .. } => self.clone(),
            _ => Self::default(),
        }
    }

    /// After it was asked to be left alone until an instant.
    pub fn left_alone(&self, until: Timestamp, why: &str, now: Timestamp) -> Self {
        let (since, times) = match self {
            Self::Held { .. } => return self.clone(),
            Self::Closed { .. } => (now, 1),
            Self::Open { since, times, .. } | Self::Probing { since, times, .. } => (*since, *times),
        };
        Self::Open { until, since, times, why: why.to_owned() }
    }

    /// After a fault of our own.
    pub fn failed(&self, policy: BreakerPolicy, why: &str, now: Timestamp) -> Self {
        let (failures, times, since) = match self {
            Self::Closed { failures } => (failures + 1, 1, now),
            // What was under way when it opened says nothing new.
            Self::Open { .. } | Self::Held { .. } => return self.clone(),
            Self::Probing { since, times, .. } => (policy.threshold, times + 1, *since),
        };
        if failures < policy.threshold {
            return Self::Closed { failures };
        }
        Self::Open { until: now + policy.rest(now.duration_since(since)), since, times, why: why.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    const POLICY: BreakerPolicy = BreakerPolicy {
        threshold: 3,
        shortest: SignedDuration::from_secs(60),
        longest: SignedDuration::from_secs(480),
        part: 2,
    };

    fn opened() -> Breaker {
        (0..3).fold(Breaker::default(), |breaker, second| breaker.failed(POLICY, "x", at(second)))
    }

    #[test]
    fn it_opens_at_its_threshold_and_expires() {
        let two = (0..2).fold(Breaker::default(), |breaker, second| breaker.failed(POLICY, "x", at(second)));
        assert_eq!(two.passage(at(2)), Passage::Free);
        let open = opened();
        assert_eq!(open, Breaker::Open { until: at(62), since: at(2), times: 1, why: "x".into() });
        assert_eq!(open.passage(at(61)), Passage::Barred);
        assert_eq!(open.passage(at(62)), Passage::Probe);
    }

    #[test]
    fn one_success_closes_it_and_forgets_the_failures() {
        assert_eq!(opened().succeeded(), Breaker::Closed { failures: 0 });
        let after = (0..2).fold(opened().succeeded(), |breaker, second| breaker.failed(POLICY, "x", at(second)));
        assert_eq!(after, Breaker::Closed { failures: 2 });
    }

    #[test]
    fn one_probes_at_a_time_and_a_failed_probe_rests_longer() {
        let probing = opened().probing(SignedDuration::from_secs(320), at(62));
        assert_eq!(probing.passage(at(63)), Passage::Barred, "one probe is enough");
        assert_eq!(probing.passage(at(62 + 320)), Passage::Probe, "a lost probe does not bar for ever");
        let Breaker::Open { until, since, times, .. } = probing.failed(POLICY, "y", at(262)) else { panic!() };
        assert_eq!((until, since, times), (at(262 + 130), at(2), 2));
    }

    #[test]
    fn what_a_person_holds_no_attempt_lets_go() {
        let held = Breaker::Held { since: at(0), by: "ops".into(), why: "wrong lines".into() };
        assert_eq!(held.passage(at(1_000_000)), Passage::Barred, "it never expires");
        let after = [held.succeeded(), held.failed(POLICY, "x", at(9)), held.probing(SignedDuration::ZERO, at(9))];
        assert_eq!(after, [held.clone(), held.clone(), held]);
    }

    #[test]
    fn who_asks_to_be_left_alone_is_until_then() {
        let left = Breaker::default().left_alone(at(300), "too many requests", at(10));
        assert_eq!(left, Breaker::Open { until: at(300), since: at(10), times: 1, why: "too many requests".into() });
        let again = left.probing(SignedDuration::ZERO, at(300)).left_alone(at(900), "still", at(301));
        assert_eq!(again, Breaker::Open { until: at(900), since: at(10), times: 1, why: "still".into() });
        let held = Breaker::Held { since: at(0), by: "ops".into(), why: "wrong lines".into() };
        assert_eq!(held.left_alone(at(300), "x", at(10)), held);
    }

    #[test]
    fn the_rest_is_bounded() {
        let mut breaker = opened();
        for second in 0..50 {
            breaker = breaker.probing(SignedDuration::ZERO, at(second)).failed(POLICY, "x", at(second));
        }
        let until = |breaker: &Breaker| match breaker {
            Breaker::Open { until, .. } => *until,
            other => panic!("{other:?}"),
        };
        assert_eq!(until(&breaker), at(49 + 60), "no shorter");
        let day = breaker.probing(SignedDuration::ZERO, at(86_400)).failed(POLICY, "x", at(86_400));
        assert_eq!(until(&day), at(86_400 + 8 * 60), "no longer");
    }
}
