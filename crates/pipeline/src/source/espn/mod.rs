//! ESPN's site: its days' games, their box scores, teams' rosters. Minutes are whole there, and players have its own ids.

mod roster;
mod scoreboard;
mod summary;

pub(super) use roster::EspnRoster;
pub(super) use scoreboard::EspnScoreboard;
pub(super) use summary::EspnSummary;

use domain::{FinalScore, Game};
use jiff::Timestamp;
use serde::Deserialize;

use crate::source::{Directory, Provider, RejectReason, Rejection};

/// Where its paths begin.
const SITE: &str = "apis/site/v2/sports/basketball/nba";

/// One meeting, in a scoreboard as in a summary's head.
#[derive(Deserialize)]
struct Competition {
    id: String,
    date: String,
    competitors: Vec<Competitor>,
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Competitor {
    home_away: String,
    score: Option<String>,
    team: WireTeam,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTeam {
    display_name: String,
}

#[derive(Deserialize)]
struct Status {
    #[serde(rename = "type")]
    kind: StatusKind,
}

#[derive(Deserialize)]
struct StatusKind {
    name: String,
    completed: bool,
}

impl Competition {
    /// The game it is: by its id where that is known, else by its teams and its start.
    fn game<'d>(&self, directory: &'d Directory) -> Result<&'d Game, Rejection> {
        let team = |side| {
            let competitor = self.competitors.iter().find(|competitor| competitor.home_away == side)?;
            directory.team(&competitor.team.display_name)
        };
        let by_teams = || directory.game_between(team("home")?, team("away")?, start(&self.date)?);
        directory.game_called(Provider::Espn, &self.id).or_else(by_teams).ok_or_else(|| {
            let names: Vec<&str> =
                self.competitors.iter().map(|competitor| competitor.team.display_name.as_str()).collect();
            (RejectReason::UnknownGame, format!("{} around {}", names.join(" and "), self.date))
        })
    }

    /// What it came to, once it is over.
    fn score(&self, game: &Game) -> Result<FinalScore, Rejection> {
        if !self.status.kind.completed || self.status.kind.name != "STATUS_FINAL" {
            let detail = format!("game {} has status {}", game.id, self.status.kind.name);
            let postponed = self.status.kind.name == "STATUS_POSTPONED";
            return Err((if postponed { RejectReason::PostponedGame } else { RejectReason::NotFinal }, detail));
        }
        let points = |side: &str| {
            let competitor = self.competitors.iter().find(|competitor| competitor.home_away == side);
            let score = competitor.and_then(|competitor| competitor.score.as_deref());
            let score = score.ok_or_else(|| (RejectReason::MissingValue, format!("score of game {}", game.id)))?;
            score.parse().map_err(|_| (RejectReason::Malformed, format!("score {score:?} of game {}", game.id)))
        };
        Ok(FinalScore { game: game.id, slate: game.slate, home_points: points("home")?, away_points: points("away")? })
    }
}

/// A start such as `2024-01-15T18:00Z`.
fn start(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| text.strip_suffix('Z').and_then(|minutes| format!("{minutes}:00Z").parse().ok()))
}

#[cfg(test)]
mod tests;
