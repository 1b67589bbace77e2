//! `players`: which ids stand for whom.

use domain::Team;
use serde::Deserialize;

use super::{WirePlayer, WireTeam};
use crate::delivery::Delivery;
use crate::source::{Directory, Fields, Parsed, Provider, Source, Unreadable, json, seen};
use crate::{RawPayload, RawRequest};

/// Players of all times. It is read, and not asked for: box scores name those who matter.
pub(crate) struct BalldontliePlayers;

#[derive(Deserialize)]
struct Wire {
    data: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(flatten)]
    player: WirePlayer,
    team: Option<WireTeam>,
}

impl Source for BalldontliePlayers {
    fn id(&self) -> &'static str {
        "balldontlie_players"
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
        Fields { wanted: &["team"], known: include_str!("players.fields") }
    }

    fn plan(&self, _: &Delivery, _: &Directory) -> Vec<RawRequest> {
        Vec::new()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let mut parsed = Parsed::default();
        for entry in &wire.data {
            let team = entry.team.as_ref().and_then(|team| team.team(directory));
            let teams: Vec<Team> = team.into_iter().collect();
            let Some(player) = parsed.row(entry.player.player(&teams, directory)) else { continue };
            parsed.facts.aliases.extend(entry.player.alias(player).map(|alias| seen(alias, payload)));
        }
        Ok(parsed)
    }
}
