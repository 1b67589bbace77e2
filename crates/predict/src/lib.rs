//! Values in, values out: features, systems, laws and prices.
//!
//! Invariants, as absences: no I/O, no clock, no randomness, no `HashMap`, and no type that names the outcome of
//! the game asked about. What happened in past games is visible only through a [`Snapshot`], which opens facts
//! against a cutoff; a [`Question`] asked at or after tip-off does not exist.
//!
//! ```text
//!  History ─► as_of(cutoff) ─► Snapshot ─► features ─► Question ─► Panel ─► CountLaw ─► Priced ─► over/under/pass
//! ```

mod abstain;
mod attendance;
pub mod features;
pub mod inputs;
mod law;
mod league;
mod logistic;
mod market_view;
pub mod original;
mod price;
mod question;
pub mod residuals;
mod snapshot;
mod system;
mod systems;

pub use abstain::Abstain;
pub use attendance::Attendance;
pub use law::{CountLaw, NotALaw, Settlement, VarianceCurve};
pub use league::{DefenseTier, LeagueBaseline};
pub use market_view::{BookQuote, MarketBlend, MarketView};
pub use price::{
    Best, Devig, MarketShrink, NoVig, PassReason, Posted, Priced, Pricing, Recommendation, Settled, Side, Staking,
    Thresholds, Wager, best_price,
};
pub use question::{Form, PastGame, Question};
pub use snapshot::{HISTORY_DAYS, History, PlayedGame, Snapshot};
pub use system::{Booster, ExternalSystem, System, SystemId};
pub use systems::{Answer, EnsembleWeights, Learnt, MeanAnswer, ModelCard, Panel, Trees, formulas};
