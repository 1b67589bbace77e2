//! What trained models read: everybody's form, his team's and its opponent's, the schedule, and who is missing.
//!
//! The 33 features of `features/` are the original's, for its formulas. These are ours, for the trained models: one row of
//! [`Input::COUNT`] numbers a player and market, missing where nothing is known. Computed from a [`Snapshot`], by the same code for
//! tonight and for every past slate; those known only half an hour before tip-off stay missing in the morning.

mod averages;
mod catalogue;
mod form;
mod lineups;
mod player;
mod team;

use std::collections::BTreeMap;

use domain::GameId;

pub use catalogue::{INPUTS_VERSION, Input};
pub use form::LeagueForm;
pub use lineups::{Lineup, Sight};

use crate::Snapshot;
use crate::features::{UpcomingPlayerGameContext, UpcomingTeamGameContext};

/// One player's row; a missing value is NaN. [`inputs`] alone fills it, so that nothing can be written over what was known:
///
/// ```compile_fail,E0624
/// # fn cheat(row: &mut predict::inputs::Inputs, scored: f64) {
/// row.set(predict::inputs::Input::Count1, scored);
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Inputs([f32; Input::COUNT]);

impl Inputs {
    pub(crate) fn unknown() -> Self {
        Self([f32::NAN; Input::COUNT])
    }

    /// A row of which only these are known.
    pub fn known(values: &[(Input, f64)]) -> Self {
        let mut row = Self::unknown();
        for (input, value) in values {
            row.set(*input, *value);
        }
        row
    }

    fn set(&mut self, input: Input, value: impl Into<Option<f64>>) {
        self.0[input as usize] = value.into().map_or(f32::NAN, |value| value as f32);
    }

    /// A value, if it is known.
    pub fn get(&self, input: Input) -> Option<f64> {
        let value = self.0[input as usize];
        (!value.is_nan()).then(|| f64::from(value))
    }

    /// The same row with one value replaced: for asking "what if" in tests.
    #[cfg(test)]
    pub(crate) fn with(mut self, input: Input, value: f64) -> Self {
        self.set(input, value);
        self
    }

    /// All of them, in the order of [`Input::ALL`].
    pub fn values(&self) -> &[f32; Input::COUNT] {
        &self.0
    }
}

/// Everybody's row for one slate, in the order of `players`. Line-ups of the games whose teams have told them by the cutoff.
pub fn inputs(
    snapshot: &Snapshot<'_>,
    form: &LeagueForm,
    teams: &[UpcomingTeamGameContext],
    players: &[UpcomingPlayerGameContext],
    lineups: &BTreeMap<GameId, Lineup>,
) -> Vec<Inputs> {
    let sides: Vec<team::Side<'_>> =
        teams.iter().map(|context| team::Side::of(snapshot, form, context, players, lineups)).collect();
    players
        .iter()
        .map(|player| {
            let mut row = Inputs::unknown();
            player::fill(&mut row, form, player);
            let of = |team| sides.iter().find(|side| side.context.game == player.game && side.context.team == team);
            if let (Some(own), Some(opponent)) = (of(player.team), of(player.opponent)) {
                team::fill(&mut row, form, player, own, opponent);
            }
            row
        })
        .collect()
}
