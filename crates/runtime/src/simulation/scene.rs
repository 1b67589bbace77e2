//! Scenes: what the toy trade has to do, and what becomes of it.

use jiff::{SignedDuration, Timestamp};

use super::chance::Chance;
use crate::state::Persistence;
use crate::{FailureCategory, Partition, Readiness, TaskKey};

/// What is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// Weeks of days and hours in which everything goes wrong now and then.
    Weeks,
    /// Thirty files come at once, and all is well.
    Calm,
    /// The same as a storm: each file calls everybody to the same work and comes while the last is being worked on, what
    /// the hours depend on is stale for twenty of them, and of two files the source says that they are wrong, and that
    /// there is none.
    Storm,
}

/// A step, the steps it needs, its lane, and what of it comes from outside and may be corrected.
pub(super) struct Craft {
    pub(super) step: &'static str,
    pub(super) needs: &'static [&'static str],
    pub(super) lane: Option<&'static str>,
    pub(super) outside: Outside,
}

#[derive(PartialEq, Eq)]
pub(super) enum Outside {
    Reads,
    ReadsNothing,
}

const fn craft(step: &'static str, needs: &'static [&'static str]) -> Craft {
    Craft { step, needs, lane: None, outside: Outside::ReadsNothing }
}

const DAY: [Craft; 10] = [
    Craft { outside: Outside::Reads, ..craft("pick", &[]) },
    craft("wash", &["pick"]),
    craft("dry", &["wash"]),
    Craft { outside: Outside::Reads, ..craft("sort", &["wash"]) },
    craft("roast", &["dry", "sort"]),
    craft("grind", &["roast"]),
    craft("blend", &["roast", "sort"]),
    Craft { lane: Some("boiler"), ..craft("brew", &["grind", "blend"]) },
    craft("pour", &["brew"]),
    Craft { lane: Some("books"), outside: Outside::Reads, ..craft("bill", &["pour"]) },
];

const HOUR: [Craft; 4] = [
    Craft { outside: Outside::Reads, ..craft("weigh", &[]) },
    craft("pack", &["weigh"]),
    craft("label", &["weigh"]),
    Craft { lane: Some("gate"), ..craft("ship", &["pack", "label"]) },
];

/// One file of a delivery.
const FILE: [Craft; 1] = [craft("fetch", &[])];

/// What is made of all files together, one at a time.
const LIST: [Craft; 1] = [Craft { lane: Some("list"), outside: Outside::Reads, ..craft("enlist", &[]) }];

/// What depends on something that may be stale.
const SUMMARY: [Craft; 2] = [craft("sum", &[]), craft("report", &["sum"])];

/// Files of a delivery.
pub(super) const FILES: i64 = 30;

/// When they come.
pub(super) const DELIVERED_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// How long a dependency is stale.
const STALE_FOR: SignedDuration = SignedDuration::from_hours(20);

/// The partition of what is made of all files.
const ALL_FILES: &str = "all files";

/// What is worked on: a day, an hour, a file.
pub(super) struct Lot {
    pub(super) partition: Partition,
    pub(super) born: Timestamp,
    pub(super) crafts: &'static [Craft],
    number: i64,
}

/// What a task does whenever it is attempted with one version of what it reads.
pub(super) enum Mood {
    Works,
    Idles,
    Snoozes,
    Stumbles(u32, FailureCategory),
    Broken(Persistence),
    Hangs,
    Dawdles,
    Beats,
}

impl Scene {
    /// What there is to do in so many hours.
    pub(super) fn lots(self, begins: Timestamp, hours: i64) -> Vec<Lot> {
        let lot = |partition: String, crafts, number, after| Lot {
            partition: partition.into(),
            born: begins + after,
            crafts,
            number,
        };
        let hour = SignedDuration::from_hours(1);
        if self == Self::Weeks {
            let days = (0..(hours + 23) / 24).map(|day| (day, hour * 24 * day as i32));
            let days = days.map(|(day, after)| lot(format!("day {day}"), &DAY, day, after));
            let hours = (0..hours).map(|number| lot(format!("hour {number}"), &HOUR, number, hour * number as i32));
            return days.chain(hours).collect();
        }
        let files = (0..FILES).map(|file| lot(format!("file {file}"), &FILE, file, DELIVERED_AFTER));
        let sums = (0..hours).map(|number| lot(format!("hour {number}"), &SUMMARY, number, hour * number as i32));
        files.chain([lot(ALL_FILES.to_owned(), &LIST, 0, DELIVERED_AFTER)]).chain(sums).collect()
    }

    /// The names of all steps of all scenes.
    pub(super) fn steps() -> impl Iterator<Item = &'static str> {
        DAY.iter().chain(&HOUR).chain(&FILE).chain(&LIST).chain(&SUMMARY).map(|craft| craft.step)
    }

    /// What is made of all files of a delivery.
    pub(super) fn of_all_files() -> TaskKey {
        TaskKey::new("enlist", ALL_FILES)
    }

    /// Whether a task of a lot can run. `inputs` is what it would read.
    pub(super) fn readiness(self, lot: &Lot, craft: &Craft, inputs: Readiness, now: Timestamp) -> Readiness {
        let not_before = |ripe: Timestamp, why: &str| match now < ripe {
            true => Readiness::NotYet { until: Some(ripe), why: why.into() },
            false => inputs.clone(),
        };
        match craft.step {
            "bill" if lot.number % 7 == 3 => Readiness::Nothing { why: "nobody pays on that day".into() },
            "sort" => not_before(lot.born + SignedDuration::from_mins(10), "too green"),
            "sum" if self == Self::Storm => {
                let first = lot.born - SignedDuration::from_hours(lot.number);
                not_before(first + STALE_FOR, "the scales are stale")
            }
            _ => inputs,
        }
    }

    /// What a task does, by seed and version.
    pub(super) fn mood(self, seed: u64, key: &TaskKey, version: u32) -> Mood {
        match (self, key.step.as_str(), key.partition.as_str()) {
            (Self::Weeks, ..) => {}
            (Self::Storm, "fetch", "file 7") => return Mood::Broken(Persistence::Permanent),
            (Self::Storm, "fetch", "file 13") => return Mood::Idles,
            (Self::Calm | Self::Storm, ..) => return Mood::Works,
        }
        let mut chance = Chance::of(seed, &["mood", key.step.as_str(), key.partition.as_str()], version.into());
        match chance.below(1000) {
            0..30 => Mood::Idles,
            30..60 => Mood::Snoozes,
            60..90 => Mood::Stumbles(1 + u32::from(chance.once_in(2)), FailureCategory::UpstreamFailure),
            90..120 => Mood::Stumbles(1 + u32::from(chance.once_in(2)), FailureCategory::ProcessingError),
            // What is corrected works.
            120..125 if version == 0 => Mood::Broken(Persistence::Permanent),
            125..130 if version == 0 => Mood::Broken(Persistence::Transient),
            130..140 => Mood::Hangs,
            140..160 => Mood::Dawdles,
            160..200 => Mood::Beats,
            _ => Mood::Works,
        }
    }
}

impl Lot {
    /// Whether it is an hour of the ordinary trade.
    pub(super) fn is_an_hour(&self) -> bool {
        self.crafts.len() == HOUR.len()
    }
}
