//! Who starts and who is there, as teams tell about half an hour before tip-off.

use std::collections::BTreeSet;

use domain::PlayerId;

/// The line-ups of one game's two teams.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineup {
    /// The ten starters.
    pub starters: BTreeSet<PlayerId>,
    /// Everybody who is dressed, starters among them.
    pub present: BTreeSet<PlayerId>,
}
