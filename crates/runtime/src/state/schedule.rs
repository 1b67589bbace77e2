//! A schedule: a cron pattern in a time zone, and what happens to ticks when nobody was there or work still goes on.

use std::fmt;
use std::sync::Arc;

use croner::Cron;
use croner::errors::CronError;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::zone;

/// Name of a schedule.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScheduleId(Arc<str>);

impl ScheduleId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ScheduleId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for ScheduleId {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for ScheduleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ScheduleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What happens to ticks that became due while nobody was there to fire them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchUp {
    /// They are missed.
    Skip,
    /// The newest is fired late, unless a tick that is on time takes its place; the others are missed.
    Newest {
        /// How late it may be.
        within: SignedDuration,
    },
    /// Each is fired late, oldest first.
    Every {
        /// How late they may be.
        within: SignedDuration,
        /// How many at a time, the newest ones: at least 1 and at most [`Schedule::LISTED`].
        most: usize,
    },
}

/// What happens to a tick while the previous firing of the same schedule is still at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// It is skipped. Of several ticks that could fire together only the newest does.
    Skip,
    /// It fires beside it.
    Allow,
}

/// How a schedule treats ticks that do not come at their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TickPolicy {
    /// How old a tick may be and still be on time. Longer than the pause between two looks at the clock.
    pub grace: SignedDuration,
    /// What happens to older ones.
    pub catch_up: CatchUp,
    /// What happens while the previous firing is still at work.
    pub overlap: Overlap,
}

/// When something is to happen, again and again.
///
/// On the night the clock goes forward, a pattern of one time a day that falls into the missing hour fires once, right
/// after it; on the night it goes back, once, in the first of the two hours. Patterns of several times a day lose
/// what lies in the missing hour and fire in both of the doubled ones.
#[derive(Debug, Clone)]
pub struct Schedule {
    name: ScheduleId,
    pattern: Cron,
    zone: TimeZone,
    policy: TickPolicy,
}

/// Why a schedule makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// Not a cron pattern.
    #[error("schedule {schedule}: `{pattern}` is not a cron pattern (minute hour day month weekday)")]
    Pattern {
        /// Which schedule.
        schedule: ScheduleId,
        /// What was given.
        pattern: String,
        /// What is wrong with it.
        #[source]
        cause: CronError,
    },
    /// A pattern that matches no day there will ever be.
    #[error("schedule {schedule}: `{pattern}` never comes")]
    NeverComes {
        /// Which schedule.
        schedule: ScheduleId,
        /// What was given.
        pattern: String,
    },
    /// A zone that is not compiled in.
    #[error("schedule {schedule}: there is no time zone `{zone}`; there are {}", zone::names())]
    Zone {
        /// Which schedule.
        schedule: ScheduleId,
        /// What was given.
        zone: String,
    },
    /// A grace below zero: every tick would be late.
    #[error("schedule {schedule}: a grace of {grace:#} is less than nothing")]
    Grace {
        /// Which schedule.
        schedule: ScheduleId,
        /// What was given.
        grace: SignedDuration,
    },
    /// Ticks would be given up before they are late.
    #[error("schedule {schedule}: catching up within {within:#} catches nothing: up to {grace:#} a tick is on time")]
    Within {
        /// Which schedule.
        schedule: ScheduleId,
        /// How late a tick may be.
        within: SignedDuration,
        /// What still counts as on time.
        grace: SignedDuration,
    },
    /// Catching up with too few or too many at a time.
    #[error(
        "schedule {schedule}: catching up with {most} ticks at a time; from 1 to {} are possible",
        Schedule::LISTED
    )]
    Most {
        /// Which schedule.
        schedule: ScheduleId,
        /// What was given.
        most: usize,
    },
    /// Two schedules of one name.
    #[error("schedule {schedule}: there are two of this name")]
    Twice {
        /// Which name.
        schedule: ScheduleId,
    },
    /// Catching up with every tick, yet never with two together.
    #[error("schedule {schedule}: catching up with every tick fires several together, which its overlap rule forbids")]
    EveryNeedsOverlap {
        /// Which schedule.
        schedule: ScheduleId,
    },
}

impl Schedule {
    /// How many of the newest due ticks are decided one by one; older ones are missed together.
    pub const LISTED: usize = 100;

    /// A schedule from a cron pattern and an IANA zone name.
    ///
    /// # Errors
    /// When the pattern, the zone or the policy makes no sense; the message says why.
    pub fn parse(
        name: impl Into<ScheduleId>,
        pattern: &str,
        zone: &str,
        policy: TickPolicy,
    ) -> Result<Self, ScheduleError> {
        let name = name.into();
        let cron = pattern.parse().map_err(|cause| ScheduleError::Pattern {
            schedule: name.clone(),
            pattern: pattern.to_owned(),
            cause,
        })?;
        let Some(zone) = zone::zone(zone) else {
            return Err(ScheduleError::Zone { schedule: name, zone: zone.to_owned() });
        };
        policy.check(&name)?;
        let schedule = Self { name, pattern: cron, zone, policy };
        match schedule.next_after(Timestamp::UNIX_EPOCH) {
            Some(_) => Ok(schedule),
            None => Err(ScheduleError::NeverComes { schedule: schedule.name, pattern: pattern.to_owned() }),
        }
    }

    /// Its name.
    pub fn name(&self) -> &ScheduleId {
        &self.name
    }

    /// Its pattern, as it was written.
    pub fn pattern(&self) -> String {
        self.pattern.pattern.to_string()
    }

    /// Where its times of day are those on the wall.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// How it treats ticks that do not come at their time.
    pub fn policy(&self) -> TickPolicy {
        self.policy
    }

    /// The first tick after `instant`; none when the pattern is over.
    pub fn next_after(&self, instant: Timestamp) -> Option<Timestamp> {
        let found = self.pattern.find_next_occurrence(&instant.to_zoned(self.zone.clone()), false);
        found.ok().map(|tick| tick.timestamp())
    }

    /// Its ticks up to and including `instant`, newest first.
    pub(super) fn back_from(&self, instant: Timestamp) -> impl Iterator<Item = Timestamp> {
        // Ticks are whole seconds, so those before the next second are those up to this instant.
        let beyond = instant.checked_add(SignedDuration::from_secs(1)).unwrap_or(instant);
        std::iter::successors(self.last_before(beyond), |tick| self.last_before(*tick))
    }

    fn last_before(&self, instant: Timestamp) -> Option<Timestamp> {
        let found = self.pattern.find_previous_occurrence(&instant.to_zoned(self.zone.clone()), false);
        found.ok().map(|tick| tick.timestamp())
    }
}

impl TickPolicy {
    fn check(&self, name: &ScheduleId) -> Result<(), ScheduleError> {
        let schedule = name.clone();
        let grace = self.grace;
        if grace.is_negative() {
            return Err(ScheduleError::Grace { schedule, grace });
        }
        match self.catch_up {
            CatchUp::Newest { within } | CatchUp::Every { within, .. } if within <= grace => {
                Err(ScheduleError::Within { schedule, within, grace })
            }
            CatchUp::Every { most, .. } if !(1..=Schedule::LISTED).contains(&most) => {
                Err(ScheduleError::Most { schedule, most })
            }
            CatchUp::Every { .. } if self.overlap == Overlap::Skip => {
                Err(ScheduleError::EveryNeedsOverlap { schedule })
            }
            CatchUp::Skip | CatchUp::Newest { .. } | CatchUp::Every { .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON_TIME: TickPolicy =
        TickPolicy { grace: SignedDuration::from_mins(1), catch_up: CatchUp::Skip, overlap: Overlap::Skip };

    fn eastern(pattern: &str) -> Schedule {
        Schedule::parse("roast", pattern, "America/New_York", ON_TIME).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// The ticks of an Eastern day as they read on the wall, with the offset; forwards, after checking backwards.
    fn on_the_wall(pattern: &str, midnight: &str, next_midnight: &str) -> Vec<String> {
        let (schedule, from, to) = (eastern(pattern), at(midnight), at(next_midnight));
        let just_before = from.checked_sub(SignedDuration::from_nanos(1)).unwrap();
        let ticks = std::iter::successors(schedule.next_after(just_before), |tick| schedule.next_after(*tick));
        let ticks: Vec<Timestamp> = ticks.take_while(|tick| *tick < to).collect();
        let last = to.checked_sub(SignedDuration::from_nanos(1)).unwrap();
        let mut back: Vec<Timestamp> = schedule.back_from(last).take_while(|tick| *tick >= from).collect();
        back.reverse();
        assert_eq!(ticks, back, "{pattern}: backwards as forwards");
        ticks.iter().map(|tick| tick.to_zoned(schedule.zone().clone()).strftime("%H:%M%:z").to_string()).collect()
    }

    #[test]
    fn on_the_night_the_clock_goes_forward_a_daily_tick_comes_once() {
        let that_day = |pattern| on_the_wall(pattern, "2026-03-08T00:00-05:00", "2026-03-09T00:00-04:00");
        assert_eq!(that_day("30 2 * * *"), ["03:00-04:00"], "its hour is missing");
        assert_eq!(that_day("30 1 * * *"), ["01:30-05:00"]);
        assert_eq!(that_day("0 7 * * *"), ["07:00-04:00"]);
        let half_hours = that_day("*/30 * * * *");
        assert_eq!(half_hours.len(), 46);
        assert_eq!(half_hours[2..6], ["01:00-05:00", "01:30-05:00", "03:00-04:00", "03:30-04:00"]);
    }

    #[test]
    fn on_the_night_the_clock_goes_back_a_daily_tick_comes_once() {
        let that_day = |pattern| on_the_wall(pattern, "2026-11-01T00:00-04:00", "2026-11-02T00:00-05:00");
        assert_eq!(that_day("30 1 * * *"), ["01:30-04:00"], "the first of two");
        assert_eq!(that_day("30 2 * * *"), ["02:30-05:00"]);
        assert_eq!(that_day("0 7 * * *"), ["07:00-05:00"]);
        let half_hours = that_day("*/30 * * * *");
        assert_eq!(half_hours.len(), 50);
        assert_eq!(half_hours[2..6], ["01:00-04:00", "01:30-04:00", "01:00-05:00", "01:30-05:00"]);
    }

    #[test]
    fn the_day_after_a_clock_change_is_as_any_other() {
        assert_eq!(eastern("30 2 * * *").next_after(at("2026-03-08T07:00Z")), Some(at("2026-03-09T06:30Z")));
        assert_eq!(eastern("30 1 * * *").next_after(at("2026-11-01T05:30Z")), Some(at("2026-11-02T06:30Z")));
    }

    #[test]
    fn the_next_tick_lies_after_the_instant_and_may_not_exist() {
        let utc = |pattern| Schedule::parse("roast", pattern, "UTC", ON_TIME).unwrap();
        assert_eq!(utc("0 7 * * *").next_after(at("2026-01-10T06:59:59.5Z")), Some(at("2026-01-10T07:00Z")));
        assert_eq!(utc("0 7 * * *").next_after(at("2026-01-10T07:00Z")), Some(at("2026-01-11T07:00Z")));
        let once = utc("0 0 7 1 1 * 2030");
        assert_eq!(once.next_after(at("2026-01-01T00:00Z")), Some(at("2030-01-01T07:00Z")));
        assert_eq!(once.next_after(at("2030-01-01T07:00Z")), None);
        assert_eq!(once.back_from(at("2026-01-01T00:00Z")).next(), None);
    }

    #[test]
    fn a_tick_counts_as_soon_as_its_second_begins() {
        let daily = eastern("0 7 * * *");
        let newest = |instant| daily.back_from(at(instant)).next();
        assert_eq!(newest("2026-01-10T11:59:59.999Z"), Some(at("2026-01-09T12:00Z")));
        assert_eq!(newest("2026-01-10T12:00Z"), Some(at("2026-01-10T12:00Z")));
        assert_eq!(newest("2026-01-10T12:00:00.5Z"), Some(at("2026-01-10T12:00Z")));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        let refused = |pattern, zone, policy| Schedule::parse("roast", pattern, zone, policy).unwrap_err();
        let [hour, none] = [SignedDuration::from_hours(1), SignedDuration::ZERO];
        let with = |catch_up| TickPolicy { catch_up, overlap: Overlap::Allow, ..ON_TIME };
        assert!(matches!(refused("30 25 * * *", "UTC", ON_TIME), ScheduleError::Pattern { .. }));
        assert!(matches!(refused("nightly", "UTC", ON_TIME), ScheduleError::Pattern { .. }));
        assert!(matches!(refused("0 0 30 2 *", "UTC", ON_TIME), ScheduleError::NeverComes { .. }));
        assert_eq!(
            refused("0 7 * * *", "US/Eastern", ON_TIME).to_string(),
            "schedule roast: there is no time zone `US/Eastern`; there are America/Chicago, America/Denver, \
             America/Los_Angeles, America/New_York, America/Phoenix, UTC"
        );
        let negative = TickPolicy { grace: -hour, ..ON_TIME };
        assert!(matches!(refused("0 7 * * *", "UTC", negative), ScheduleError::Grace { .. }));
        let refused = |catch_up| refused("0 7 * * *", "UTC", with(catch_up));
        assert!(matches!(refused(CatchUp::Newest { within: none }), ScheduleError::Within { .. }));
        assert!(matches!(refused(CatchUp::Every { within: hour, most: 0 }), ScheduleError::Most { .. }));
        assert!(matches!(refused(CatchUp::Every { within: hour, most: 101 }), ScheduleError::Most { .. }));
        let every = TickPolicy { catch_up: CatchUp::Every { within: hour, most: 3 }, ..ON_TIME };
        let contradiction = Schedule::parse("roast", "0 7 * * *", "UTC", every).unwrap_err();
        assert!(matches!(contradiction, ScheduleError::EveryNeedsOverlap { .. }));
    }

    #[test]
    fn every_zone_compiled_in_is_found_by_its_name() {
        for name in zone::names().split(", ") {
            let found = zone::zone(name).unwrap();
            assert_eq!(found.iana_name(), Some(name));
        }
    }
}
