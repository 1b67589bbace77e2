//! The only place that asks the system for the time.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

/// Where "now" comes from, and how one waits for later.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Returns when so much time has passed.
    async fn sleep(&self, duration: SignedDuration);
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep(&self, duration: SignedDuration) {
        tokio::time::sleep(Duration::try_from(duration).unwrap_or_default()).await;
    }
}

/// The system's clock set to another time: a rehearsal. It goes on from there as the system's does or faster, and never
/// steps.
#[derive(Debug, Clone, Copy)]
pub struct RehearsalClock {
    set_to: Timestamp,
    set_at: Instant,
    speed: NonZeroU32,
}

impl RehearsalClock {
    /// A clock that shows this instant now.
    pub fn to(instant: Timestamp) -> Self {
        Self { set_to: instant, set_at: Instant::now(), speed: NonZeroU32::MIN }
    }

    /// The same, going on so many times as fast as the system's; waits are so many times shorter.
    #[must_use]
    pub fn at_speed(self, speed: NonZeroU32) -> Self {
        Self { speed, ..self }
    }
}

#[async_trait]
impl Clock for RehearsalClock {
    fn now(&self) -> Timestamp {
        let since = self.set_at.elapsed().saturating_mul(self.speed.get());
        let since = SignedDuration::try_from(since).unwrap_or(SignedDuration::MAX);
        self.set_to.checked_add(since).unwrap_or(self.set_to)
    }

    async fn sleep(&self, duration: SignedDuration) {
        tokio::time::sleep(Duration::try_from(duration).unwrap_or_default() / self.speed.get()).await;
    }
}

/// A clock that stands still, for tests and for work whose result must not depend on the time of day.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

#[async_trait]
impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    /// Later never comes.
    async fn sleep(&self, _: SignedDuration) {
        std::future::pending::<()>().await;
    }
}

/// A clock that somebody sets: time in tests and simulations.
#[derive(Debug)]
pub struct SettableClock(Mutex<Timestamp>);

impl SettableClock {
    /// A clock that shows this instant until it is set.
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Shows another instant from now on, earlier or later.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Goes on by so much.
    pub fn go_on(&self, by: SignedDuration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

#[async_trait]
impl Clock for SettableClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who sets the clock decides when to look again.
    async fn sleep(&self, _: SignedDuration) {
        std::future::pending::<()>().await;
    }
}
