//! `scoreboard`: a day's games, under ESPN's ids, and what they came to.

use domain::{Alias, Meaning};
use serde::Deserialize;

use super::{Competition, SITE};
use crate::delivery::Delivery;
use crate::source::{Directory, Fields, Parsed, Provider, RejectReason, Source, Unreadable, json, seen};
use crate::{RawPayload, RawRequest};

/// A day's games.
pub(crate) struct EspnScoreboard;

#[derive(Deserialize)]
struct Wire {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    competitions: Vec<Competition>,
}

impl Source for EspnScoreboard {
    fn id(&self) -> &'static str {
        "espn_scoreboard"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::Espn)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        true
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched; scores once a game is final"
    }

    fn fields(&self) -> Fields {
        Fields { wanted: &[], known: include_str!("scoreboard.fields") }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let wanted = delivery.wants_schedule() || delivery.games(directory).any(|game| delivery.wants_results(game));
        let request = |slate: domain::GameDate| RawRequest {
            source: self.id(),
            subject: format!("{SITE}/scoreboard?dates={}", slate.to_string().replace('-', "")),
        };
        delivery.slate().filter(|_| wanted).map(request).into_iter().collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let mut parsed = Parsed::default();
        for meeting in wire.events.iter().flat_map(|event| &event.competitions) {
            let Some(game) = parsed.row(meeting.game(directory)) else { continue };
            let (provider, foreign_id) = (Provider::Espn.name().to_owned(), meeting.id.clone());
            parsed.facts.aliases.push(seen(Alias { provider, foreign_id, meaning: Meaning::Game(game.id) }, payload));
            match meeting.score(game) {
                Ok(score) => parsed.facts.scores.push(seen(score, payload)),
                // A game to come is what a scoreboard is there to show.
                Err((RejectReason::NotFinal, _)) => {}
                Err(rejection) => drop(parsed.row::<()>(Err(rejection))),
            }
        }
        Ok(parsed)
    }
}
