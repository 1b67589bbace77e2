//! `playbyplay_{game}.json`: only its shots are read, by zone.

use std::collections::BTreeMap;

use domain::{Game, Known, PlayerId, PlayerShots, Provenance, ShotZones, Shots};
use serde::Deserialize;

use super::scheduled_game;
use crate::delivery::Delivery;
use crate::source::{Directory, Fields, Parsed, Provider, Reject, RejectReason, Source, Unreadable, json};
use crate::{RawPayload, RawRequest};

/// Shots of finished games.
pub(crate) struct NbaCdnPlayByPlay;

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
    is_field_goal: Option<u8>,
    person_id: Option<u32>,
    area: Option<String>,
    shot_result: Option<String>,
}

impl Source for NbaCdnPlayByPlay {
    fn id(&self) -> &'static str {
        "nba_cdn_play_by_play"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::NbaCdn)
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
            wanted: &["isFieldGoal", "personId", "area", "shotResult"],
            known: include_str!("play_by_play.fields"),
        }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let source = self.id();
        let subject = |game: &Game| format!("static/json/liveData/playbyplay/playbyplay_{}.json", game.id);
        let over = delivery.games(directory).filter(|game| delivery.wants_results(game));
        over.map(|game| RawRequest { source, subject: subject(game) }).collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let Wire { game: wire } = json(payload)?;
        let mut parsed = Parsed::default();
        let Some(game) = scheduled_game(payload, &wire.game_id, directory, &mut parsed)? else { return Ok(parsed) };
        let mut shooters = BTreeMap::<PlayerId, ShotZones>::new();
        for action in wire.actions.iter().filter(|action| action.is_field_goal == Some(1)) {
            let row = parsed.rows_read;
            parsed.rows_read += 1;
            let made = u16::from(action.shot_result.as_deref() == Some("Made"));
            let shooter = action.person_id.map(PlayerId::new);
            match shooter.map(|player| shooters.entry(player).or_default()).and_then(|zones| zone(zones, action)) {
                Some(zone) => *zone += Shots { made, attempted: 1 },
                None => {
                    let detail = format!("a shot from {:?} by {shooter:?}", action.area);
                    parsed.rejects.push(Reject { reason: RejectReason::Malformed, row, detail });
                }
            }
        }
        parsed.facts.shots = shooters
            .into_iter()
            .map(|(player, zones)| PlayerShots { game: game.id, slate: game.slate, player, zones })
            .map(|shots| Known::new(shots, payload.fetched_at, Provenance::Observed))
            .collect();
        Ok(parsed)
    }
}

fn zone<'a>(zones: &'a mut ShotZones, action: &Action) -> Option<&'a mut Shots> {
    Some(match action.area.as_deref()? {
        "Restricted Area" => &mut zones.restricted_area,
        "In The Paint (Non-RA)" => &mut zones.paint,
        "Mid-Range" => &mut zones.mid_range,
        "Left Corner 3" | "Right Corner 3" => &mut zones.corner_three,
        "Above the Break 3" => &mut zones.above_break_three,
        "Backcourt" => &mut zones.back_court,
        _ => return None,
    })
}
