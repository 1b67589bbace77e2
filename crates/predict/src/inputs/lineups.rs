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

/// How much of tonight's line-ups is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Nothing: it is the morning.
    Morning,
    /// Everything: it is half an hour before tip-off.
    Late,
}

impl Sight {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Morning, Self::Late];
}
