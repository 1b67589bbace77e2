//! What others call the games and players we know: a provider's own numbers, and spellings of a name.

use crate::{GameId, PlayerId};

/// Somebody else's name for a game or a player of ours.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alias {
    /// Who calls it so, by the name of a provider; `operator` for what a person has linked.
    pub provider: String,
    /// What it is called there.
    pub foreign_id: String,
    /// What is meant.
    pub meaning: Meaning,
}

/// What an alias stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// The foreign id is a game's, or that of an event about it.
    Game(GameId),
    /// The foreign id is a player's.
    Player(PlayerId),
    /// The foreign id is a spelling of a player's name, folded like [`PlayerName::lookup`](crate::PlayerName::lookup).
    PlayerName(PlayerId),
}

impl Alias {
    /// Under this provider stands what a person has linked.
    pub const OPERATOR: &'static str = "operator";
}

impl Meaning {
    /// Its kind's name in tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Game(_) => "game",
            Self::Player(_) => "player",
            Self::PlayerName(_) => "player_name",
        }
    }

    /// The game, where it is one.
    pub fn game(self) -> Option<GameId> {
        match self {
            Self::Game(game) => Some(game),
            Self::Player(_) | Self::PlayerName(_) => None,
        }
    }

    /// The player, where it is one or his name.
    pub fn player(self) -> Option<PlayerId> {
        match self {
            Self::Game(_) => None,
            Self::Player(player) | Self::PlayerName(player) => Some(player),
        }
    }
}
