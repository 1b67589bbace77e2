//! `events`: which of its ids stands for which game, and of the players listed with it.

use domain::{Alias, Game, Meaning, Team};
use serde::Deserialize;

use super::instant;
use crate::delivery::{Delivery, Moment};
use crate::source::{
    Directory, Fields, Mention, Parsed, Provider, RejectReason, Rejection, Source, Unreadable, json, seen,
};
use crate::{RawPayload, RawRequest};

/// A day's events.
pub(crate) struct BettingProsEvents;

#[derive(Deserialize)]
struct Wire {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    id: u64,
    scheduled: String,
    home: String,
    visitor: String,
    #[serde(default)]
    participants: Vec<Side>,
    lineups: Option<Lineups>,
}

#[derive(Deserialize)]
struct Side {
    id: String,
    name: String,
    team: WireTeam,
}

#[derive(Deserialize)]
struct WireTeam {
    city: String,
}

/// Who was listed for it. His team is told as of today, not as of the game, so it is not read.
#[derive(Deserialize, Default)]
struct Lineups {
    #[serde(default)]
    home_lineup: Vec<Listed>,
    #[serde(default)]
    away_lineup: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    participant: Participant,
}

#[derive(Deserialize)]
struct Participant {
    id: String,
    name: String,
}

impl Source for BettingProsEvents {
    fn id(&self) -> &'static str {
        "bettingpros_events"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::BettingPros)
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
        Fields { wanted: &["participants"], known: include_str!("events.fields") }
    }

    fn plan(&self, delivery: &Delivery, _: &Directory) -> Vec<RawRequest> {
        let before_lines = matches!(delivery, Delivery::Visit { moment: Moment::Midday, .. });
        let slate = delivery.slate().filter(|_| delivery.wants_schedule() || before_lines);
        let subject = |slate| format!("v3/events?sport=NBA&date={slate}&lineups=true");
        slate.map(|slate| RawRequest { source: self.id(), subject: subject(slate) }).into_iter().collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let mut parsed = Parsed::default();
        let alias = |foreign_id, meaning| {
            seen(Alias { provider: Provider::BettingPros.name().to_owned(), foreign_id, meaning }, payload)
        };
        for event in &wire.events {
            let Some(game) = parsed.row(event.game(directory)) else { continue };
            parsed.facts.aliases.push(alias(event.id.to_string(), Meaning::Game(game.id)));
            let listed = event.lineups.iter().flat_map(|lineups| {
                let home = lineups.home_lineup.iter().map(|listed| (listed, game.home));
                home.chain(lineups.away_lineup.iter().map(|listed| (listed, game.away)))
            });
            for (Listed { participant }, team) in listed {
                let mention = Mention::named(&participant.name).called(Provider::BettingPros, &participant.id);
                let Some(player) = parsed.row(directory.resolve(mention.of(&[team]))) else { continue };
                parsed.facts.aliases.push(alias(participant.id.clone(), Meaning::Player(player)));
            }
        }
        Ok(parsed)
    }
}

impl Event {
    fn game<'d>(&self, directory: &'d Directory) -> Result<&'d Game, Rejection> {
        // Full names first: the provider has codes of its own for some teams.
        let team = |code: &str| -> Option<Team> {
            let side = self.participants.iter().find(|side| side.id == code);
            let named = side.and_then(|side| directory.team(&format!("{} {}", side.team.city, side.name)));
            named.or_else(|| code.parse().ok())
        };
        let meeting = || directory.game_between(team(&self.home)?, team(&self.visitor)?, instant(&self.scheduled)?);
        let called = directory.game_called(Provider::BettingPros, &self.id.to_string());
        called.or_else(meeting).ok_or_else(|| {
            (RejectReason::UnknownGame, format!("{} at {} at {}", self.visitor, self.home, self.scheduled))
        })
    }
}
