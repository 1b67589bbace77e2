//! BettingPros: the events there are, and what books offer on players in one.

mod events;
mod offers;

pub(super) use events::BettingProsEvents;
pub(super) use offers::BettingProsOffers;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// An instant such as `2021-10-21 23:30:00`, in UTC.
fn instant(text: &str) -> Option<Timestamp> {
    let local: DateTime = text.parse().ok()?;
    Offset::UTC.to_timestamp(local).ok()
}

#[cfg(test)]
mod tests;
