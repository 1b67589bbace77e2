//! Who starts and who is there, as teams tell about half an hour before tip-off.

use std::collections::BTreeSet;

use domain::{Cutoff, Game, Known, LineupSpot, PlayerId, Spot};

/// The line-ups of one game's two teams.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineup {
    /// The ten starters.
    pub starters: BTreeSet<PlayerId>,
    /// Everybody who is dressed, starters among them.
    pub present: BTreeSet<PlayerId>,
}

/// Starters of a team.
const FIVE: usize = 5;

impl Lineup {
    /// A game's line-ups as its teams have told them by the cutoff; nothing until each has named its five starters.
    pub fn told(game: &Game, spots: &[Known<LineupSpot>], cutoff: Cutoff) -> Option<Self> {
        let of_game = spots.iter().filter(|spot| spot.subject() == game.id);
        let known: Vec<&LineupSpot> = of_game.filter_map(|spot| spot.open(cutoff)).collect();
        let start = |spot: &&&LineupSpot| spot.spot == Spot::Starts;
        let five = |team| known.iter().filter(start).filter(|spot| spot.team == team).count() == FIVE;
        (five(game.home) && five(game.away)).then(|| Self {
            starters: known.iter().filter(start).map(|spot| spot.player).collect(),
            present: known.iter().filter(|spot| spot.spot != Spot::Out).map(|spot| spot.player).collect(),
        })
    }

    /// A player's place in it.
    pub fn spot(&self, player: PlayerId) -> Spot {
        match player {
            _ if self.starters.contains(&player) => Spot::Starts,
            _ if self.present.contains(&player) => Spot::Bench,
            _ => Spot::Out,
        }
    }
}

/// How much of tonight's line-ups is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
