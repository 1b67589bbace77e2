//! ESPN's site: scoreboards, summaries and rosters. It has ids of its own, and minutes without seconds.

mod injuries;
mod scoreboard;
mod summary;

pub(crate) use injuries::EspnInjuries;
pub(crate) use scoreboard::EspnScoreboard;
pub(crate) use summary::EspnSummary;

use domain::{FinalScore, Game, Team};
use jiff::Timestamp;
use serde::Deserialize;

use crate::source::reading::{Rejection, final_score, game_near, malformed};
use crate::source::{Directory, RejectReason};

/// Where ESPN's paths about the league begin.
const NBA: &str = "apis/site/v2/sports/basketball/nba";

/// A game, in scoreboards and in summaries.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Competition {
    date: Timestamp,
    time_valid: Option<bool>,
    status: Status,
    competitors: [Competitor; 2],
}

#[derive(Deserialize)]
struct Status {
    r#type: StatusType,
}

#[derive(Deserialize)]
struct StatusType {
    name: String,
    state: String,
    completed: bool,
}

#[derive(Deserialize)]
struct Competitor {
    score: Option<String>,
    team: WireTeam,
}

#[derive(Deserialize)]
struct WireTeam {
    abbreviation: Option<String>,
}

impl WireTeam {
    fn team(&self) -> Result<Team, Rejection> {
        let code = self.abbreviation.as_deref();
        code.and_then(team_of).ok_or_else(|| malformed(format!("{code:?} is no team")))
    }
}

impl Competition {
    /// Which game it is.
    fn game<'d>(&self, directory: &'d Directory) -> Result<&'d Game, Rejection> {
        let [a, b] = &self.competitors;
        let game = game_near(directory, [a.team.team()?, b.team.team()?], self.date)?;
        match self.status.r#type.name.as_str() {
            "STATUS_POSTPONED" | "STATUS_CANCELED" => {
                Err((RejectReason::PostponedGame, format!("game {} is postponed", game.id)))
            }
            _ => Ok(game),
        }
    }

    /// Its result, once it is over.
    fn score(&self, game: &Game) -> Result<FinalScore, Rejection> {
        let status = &self.status.r#type;
        if !status.completed {
            return Err((RejectReason::NotFinal, format!("game {} has {}", game.id, status.name)));
        }
        let points = |competitor: &Competitor| {
            let points = competitor.score.as_deref().and_then(|score| score.parse().ok());
            let points = points.ok_or_else(|| malformed(format!("score {:?} in {}", competitor.score, game.id)))?;
            Ok((competitor.team.team()?, points))
        };
        let [a, b] = &self.competitors;
        final_score(game, [points(a)?, points(b)?])
    }
}

/// ESPN's numbers of the teams.
const TEAM_NUMBERS: [(u8, &str); 30] = [
    (1, "ATL"),
    (2, "BOS"),
    (3, "NOP"),
    (4, "CHI"),
    (5, "CLE"),
    (6, "DAL"),
    (7, "DEN"),
    (8, "DET"),
    (9, "GSW"),
    (10, "HOU"),
    (11, "IND"),
    (12, "LAC"),
    (13, "LAL"),
    (14, "MIA"),
    (15, "MIL"),
    (16, "MIN"),
    (17, "BKN"),
    (18, "NYK"),
    (19, "ORL"),
    (20, "PHI"),
    (21, "PHX"),
    (22, "POR"),
    (23, "SAC"),
    (24, "SAS"),
    (25, "OKC"),
    (26, "UTA"),
    (27, "WAS"),
    (28, "TOR"),
    (29, "MEM"),
    (30, "CHA"),
];

/// ESPN's number of a team.
fn number_of(team: Team) -> Option<u8> {
    TEAM_NUMBERS.iter().find(|(_, code)| *code == team.code()).map(|(number, _)| *number)
}

/// A team by ESPN's abbreviation, which is the league's but for six.
fn team_of(abbreviation: &str) -> Option<Team> {
    let code = match abbreviation {
        "GS" => "GSW",
        "NO" => "NOP",
        "NY" => "NYK",
        "SA" => "SAS",
        "UTAH" => "UTA",
        "WSH" => "WAS",
        same => same,
    };
    TEAM_NUMBERS.iter().any(|(_, team)| *team == code).then(|| code.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use domain::GameDate;

    use super::*;

    #[test]
    fn abbreviations_become_the_leagues_codes() {
        let code = |abbreviation| team_of(abbreviation).map(|team| team.to_string());
        assert_eq!(code("WSH").as_deref(), Some("WAS"));
        assert_eq!(code("BOS").as_deref(), Some("BOS"));
        assert_eq!(code("LEB"), None, "an all-star team is none");
        assert_eq!(number_of("CHA".parse().unwrap()), Some(30));
    }

    /// A directory of one game: Boston at home to New York.
    pub(super) fn directory(players: Vec<domain::PlayerName>) -> Directory {
        let slate: GameDate = "2025-01-15".parse().unwrap();
        let [home, away] = ["BOS", "NYK"].map(|code| code.parse().unwrap());
        let id = "0022400561".parse().unwrap();
        Directory::new(vec![Game { id, slate, tipoff: Some(slate.at(19, 30)), home, away }], players, Vec::new())
    }

    /// That game in ESPN's words.
    pub(super) fn competition(status: &str, state: &str, scores: [&str; 2]) -> serde_json::Value {
        serde_json::json!({
            "id": "401", "date": "2025-01-16T00:40Z", "timeValid": true,
            "status": { "type": { "name": status, "state": state, "completed": state == "post" } },
            "competitors": [
                { "homeAway": "home", "score": scores[0], "team": { "abbreviation": "BOS" } },
                { "homeAway": "away", "score": scores[1], "team": { "abbreviation": "NY" } },
            ],
        })
    }
}
