//! The time zones schedules may be written in, compiled in: no machine's zone database decides when work starts.

use jiff::tz::{self, TimeZone};

/// IANA name and rules; another zone is another line.
static ZONES: [(&str, TimeZone); 6] = [
    ("America/Chicago", tz::get!("America/Chicago")),
    ("America/Denver", tz::get!("America/Denver")),
    ("America/Los_Angeles", tz::get!("America/Los_Angeles")),
    ("America/New_York", tz::get!("America/New_York")),
    ("America/Phoenix", tz::get!("America/Phoenix")),
    ("UTC", TimeZone::UTC),
];

/// The zone with this IANA name, if it is compiled in.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    ZONES.iter().find(|(known, _)| *known == name).map(|(_, zone)| zone.clone())
}

/// The names of all zones compiled in, for messages.
pub(super) fn names() -> String {
    ZONES.each_ref().map(|(name, _)| *name).join(", ")
}
