//! The Odds API: the events there are, and what books offer on one.

mod event_odds;
mod events;

pub(super) use event_odds::OddsApiEventOdds;
pub(super) use events::OddsApiEvents;
