//! Deadlines, all owned by a clock: how long a task may wait, an attempt may take, be silent, and all attempts together.

use jiff::{SignedDuration, Timestamp};

/// The limits of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// From ready to claimed; longer, and the task is late.
    pub queue_wait: SignedDuration,
    /// From claimed to settled; longer, and the attempt is ended.
    pub attempt: SignedDuration,
    /// From first wanted to done, all attempts and waits together; longer, and no further attempt is made, unless it was the
    /// process that died.
    pub total: SignedDuration,
    /// From beat to beat; longer, and the attempt is ended: alive but stuck.
    pub silence: SignedDuration,
}

impl Default for Deadlines {
    /// Attempt and total are the original's scheduler settings.
    fn default() -> Self {
        let seconds = SignedDuration::from_secs;
        Self { queue_wait: seconds(120), attempt: seconds(320), total: seconds(600), silence: seconds(60) }
    }
}

/// A deadline that an attempt has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overrun {
    /// It took too long.
    Attempt,
    /// It said nothing for too long.
    Silence,
}

impl Deadlines {
    /// What an attempt has overrun by now, if anything. `heard_at` is its last beat, or its start.
    pub fn overrun(&self, started_at: Timestamp, heard_at: Timestamp, now: Timestamp) -> Option<Overrun> {
        if now.duration_since(started_at) >= self.attempt {
            Some(Overrun::Attempt)
        } else if now.duration_since(heard_at.max(started_at)) >= self.silence {
            Some(Overrun::Silence)
        } else {
            None
        }
    }

    /// The same with one limit for an attempt and its silence: for a step that cannot say how far it is.
    pub fn of_attempt(limit: SignedDuration) -> Self {
        Self { attempt: limit, silence: limit, total: limit * 3, ..Self::default() }
    }
}

impl Overrun {
    /// What happened, for people.
    pub fn describe(self, deadlines: &Deadlines) -> String {
        let seconds = |limit: SignedDuration| limit.as_secs();
        match self {
            Self::Attempt => format!("it was not done within {} s", seconds(deadlines.attempt)),
            Self::Silence => format!("it made no progress for {} s", seconds(deadlines.silence)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_is_ended_by_its_length_or_by_its_silence() {
        let deadlines = Deadlines::default();
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        assert_eq!(deadlines.overrun(at(0), at(0), at(59)), None);
        assert_eq!(deadlines.overrun(at(0), at(0), at(60)), Some(Overrun::Silence));
        assert_eq!(deadlines.overrun(at(0), at(300), at(319)), None, "it beats");
        assert_eq!(deadlines.overrun(at(0), at(319), at(320)), Some(Overrun::Attempt));
        assert_eq!(deadlines.overrun(at(100), at(0), at(150)), None, "a beat before the start is none");
    }
}
