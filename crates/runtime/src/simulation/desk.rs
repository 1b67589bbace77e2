//! The desk of a process: what its work waits for, until the simulation says that it has come.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use async_trait::async_trait;
use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use super::gate::{Call, Fate, Gatekeeper};
use crate::{Clock, SettableClock};

/// What work waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wish {
    /// A call that is on its way.
    Call(Call),
    /// A late answer.
    Answer,
    /// So much time to pass.
    Sleep(SignedDuration),
}

/// Number of a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket(u64);

/// The wishes of one process.
#[derive(Default)]
pub(super) struct Desk(Mutex<Wishes>);

#[derive(Default)]
struct Wishes {
    newest: u64,
    new: Vec<(Ticket, Wish)>,
    granted: BTreeMap<Ticket, Fate>,
}

impl Desk {
    /// The wishes that were made since the last time.
    pub(super) fn take(&self) -> Vec<(Ticket, Wish)> {
        std::mem::take(&mut self.wishes().new)
    }

    /// Lets what waits for this ticket go on the next time it is polled.
    pub(super) fn grant(&self, ticket: Ticket, fate: Fate) {
        self.wishes().granted.insert(ticket, fate);
    }

    fn wishes(&self) -> MutexGuard<'_, Wishes> {
        self.0.lock().expect("no panic while it is held")
    }
}

/// Comes when its ticket is granted.
struct Wait {
    desk: Arc<Desk>,
    ticket: Ticket,
}

impl Wait {
    fn for_a(wish: Wish, desk: &Arc<Desk>) -> Self {
        let mut wishes = desk.wishes();
        wishes.newest += 1;
        let ticket = Ticket(wishes.newest);
        wishes.new.push((ticket, wish));
        Self { desk: desk.clone(), ticket }
    }
}

impl Future for Wait {
    type Output = Fate;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Fate> {
        // The simulation polls again what it has granted: nobody needs to be woken.
        self.desk.wishes().granted.remove(&self.ticket).map_or(Poll::Pending, Poll::Ready)
    }
}

/// Where calls of one process wait to be let through.
pub(super) struct Door(pub(super) Arc<Desk>);

impl Gatekeeper for Door {
    fn admit(&self, call: Call) -> BoxFuture<'static, Fate> {
        let desk = self.0.clone();
        async move { Wait::for_a(Wish::Call(call), &desk).await }.boxed()
    }

    fn answer(&self) -> BoxFuture<'static, ()> {
        Wait::for_a(Wish::Answer, &self.0).map(|_| ()).boxed()
    }
}

/// The clock of a machine: the simulated time, and by how much it is wrong.
pub(super) struct Machine {
    dial: Arc<SettableClock>,
    skew: Mutex<SignedDuration>,
}

impl Machine {
    pub(super) fn new(dial: Arc<SettableClock>) -> Self {
        Self { dial, skew: Mutex::default() }
    }

    /// By how much it shows more than the simulated time.
    pub(super) fn skew(&self) -> SignedDuration {
        *self.skew.lock().expect("no panic while it is held")
    }

    /// Makes it wrong by so much.
    pub(super) fn step(&self, skew: SignedDuration) {
        *self.skew.lock().expect("no panic while it is held") = skew;
    }
}

/// The clock as a process sees it.
pub(super) struct ProcessClock {
    pub(super) machine: Arc<Machine>,
    pub(super) desk: Arc<Desk>,
}

#[async_trait]
impl Clock for ProcessClock {
    fn now(&self) -> Timestamp {
        self.machine.dial.now() + self.machine.skew()
    }

    /// Waiting is not the clock's: it may step meanwhile.
    async fn sleep(&self, duration: SignedDuration) {
        Wait::for_a(Wish::Sleep(duration), &self.desk).await;
    }
}
