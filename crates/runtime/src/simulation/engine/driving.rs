//! Driving: loops that are due, calls that come through or do not, and news that make others look.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::{Doom, Engine, Event};
use crate::simulation::audit::look;
use crate::simulation::desk::{Ticket, Wish};
use crate::simulation::faults::FaultKind;
use crate::simulation::gate::{Call, Fate};
use crate::simulation::process::{Duty, Sight, Went};

const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

impl<R: Send + Sync + 'static> Engine<R> {
    /// Makes sure that a process is looked at when the next of its loops is due.
    pub(super) fn look_after(&mut self, process: usize) {
        let sight = self.sight();
        let slot = &mut self.slots[process];
        let Some(works) = slot.process.as_ref().filter(|_| slot.paused_until.is_none()) else { return };
        let Some(due) = works.dues(sight).map(|(_, due)| due).min() else { return };
        let due = due.max(self.now);
        if slot.look_at.is_none_or(|at| at > due) {
            slot.look_at = Some(due);
            self.post(due, Event::Look { process });
        }
    }

    fn sight(&mut self) -> Sight {
        let mut audit = look(&self.audit);
        if std::mem::take(&mut audit.decided) {
            self.next_tick = self.schedules.iter().filter_map(|schedule| audit.next_tick(schedule)).min();
        }
        let next_tick = self.next_tick;
        Sight { claimable_from: audit.claimable_from(), lease_until: audit.lease_until(), next_tick }
    }

    pub(super) fn look(&mut self, process: usize) {
        if self.slots[process].look_at != Some(self.now) {
            // It was looked at before.
            return;
        }
        self.slots[process].look_at = None;
        self.start_where(process, |due, now| due <= now);
    }

    /// Every loop ticks, due or not.
    pub(super) fn rouse(&mut self, process: usize) {
        self.start_where(process, |_, _| true);
    }

    fn start_where(&mut self, process: usize, is_due: impl Fn(Timestamp, Timestamp) -> bool) {
        let (sight, now) = (self.sight(), self.now);
        let slot = &mut self.slots[process];
        let Some(works) = slot.process.as_mut().filter(|_| slot.paused_until.is_none()) else { return };
        let due: Vec<Duty> = works.dues(sight).filter(|(_, due)| is_due(*due, now)).map(|(duty, _)| duty).collect();
        for duty in &due {
            works.start(*duty, now);
        }
        self.drive(process, due);
    }

    /// What a process waited for has come: a call that arrives, an answer, or the end of a wait.
    pub(super) fn come(&mut self, process: usize, life: u32, what: (Duty, Ticket, Wish), asked_at: Timestamp) {
        let (duty, ticket, wish) = what;
        let slot = &mut self.slots[process];
        if slot.life != life {
            return;
        }
        if let Some(until) = slot.paused_until {
            return self.post(until, Event::Come { process, life, duty, ticket, wish, asked_at });
        }
        if let Wish::Call(Call::Write("record")) = wish
            && let Some(stall) = slot.stall.take()
        {
            let at = self.now + stall;
            return self.post(at, Event::Come { process, life, duty, ticket, wish, asked_at });
        }
        let doom = if let Wish::Call(Call::Write(_)) = wish { slot.doom.take() } else { None };
        let fate = match (doom, wish) {
            (Some(Doom::DiesBefore(back_after)), _) => return self.kill(process, "killed before a write", back_after),
            (Some(Doom::DiesAfter(_)), _) => Fate::Answered,
            (Some(Doom::FreezesAfter(_)), _) => Fate::AnsweredLate,
            (None, Wish::Call(call)) => self.fate(call, asked_at),
            (None, Wish::Answer | Wish::Sleep(_)) => Fate::Answered,
        };
        let Some(works) = &self.slots[process].process else { return };
        works.desk.grant(ticket, fate);
        self.drive(process, vec![duty]);
        match doom {
            Some(Doom::DiesAfter(back_after)) => self.kill(process, "killed after a write", back_after),
            Some(Doom::FreezesAfter(lasts)) => self.pause(process, lasts),
            Some(Doom::DiesBefore(_)) | None => {}
        }
    }

    /// What becomes of a call, as the database is.
    fn fate(&mut self, call: Call, asked_at: Timestamp) -> Fate {
        let is_out = |kind| self.troubles.contains_key(&kind);
        let began = self.began(FaultKind::Restart);
        if is_out(FaultKind::Restart) {
            let was_under_way = began.is_some_and(|began| asked_at < began);
            return if was_under_way && self.chance.once_in(2) { Fate::Unanswered } else { Fate::Lost };
        }
        if is_out(FaultKind::FullDisk) && matches!(call, Call::Write(_)) {
            return Fate::Lost;
        }
        let (fails, is_slow) = (is_out(FaultKind::FailedDisk), is_out(FaultKind::SlowDisk));
        if fails && self.chance.once_in(3) {
            return self.chance.one(&[Fate::Lost, Fate::Unanswered]);
        }
        if is_slow { Fate::AnsweredLate } else { Fate::Answered }
    }

    /// Drives these on, and whatever follows from them.
    pub(super) fn drive(&mut self, process: usize, duties: Vec<Duty>) {
        let mut duties = VecDeque::from(duties);
        while let Some(duty) = duties.pop_front() {
            let Some(works) = self.slots[process].process.as_mut() else { return };
            let mut went = works.poll(duty);
            while look(&self.audit).at_the_store > 0 {
                std::thread::yield_now();
                went = works.poll(duty);
            }
            duties.extend(works.take_steps());
            for (ticket, wish) in works.desk.take() {
                self.grant_later(process, duty, ticket, wish);
            }
            if let Some(went) = went {
                duties.extend(self.ended(process, duty, went));
            }
        }
        self.tell_news();
        self.look_after(process);
    }

    fn grant_later(&mut self, process: usize, duty: Duty, ticket: Ticket, wish: Wish) {
        let longest = if self.chance.once_in(8) { MILLISECOND * 30 } else { MILLISECOND * 5 };
        let quick = self.chance.between(MILLISECOND / 5, longest);
        let slow = self.troubles.contains_key(&FaultKind::SlowDisk);
        let wait = match wish {
            Wish::Sleep(duration) => duration,
            Wish::Call(_) | Wish::Answer if slow => self.chance.between(MILLISECOND * 50, MILLISECOND * 4000),
            Wish::Call(_) | Wish::Answer => quick,
        };
        let (asked_at, life) = (self.now, self.slots[process].life);
        self.post(asked_at + wait, Event::Come { process, life, duty, ticket, wish, asked_at });
    }

    /// What follows when something is over: more to drive on.
    fn ended(&mut self, process: usize, duty: Duty, went: Went) -> Vec<Duty> {
        let now = self.now;
        let Some(works) = self.slots[process].process.as_mut() else { return Vec::new() };
        match (duty, went) {
            (Duty::Step(_), _) => works.due.wake(now),
            (Duty::Tick, Went::Badly) => works.due.wake(now + MILLISECOND * 1000),
            (Duty::Schedule, Went::Fired) => works.due.plan_at = Some(now),
            (Duty::Plan, Went::Badly) => works.due.plan_at = Some(now + MILLISECOND * 5000),
            // Some may have been told to stop; and what the clock has ended is there to be settled.
            (Duty::Keep, _) => {
                if works.gave_up() {
                    works.due.wake(now);
                }
                return works.steps();
            }
            (Duty::Leave, _) => {
                let back_after = self.chance.seconds(2, 10);
                self.kill(process, "asked to", back_after);
            }
            (Duty::Tick | Duty::Schedule | Duty::Plan | Duty::Reap, _) => {}
        }
        let works = self.slots[process].process.as_ref();
        if works.is_some_and(|works| works.is_stuck() && works.worker.busy() == 0) {
            self.kill(process, "all its threads are stuck", MILLISECOND * 5000);
        }
        Vec::new()
    }

    /// Lets everybody look who hears of what was written.
    pub(super) fn tell_news(&mut self) {
        if !std::mem::take(&mut look(&self.audit).news) {
            return;
        }
        let soon = self.now + MILLISECOND * 50;
        let has_work = look(&self.audit).claimable_from().is_some_and(|from| from <= soon);
        for process in 0..self.slots.len() {
            let heard_at = self.now + self.chance.between(MILLISECOND, MILLISECOND * 50);
            let now = self.now;
            let slot = &mut self.slots[process];
            if let Some(hears) = slot.process.as_mut().filter(|_| has_work && slot.deaf_until <= now) {
                hears.due.wake(heard_at);
                if slot.doubled_until > now {
                    self.post(heard_at + MILLISECOND * 20, Event::Rouse { process });
                }
            }
            self.look_after(process);
        }
    }
}
