//! Striking: faults as they come and pass, and processes as they end.

use jiff::{SignedDuration, Timestamp};

use super::{Doom, Engine, Event, Slot};
use crate::simulation::audit::look;
use crate::simulation::faults::{Fault, FaultKind};
use crate::simulation::trace::Note;

impl<R: Send + Sync + 'static> Engine<R> {
    pub(super) fn strike(&mut self, fault: usize) {
        let Fault { kind, lasts, .. } = self.faults[fault];
        let until = self.now + lasts;
        let process = self.struck(kind);
        *self.chapter.struck.entry(kind).or_default() += 1;
        look(&self.audit).note(Note::Strikes { fault: kind, process });
        let slot = &mut self.slots[process];
        match kind {
            FaultKind::Crash => self.crash(process, lasts),
            FaultKind::LostWakeup => slot.deaf_until = until,
            FaultKind::DuplicateWakeup => slot.doubled_until = until,
            FaultKind::ClockStep => self.step_clock(process),
            FaultKind::Zombie => match self.chance.below(2) {
                0 => self.pause(process, lasts),
                _ => self.slots[process].doom = Some(Doom::FreezesAfter(lasts)),
            },
            FaultKind::TwoSchedulers => slot.stall = Some(lasts),
            FaultKind::SlowDisk | FaultKind::FailedDisk | FaultKind::FullDisk | FaultKind::Restart => {
                self.troubles.insert(kind, until);
            }
            FaultKind::Dst => {}
        }
        self.post(until, Event::Pass { fault, process });
    }

    /// Which process a fault strikes: where it hurts, or any.
    fn struck(&mut self, kind: FaultKind) -> usize {
        let any = self.chance.below(self.slots.len());
        let at_work = |slot: &Slot<R>| slot.process.as_ref().map_or(0, |works| works.worker.busy());
        match kind {
            FaultKind::TwoSchedulers => self.chance.below(self.schedulers.max(1)),
            FaultKind::Crash | FaultKind::Zombie if self.chance.once_in(2) => {
                (0..self.slots.len()).max_by_key(|process| at_work(&self.slots[*process])).unwrap_or(any)
            }
            _ => any,
        }
    }

    /// A process dies now, or with its next write; sometimes all do.
    fn crash(&mut self, process: usize, back_after: SignedDuration) {
        match self.chance.below(10) {
            0 => (0..self.slots.len()).for_each(|process| self.kill(process, "the power fails", back_after)),
            1..4 => self.kill(process, "killed", back_after),
            4..7 => self.slots[process].doom = Some(Doom::DiesBefore(back_after)),
            _ => self.slots[process].doom = Some(Doom::DiesAfter(back_after)),
        }
    }

    fn step_clock(&mut self, process: usize) {
        let shortest = SignedDuration::from_secs(1);
        let longest = self.chance.one(&[10, 60, 1800]);
        let by = self.chance.between(shortest, SignedDuration::from_secs(longest));
        let skew = if self.chance.once_in(2) { by } else { -by };
        self.slots[process].machine.step(skew);
        self.look_after(process);
    }

    pub(super) fn pass(&mut self, fault: usize, process: usize) {
        let fault = self.faults[fault].kind;
        look(&self.audit).note(Note::Passes { fault });
        if fault == FaultKind::ClockStep {
            self.slots[process].machine.step(SignedDuration::ZERO);
            self.look_after(process);
        }
    }

    /// When a trouble of the database that is not over began.
    pub(super) fn began(&self, kind: FaultKind) -> Option<Timestamp> {
        let until = *self.troubles.get(&kind)?;
        let began = self.faults.iter().filter(|fault| fault.kind == kind).map(|fault| (fault, self.begins + fault.at));
        began.filter(|(fault, at)| *at + fault.lasts == until).map(|(_, at)| at).next()
    }

    /// A process stops for a while and knows nothing of it.
    pub(super) fn pause(&mut self, process: usize, lasts: SignedDuration) {
        let until = self.now + lasts;
        if self.slots[process].process.is_some() {
            self.slots[process].paused_until = Some(until);
            look(&self.audit).shaken_at = self.now;
            self.post(until, Event::Resume { process });
        }
    }

    pub(super) fn resume(&mut self, process: usize) {
        if self.slots[process].paused_until.is_some_and(|until| until <= self.now) {
            self.slots[process].paused_until = None;
            self.look_after(process);
        }
    }

    /// A process is asked to stop: it takes no more, and after a while gives back what it still holds.
    pub(super) fn leave(&mut self, process: usize) {
        if let Some(leaves) = &mut self.slots[process].process {
            leaves.asked_to_stop_at = Some(self.now);
            leaves.worker.close_to_new();
            self.look_after(process);
        }
    }

    /// A process ends, whatever it was doing, and another starts after a while.
    pub(super) fn kill(&mut self, process: usize, why: &'static str, back_after: SignedDuration) {
        let slot = &mut self.slots[process];
        let Some(dies) = slot.process.take() else { return };
        slot.life += 1;
        slot.paused_until = None;
        slot.look_at = None;
        let mut audit = look(&self.audit);
        audit.shaken_at = self.now;
        audit.note(Note::Ends { process: dies.id.to_string(), why });
        audit.died(&dies.id);
        drop(audit);
        let back_at = self.now + back_after;
        self.post(back_at, Event::Start { process });
    }
}
