//! The Odds API's list of events: which of its ids stands for which game.

use domain::{Alias, Known, Meaning, Provenance, Team};
use jiff::Timestamp;
use serde::Deserialize;

use crate::delivery::{Delivery, Moment};
use crate::source::{Directory, Fields, Parsed, Provider, Reject, RejectReason, Source, Unreadable, json};
use crate::{RawPayload, RawRequest};

/// Events to come.
pub(crate) struct OddsApiEvents;

/// A historical answer wraps the current shape.
#[derive(Deserialize)]
#[serde(untagged)]
enum Wire {
    Current(Vec<Event>),
    Historical { data: Vec<Event> },
}

/// What names an event's game, wherever one occurs.
#[derive(Deserialize)]
pub(super) struct Event {
    id: String,
    pub(super) commence_time: Timestamp,
    pub(super) home_team: String,
    pub(super) away_team: String,
}

impl Source for OddsApiEvents {
    fn id(&self) -> &'static str {
        "odds_api_events"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::OddsApi)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    /// Its games are resolved against the schedule, which comes first.
    fn feeds_directory(&self) -> bool {
        false
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched"
    }

    /// The list costs nothing, and no line is asked for without it.
    fn fields(&self) -> Fields {
        Fields { wanted: &[], known: include_str!("events.fields") }
    }

    fn plan(&self, delivery: &Delivery, _: &Directory) -> Vec<RawRequest> {
        let before_lines = matches!(delivery, Delivery::Visit { moment: Moment::Midday, .. });
        let request = RawRequest { source: self.id(), subject: "v4/sports/basketball_nba/events".to_owned() };
        (delivery.wants_schedule() || before_lines).then_some(request).into_iter().collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let (Wire::Current(events) | Wire::Historical { data: events }) = json(payload)?;
        let mut parsed = Parsed::default();
        for event in &events {
            let row = parsed.rows_read;
            parsed.rows_read += 1;
            match event.game(directory) {
                Ok(game) => {
                    let (provider, foreign_id) = (Provider::OddsApi.name().to_owned(), event.id.clone());
                    let alias = Alias { provider, foreign_id, meaning: Meaning::Game(game.id) };
                    parsed.facts.aliases.push(Known::new(alias, payload.fetched_at, Provenance::Observed));
                }
                Err((reason, detail)) => parsed.rejects.push(Reject { reason, row, detail }),
            }
        }
        Ok(parsed)
    }
}

impl Event {
    /// The game it is: by its id where that is known, else by its teams and its start.
    pub(super) fn game<'d>(&self, directory: &'d Directory) -> Result<&'d domain::Game, (RejectReason, String)> {
        let teams =
            || -> Option<(Team, Team)> { Some((directory.team(&self.home_team)?, directory.team(&self.away_team)?)) };
        let by_teams = || teams().and_then(|(home, away)| directory.game_between(home, away, self.commence_time));
        directory.game_called(Provider::OddsApi, &self.id).or_else(by_teams).ok_or_else(|| {
            let detail = format!("{} at {} around {}", self.away_team, self.home_team, self.commence_time);
            (RejectReason::UnknownGame, detail)
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::{Game, TeamName};

    use super::*;

    fn directory() -> Directory {
        let slate: domain::GameDate = "2025-03-09".parse().unwrap();
        let [home, away]: [Team; 2] = ["NOP".parse().unwrap(), "MEM".parse().unwrap()];
        let game = Game { id: "0022400927".parse().unwrap(), slate, tipoff: Some(slate.at(19, 0)), home, away };
        let named = |team, name: &str| TeamName { team, name: name.to_owned() };
        let teams = vec![named(home, "New Orleans Pelicans"), named(away, "Memphis Grizzlies")];
        Directory::new(vec![game], Vec::new(), teams)
    }

    const EVENTS: &str = r#"[
        {"id":"242c77","commence_time":"2025-03-09T23:11:00Z","home_team":"New Orleans Pelicans","away_team":"Memphis Grizzlies"},
        {"id":"a11557","commence_time":"2025-03-09T23:11:00Z","home_team":"Team Shaq","away_team":"Team Chuck"}]"#;

    fn parse(body: String) -> Parsed {
        let payload = RawPayload {
            source: "odds_api_events".to_owned(),
            subject: "events".to_owned(),
            fetched_at: "2025-03-09T15:00:00Z".parse().unwrap(),
            etag: None,
            body: body.into(),
        };
        OddsApiEvents.parse(&payload, &directory()).unwrap()
    }

    #[test]
    fn an_event_is_known_by_its_id_from_then_on() {
        for body in [EVENTS.to_owned(), format!(r#"{{"timestamp":"2025-03-09T15:00:00Z","data":{EVENTS}}}"#)] {
            let parsed = parse(body);
            assert_eq!((parsed.rows_read, parsed.rejects.counts()[&RejectReason::UnknownGame]), (2, 1));
            let always = domain::Cutoff::at(Timestamp::MAX);
            let aliases = parsed.facts.aliases.iter().filter_map(|alias| alias.open(always).cloned()).collect();
            let directory = directory().with_aliases(aliases);
            let game = "0022400927".parse().unwrap();
            assert_eq!(directory.event_of(Provider::OddsApi, game), Some("242c77"));
            assert_eq!(directory.game_called(Provider::OddsApi, "242c77").map(|game| game.id), Some(game));
            assert_eq!(directory.game_called(Provider::Espn, "242c77"), None);
        }
    }
}
