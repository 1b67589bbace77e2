//! `teams`: what the league's teams are called there.

use domain::{Team, TeamName};
use serde::Deserialize;

use super::WireTeam;
use crate::delivery::Delivery;
use crate::source::facts::Rejection;
use crate::source::{Directory, Expects, Fields, Parsed, Provider, RejectReason, Source, Unreadable, json, seen};
use crate::{RawPayload, RawRequest};

/// Teams of all times. It is read, and not asked for: the schedule names those who play.
pub(crate) struct BalldontlieTeams;

#[derive(Deserialize)]
struct Wire {
    data: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(flatten)]
    team: WireTeam,
    /// East or West; blank for a team that is no more.
    conference: String,
}

impl Source for BalldontlieTeams {
    fn id(&self) -> &'static str {
        "balldontlie_teams"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::Balldontlie)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        true
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched"
    }

    fn fields(&self) -> Fields {
        Fields { wanted: &[], known: include_str!("teams.fields") }
    }

    fn expects(&self) -> Expects {
        Expects::Nothing
    }

    fn plan(&self, _: &Delivery, _: &Directory) -> Vec<RawRequest> {
        Vec::new()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let mut parsed = Parsed::default();
        for entry in wire.data {
            let Some(team) = parsed.row(entry.team(directory)) else { continue };
            // A team has one name, and the schedule's is the one that books write.
            if directory.team_name(team).is_none() {
                parsed.facts.teams.push(seen(TeamName { team, name: entry.team.full_name }, payload));
            }
        }
        Ok(parsed)
    }
}

impl Entry {
    /// Which of the league's teams it is. Codes of teams that are no more were given to others: the Capitols of 1946 were
    /// WAS.
    fn team(&self, directory: &Directory) -> Result<Team, Rejection> {
        let WireTeam { full_name, abbreviation } = &self.team;
        if self.conference.trim().is_empty() {
            return Err((RejectReason::NotCounted, format!("{full_name} ({abbreviation}) are in no conference")));
        }
        self.team
            .team(directory)
            .ok_or_else(|| (RejectReason::Malformed, format!("{full_name}: {abbreviation:?} is no team's code")))
    }
}
