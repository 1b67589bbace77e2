//! `playerindex`: who plays in a season, under the league's own numbers.

use domain::{PlayerId, PlayerName};

use super::season;
use super::table::{Row, Tables};
use crate::delivery::{Delivery, Moment};
use crate::source::{Directory, Fields, Parsed, Provider, Rejection, Source, Unreadable, seen};
use crate::{RawPayload, RawRequest};

/// A season's players: new ones have no box score yet.
pub(crate) struct StatsNbaPlayerIndex;

const COLUMNS: &[&str] = &["PERSON_ID", "PLAYER_LAST_NAME", "PLAYER_FIRST_NAME"];

impl Source for StatsNbaPlayerIndex {
    fn id(&self) -> &'static str {
        "stats_nba_player_index"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::NbaStats)
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

    /// Once a day.
    fn fields(&self) -> Fields {
        Fields { wanted: &[], known: include_str!("player_index.fields") }
    }

    fn plan(&self, delivery: &Delivery, _: &Directory) -> Vec<RawRequest> {
        let Delivery::Visit { slate, moment: Moment::Morning } = delivery else { return Vec::new() };
        let subject = format!("stats/playerindex?Historical=0&LeagueID=00&Season={}&TeamID=0", season(*slate));
        vec![RawRequest { source: self.id(), subject }]
    }

    fn parse(&self, payload: &RawPayload, _: &Directory) -> Result<Parsed, Unreadable> {
        let tables = Tables::of(payload)?;
        let mut parsed = Parsed::default();
        for row in tables.rows("PlayerIndex", COLUMNS, payload)? {
            let Some(name) = parsed.row(read(row)) else { continue };
            parsed.facts.players.push(seen(name, payload));
        }
        Ok(parsed)
    }
}

fn read(row: Row<'_>) -> Result<PlayerName, Rejection> {
    let name = format!("{} {}", row.text_if_any("PLAYER_FIRST_NAME"), row.text("PLAYER_LAST_NAME")?);
    Ok(PlayerName { player: PlayerId::new(row.count("PERSON_ID")?), name: name.trim().to_owned() })
}
