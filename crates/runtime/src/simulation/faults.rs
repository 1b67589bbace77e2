//! The faults a simulation knows, and when each strikes.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;

use super::chance::Chance;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// A process dies: at any time, or right before or after a write of its own.
    Crash,
    /// A process does not hear for a while that there is work.
    LostWakeup,
    /// A process is woken twice, and for nothing.
    DuplicateWakeup,
    /// The clock of a process steps, forwards or backwards, and later steps back.
    ClockStep,
    /// The nights when the clocks of the schedules' zone change.
    Dst,
    /// A process stops, longer than its leases last, and goes on as if nothing had been.
    Zombie,
    /// A leader stops while it decides what is due, until another leads.
    TwoSchedulers,
    /// The database answers late.
    SlowDisk,
    /// The database fails now and then, and nobody can tell whether a write arrived.
    FailedDisk,
    /// Nothing can be written, only read.
    FullDisk,
    /// The database is away, and what was under way may have arrived or not.
    Restart,
}

/// Which faults strike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(BTreeSet<FaultKind>);

/// A fault that is about to strike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    /// After the beginning.
    pub(super) at: SignedDuration,
    pub(super) lasts: SignedDuration,
}

/// A name that is no kind of fault.
#[derive(Debug, thiserror::Error)]
#[error("there is no fault {name:?}; there are all, none, and {}", FaultKind::ALL.map(FaultKind::code).join(", "))]
pub struct NoSuchFault {
    name: String,
}

impl FaultKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Crash,
        Self::LostWakeup,
        Self::DuplicateWakeup,
        Self::ClockStep,
        Self::Dst,
        Self::Zombie,
        Self::TwoSchedulers,
        Self::SlowDisk,
        Self::FailedDisk,
        Self::FullDisk,
        Self::Restart,
    ];

    /// Name on the command line and in output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Crash => "crash",
            Self::LostWakeup => "lost-wakeup",
            Self::DuplicateWakeup => "duplicate-wakeup",
            Self::ClockStep => "clock-step",
            Self::Dst => "dst",
            Self::Zombie => "zombie",
            Self::TwoSchedulers => "two-schedulers",
            Self::SlowDisk => "slow-disk",
            Self::FailedDisk => "failed-disk",
            Self::FullDisk => "full-disk",
            Self::Restart => "restart",
        }
    }

    /// How long it lasts, in seconds.
    fn range(self) -> (i64, i64) {
        match self {
            // How long a process stays dead.
            Self::Crash => (1, 60),
            Self::LostWakeup | Self::DuplicateWakeup => (300, 1800),
            Self::ClockStep => (60, 3600),
            Self::Dst => (0, 0),
            Self::Zombie => (16, 120),
            Self::TwoSchedulers => (40, 120),
            Self::SlowDisk => (60, 600),
            Self::FailedDisk => (30, 300),
            Self::FullDisk => (60, 1200),
            Self::Restart => (5, 60),
        }
    }
}

impl Faults {
    /// All kinds.
    pub fn all() -> Self {
        Self(FaultKind::ALL.into())
    }

    /// No kind.
    pub fn none() -> Self {
        Self(BTreeSet::new())
    }

    /// Whether this kind strikes.
    pub fn has(&self, kind: FaultKind) -> bool {
        self.0.contains(&kind)
    }

    /// The faults of so many hours, about one an hour and in order; the last is over before they are. Most strike in the
    /// first minutes of an hour, when there is work.
    pub(super) fn over(&self, hours: SignedDuration, chance: &mut Chance) -> Vec<Fault> {
        let kinds: Vec<FaultKind> = self.0.iter().copied().filter(|kind| *kind != FaultKind::Dst).collect();
        let mut faults = Vec::new();
        if kinds.is_empty() {
            return faults;
        }
        for hour in 0..hours.as_hours() {
            let into = if chance.once_in(3) { chance.seconds(0, 3599) } else { chance.seconds(0, 240) };
            let at = SignedDuration::from_hours(hour) + into;
            let kind = chance.one(&kinds);
            let (shortest, longest) = kind.range();
            let lasts = chance.seconds(shortest, longest);
            if at + lasts < hours {
                faults.push(Fault { kind, at, lasts });
            }
        }
        faults
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::all() {
            return f.pad("all");
        }
        if self.0.is_empty() {
            return f.pad("none");
        }
        f.pad(&self.0.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(","))
    }
}

impl FromStr for Faults {
    type Err = NoSuchFault;

    fn from_str(text: &str) -> Result<Self, NoSuchFault> {
        match text {
            "all" => return Ok(Self::all()),
            "none" => return Ok(Self::none()),
            _ => {}
        }
        let named = text.split(',').map(|name| {
            let found = FaultKind::ALL.into_iter().find(|kind| kind.code() == name.trim());
            found.ok_or_else(|| NoSuchFault { name: name.trim().to_owned() })
        });
        named.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named_as_they_are_printed() {
        for text in ["all", "none", "crash", "crash,dst,restart"] {
            assert_eq!(text.parse::<Faults>().unwrap().to_string(), text);
        }
        let refused = "crash, flood".parse::<Faults>().unwrap_err().to_string();
        assert!(
            refused.starts_with("there is no fault \"flood\"; there are all, none, and crash, lost-wakeup,"),
            "{refused}"
        );
    }

    #[test]
    fn faults_come_in_order_and_are_over_in_time() {
        let hours = SignedDuration::from_hours(168);
        let faults = Faults::all().over(hours, &mut Chance::new(1));
        assert!(faults.is_sorted_by_key(|fault| fault.at) && faults.iter().all(|fault| fault.at + fault.lasts < hours));
        let kinds: BTreeSet<_> = faults.iter().map(|fault| fault.kind).collect();
        assert_eq!(kinds.len(), 10, "all but the nights, which the calendar brings");
        assert_eq!(Faults::none().over(hours, &mut Chance::new(1)).len(), 0);
    }
}
