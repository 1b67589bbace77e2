//! `teams/{code}?enable=roster`: who plays for a team, under ESPN's ids, and who of them is hurt.

use domain::{Alias, GameDate, InjuryEvent, InjuryEventKind, Meaning, Team};
use serde::Deserialize;

use super::SITE;
use crate::delivery::{Delivery, Moment};
use crate::source::{
    Directory, Fields, Mention, Parsed, Provider, Rank, RejectReason, Rejection, Source, Unreadable, json, seen,
};
use crate::{RawPayload, RawRequest};

/// A team's players.
///
/// Who is not listed as hurt may still be out for another reason, so nobody is said to be back.
pub(crate) struct EspnRoster;

#[derive(Deserialize)]
struct Wire {
    team: WireRoster,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRoster {
    display_name: String,
    athletes: Vec<Athlete>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Athlete {
    id: String,
    display_name: String,
    #[serde(default)]
    injuries: Vec<Injury>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Injury {
    status: String,
    short_comment: Option<String>,
}

impl Source for EspnRoster {
    fn id(&self) -> &'static str {
        "espn_roster"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::Espn)
    }

    fn rank(&self) -> Rank {
        Rank::Backup
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

    /// One request a team that plays, twice a day.
    fn fields(&self) -> Fields {
        Fields { wanted: &["injuries"], known: include_str!("roster.fields") }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let Delivery::Visit { moment: Moment::Morning | Moment::Midday, .. } = delivery else { return Vec::new() };
        let teams = delivery.games(directory).flat_map(|game| [game.home, game.away]);
        let subject = |team| format!("{SITE}/teams/{}?enable=roster", code_there(team));
        teams.map(|team| RawRequest { source: self.id(), subject: subject(team) }).collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let Wire { team: roster } = json(payload)?;
        let mut parsed = Parsed::default();
        let teams: Vec<Team> = directory.team(&roster.display_name).into_iter().collect();
        for athlete in &roster.athletes {
            let mention = Mention::named(&athlete.display_name).called(Provider::Espn, &athlete.id).of(&teams);
            let Some(player) = parsed.row(directory.resolve(mention)) else { continue };
            let (provider, foreign_id) = (Provider::Espn.name().to_owned(), athlete.id.clone());
            parsed.facts.aliases.push(seen(Alias { provider, foreign_id, meaning: Meaning::Player(player) }, payload));
            // The newest comes first; what it replaced is history.
            let Some(injury) = athlete.injuries.first() else { continue };
            let date = GameDate::of(payload.fetched_at);
            let event = kind(injury, &athlete.display_name).map(|kind| InjuryEvent {
                player,
                date,
                kind,
                detail: injury.short_comment.clone().unwrap_or_default(),
            });
            if let Some(event) = parsed.row(event) {
                parsed.facts.injuries.push(seen(event, payload));
            }
        }
        Ok(parsed)
    }
}

fn kind(injury: &Injury, name: &str) -> Result<InjuryEventKind, Rejection> {
    match injury.status.as_str() {
        "Out" | "Suspension" => Ok(InjuryEventKind::Out),
        "Day-To-Day" | "Questionable" | "Doubtful" | "Probable" => Ok(InjuryEventKind::Questionable),
        other => Err((RejectReason::Malformed, format!("status {other:?} of {name}"))),
    }
}

/// A team's code there, in lower case.
fn code_there(team: Team) -> String {
    match team.code() {
        "GSW" => "gs".to_owned(),
        "NOP" => "no".to_owned(),
        "NYK" => "ny".to_owned(),
        "SAS" => "sa".to_owned(),
        "UTA" => "utah".to_owned(),
        "WAS" => "wsh".to_owned(),
        same => same.to_lowercase(),
    }
}
