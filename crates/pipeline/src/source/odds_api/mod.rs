//! The Odds API: the events there are, and what books offer on one.

mod event_odds;
mod events;
mod game_lines;

pub(super) use event_odds::OddsApiEventOdds;
pub(super) use events::OddsApiEvents;

/// The feed's name in lines.
const FEED: &str = "odds_api";
