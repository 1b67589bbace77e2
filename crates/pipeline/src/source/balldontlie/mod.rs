//! BallDontLie: games and what they came to, players under its own ids, names of teams, and who is hurt.
//!
//! Its box scores and statistics round minutes and do not tell who started (its first five are the starters in 13 of 22
//! teams of 2024-01-15), so no row of a box score is made of them.

mod games;
mod injuries;
mod players;
mod teams;

pub(super) use games::{BalldontlieBoxScores, BalldontlieGames, BalldontlieStats};
pub(super) use injuries::BalldontlieInjuries;
pub(super) use players::BalldontliePlayers;
pub(super) use teams::BalldontlieTeams;

use domain::{Alias, Meaning, PlayerId, Team};
use serde::Deserialize;

use super::{Directory, Mention, Provider, Rejection};

#[derive(Deserialize)]
struct WirePlayer {
    id: Option<u64>,
    first_name: String,
    last_name: String,
}

#[derive(Deserialize)]
struct WireTeam {
    full_name: String,
    abbreviation: String,
}

impl WirePlayer {
    /// Who he is: by his id there where that is known, else by his name among the players of these teams.
    fn player(&self, teams: &[Team], directory: &Directory) -> Result<PlayerId, Rejection> {
        let name = format!("{} {}", self.first_name, self.last_name);
        let id = self.id.map(|id| id.to_string()).unwrap_or_default();
        directory.resolve(Mention::named(name.trim()).called(Provider::Balldontlie, &id).of(teams))
    }

    /// That his id there is this player.
    fn alias(&self, player: PlayerId) -> Option<Alias> {
        let (provider, meaning) = (Provider::Balldontlie.name().to_owned(), Meaning::Player(player));
        Some(Alias { provider, foreign_id: self.id?.to_string(), meaning })
    }
}

impl WireTeam {
    fn team(&self, directory: &Directory) -> Option<Team> {
        directory.team(&self.full_name).or_else(|| self.abbreviation.parse().ok())
    }
}

#[cfg(test)]
mod tests;
