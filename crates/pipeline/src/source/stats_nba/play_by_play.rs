//! `playbyplayv3`: only its shots are read, by zone. It does not name zones; the places of its shots do.

use std::collections::BTreeMap;

use domain::{PlayerId, PlayerShots, ShotZones, Shots};
use serde::Deserialize;

use super::scheduled;
use crate::delivery::Delivery;
use crate::source::{
    Directory, Fields, Parsed, Provider, Rank, RejectReason, Rejection, Source, Unreadable, json, seen,
};
use crate::{RawPayload, RawRequest};

/// Shots of one game, so far as it has been played: asked for once it should be over, and again later.
pub(crate) struct StatsNbaPlayByPlay;

#[derive(Deserialize)]
struct Wire {
    game: WireGame,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireGame {
    game_id: String,
    actions: Vec<Action>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    #[serde(default)]
    is_field_goal: u8,
    person_id: Option<u32>,
    shot_result: Option<String>,
    shot_value: Option<u8>,
    x_legacy: Option<i32>,
    y_legacy: Option<i32>,
}

impl Source for StatsNbaPlayByPlay {
    fn id(&self) -> &'static str {
        "stats_nba_play_by_play"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::NbaStats)
    }

    /// Zones are worked out from places: shots near a border may be told otherwise where the league names the zone.
    fn rank(&self) -> Rank {
        Rank::Backup
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        false
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched"
    }

    fn fields(&self) -> Fields {
        Fields {
            wanted: &["isFieldGoal", "personId", "shotResult", "shotValue", "xLegacy", "yLegacy"],
            known: include_str!("play_by_play.fields"),
        }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let games = delivery.games(directory).filter(|game| delivery.wants_results(game));
        let subject = |game| format!("stats/playbyplayv3?GameID={game}&StartPeriod=0&EndPeriod=0");
        games.map(|game| RawRequest { source: self.id(), subject: subject(game.id) }).collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let Wire { game: wire } = json(payload)?;
        let mut parsed = Parsed::default();
        let Some(game) = parsed.row(scheduled(&wire.game_id, directory)) else { return Ok(parsed) };
        let mut shooters = BTreeMap::<PlayerId, ShotZones>::new();
        for action in wire.actions.iter().filter(|action| action.is_field_goal == 1) {
            let Some((shooter, place, shot)) = parsed.row(read(action)) else { continue };
            *zone(shooters.entry(shooter).or_default(), place) += shot;
        }
        let shots =
            shooters.into_iter().map(|(player, zones)| PlayerShots { game: game.id, slate: game.slate, player, zones });
        parsed.facts.shots = shots.map(|shots| seen(shots, payload)).collect();
        Ok(parsed)
    }
}

/// Where a shot was taken: tenths of feet from the basket, across and towards the middle, and what it is worth.
type Place = (i32, i32, u8);

fn read(action: &Action) -> Result<(PlayerId, Place, Shots), Rejection> {
    let missing = |what: &str| (RejectReason::MissingValue, format!("{what} of a shot"));
    let shooter = action.person_id.ok_or_else(|| missing("shooter"))?;
    let x = action.x_legacy.ok_or_else(|| missing("place"))?;
    let y = action.y_legacy.ok_or_else(|| missing("place"))?;
    let value = action.shot_value.ok_or_else(|| missing("value"))?;
    let made = u16::from(action.shot_result.as_deref() == Some("Made"));
    Ok((PlayerId::new(shooter), (x, y, value), Shots { made, attempted: 1 }))
}

/// The league's zones: a circle of 4 feet, a lane of 16 by 19 feet from the base line, corners up to 14 feet from it. The
/// basket hangs 5 1/4 feet from the base line, the middle line is 47 feet from it.
fn zone(zones: &mut ShotZones, (x, y, value): Place) -> &mut Shots {
    match value {
        _ if y > 417 => &mut zones.back_court,
        3 if y <= 92 => &mut zones.corner_three,
        3 => &mut zones.above_break_three,
        _ if x * x + y * y <= 40 * 40 => &mut zones.restricted_area,
        _ if x.abs() <= 80 && y <= 137 => &mut zones.paint,
        _ => &mut zones.mid_range,
    }
}
