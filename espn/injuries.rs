//! `teams/{n}?enable=roster`: a team's players, of whom only their injuries are facts of ours.

use domain::{GameDate, InjuryEvent};
use serde::Deserialize;

use super::{NBA, number_of};
use crate::delivery::{Delivery, Moment};
use crate::source::reading::{Rejection, injury_kind, malformed, null_as_default, player_named, seen};
use crate::source::{Directory, Parsed, Provider, Rank, Source, Unreadable, json};
use crate::{RawPayload, RawRequest};

/// Injuries on a team's roster. Who has none here may still stand on the longer list of another provider, so nobody is
/// taken for recovered.
pub(crate) struct EspnInjuries;

#[derive(Deserialize)]
struct Wire {
    team: WireRoster,
}

#[derive(Deserialize)]
struct WireRoster {
    athletes: Vec<Athlete>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Athlete {
    display_name: String,
    #[serde(default, deserialize_with = "null_as_default")]
    injuries: Vec<Injury>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Injury {
    status: String,
    short_comment: Option<String>,
}

impl Source for EspnInjuries {
    fn id(&self) -> &'static str {
        "espn_injuries"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::Espn)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn rank(&self) -> Rank {
        Rank::Backup
    }

    fn feeds_directory(&self) -> bool {
        false
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched"
    }

    /// The rosters of those who play, once a day: each is a request of its own.
    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let midday = matches!(delivery, Delivery::Visit { moment: Moment::Midday, .. });
        let games = delivery.games(directory).filter(|_| midday);
        let numbers = games.flat_map(|game| [game.home, game.away]).filter_map(number_of);
        let subject = |number: u8| format!("{NBA}/teams/{number}?enable=roster");
        numbers.map(|number| RawRequest { source: self.id(), subject: subject(number) }).collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let date = GameDate::of(payload.fetched_at);
        let mut parsed = Parsed::default();
        // The first of a player's injuries is the newest.
        let injured = wire.team.athletes.iter().filter_map(|athlete| Some((athlete, athlete.injuries.first()?)));
        for (athlete, injury) in injured {
            let event = parsed.row(read(athlete, injury, date, directory));
            parsed.facts.injuries.extend(event.map(|event| seen(event, payload)));
        }
        Ok(parsed)
    }
}

fn read(athlete: &Athlete, injury: &Injury, date: GameDate, directory: &Directory) -> Result<InjuryEvent, Rejection> {
    let name = &athlete.display_name;
    let kind =
        injury_kind(&injury.status).ok_or_else(|| malformed(format!("status {:?} of {name:?}", injury.status)))?;
    let detail = injury.short_comment.clone().unwrap_or_default();
    Ok(InjuryEvent { player: player_named(directory, name)?, date, kind, detail })
}

#[cfg(test)]
mod tests {
    use domain::{InjuryEventKind, PlayerId, PlayerName};

    use super::super::tests::directory;
    use super::*;
    use crate::source::RejectReason;

    #[test]
    fn the_injured_of_a_roster_are_listed_and_nobody_is_declared_well() {
        let named = |number, name: &str| PlayerName { player: PlayerId::new(number), name: name.to_owned() };
        let payload = RawPayload {
            source: String::new(),
            subject: String::new(),
            fetched_at: "2025-01-15T17:30:00Z".parse().unwrap(),
            body: r#"{"team":{"athletes":[
                {"displayName":"Ann Able","injuries":[{"status":"Out","shortComment":"knee"},{"status":"Day-To-Day"}]},
                {"displayName":"Bob Baker","injuries":null},{"displayName":"Cid Cole"},
                {"displayName":"No Body","injuries":[{"status":"Out"}]},
                {"displayName":"Bob Baker","injuries":[{"status":"Fine"}]}]}}"#
                .into(),
        };
        let parsed = EspnInjuries.parse(&payload, &directory(vec![named(1, "Ann Able"), named(2, "Bob Baker")])).unwrap();
        let events: Vec<_> = parsed.facts.injuries.iter().map(|event| event.unseal()).collect();
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].player.number(), events[0].kind), (1, InjuryEventKind::Out));
        let reasons: Vec<_> = parsed.rejects.counts().keys().copied().collect();
        assert_eq!(reasons, [RejectReason::Malformed, RejectReason::UnresolvedPlayer]);
    }

    #[test]
    fn rosters_are_asked_for_once_a_day_and_only_of_those_who_play() {
        let slate: GameDate = "2025-01-15".parse().unwrap();
        let planned = |moment| {
            let requests = EspnInjuries.plan(&Delivery::Visit { slate, moment }, &directory(Vec::new()));
            requests.into_iter().map(|request| request.subject).collect::<Vec<_>>()
        };
        let expected = [2, 18].map(|number| format!("{NBA}/teams/{number}?enable=roster"));
        assert_eq!(planned(Moment::Midday), expected);
        assert!(planned(Moment::Morning).is_empty());
    }
}
