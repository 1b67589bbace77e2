//! BallDontLie's injury list: who is out or questionable at this moment.

use std::collections::BTreeSet;

use domain::{GameDate, InjuryEvent, InjuryEventKind, Known, Provenance};
use serde::Deserialize;

use crate::delivery::Delivery;
use crate::source::{Directory, Mention, Parsed, Provider, Reject, RejectReason, Source, Unreadable, json};
use crate::{RawPayload, RawRequest};

/// The injury list. It says who is hurt now; who has left it since is back.
pub(crate) struct BalldontlieInjuries;

#[derive(Deserialize)]
struct Wire {
    data: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    player: WirePlayer,
    status: String,
    description: Option<String>,
}

#[derive(Deserialize)]
struct WirePlayer {
    first_name: String,
    last_name: String,
}

impl Source for BalldontlieInjuries {
    fn id(&self) -> &'static str {
        "balldontlie_injuries"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::Balldontlie)
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

    fn plan(&self, delivery: &Delivery, _: &Directory) -> Vec<RawRequest> {
        let request = RawRequest { source: self.id(), subject: "v1/player_injuries".to_owned() };
        delivery.wants_injuries().then_some(request).into_iter().collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let date = GameDate::of(payload.fetched_at);
        let mut parsed = Parsed::default();
        let mut listed = BTreeSet::new();
        for entry in &wire.data {
            let row = parsed.rows_read;
            parsed.rows_read += 1;
            match read_entry(entry, date, directory) {
                Ok(event) if listed.insert(event.player) => parsed.facts.injuries.push(seen(event, payload)),
                Ok(event) => {
                    let detail = format!("player {} is listed twice", event.player);
                    parsed.rejects.push(Reject { reason: RejectReason::Duplicate, row, detail });
                }
                Err((reason, detail)) => parsed.rejects.push(Reject { reason, row, detail }),
            }
        }
        let back = directory.injured().filter(|event| !listed.contains(&event.player)).map(|event| InjuryEvent {
            date,
            kind: InjuryEventKind::Return,
            detail: "no longer listed".to_owned(),
            ..event.clone()
        });
        parsed.facts.injuries.extend(back.map(|event| seen(event, payload)));
        Ok(parsed)
    }
}

fn seen(event: InjuryEvent, payload: &RawPayload) -> Known<InjuryEvent> {
    Known::new(event, payload.fetched_at, Provenance::Observed)
}

fn read_entry(entry: &Entry, date: GameDate, directory: &Directory) -> Result<InjuryEvent, (RejectReason, String)> {
    let name = format!("{} {}", entry.player.first_name, entry.player.last_name);
    let player = directory.resolve(Mention::named(&name))?;
    let kind = match entry.status.as_str() {
        "Out" => InjuryEventKind::Out,
        "Day-To-Day" | "Questionable" | "Doubtful" | "Probable" | "Game Time Decision" => InjuryEventKind::Questionable,
        other => return Err((RejectReason::Malformed, format!("status {other:?} of {name:?}"))),
    };
    Ok(InjuryEvent { player, date, kind, detail: entry.description.clone().unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use domain::{Cutoff, PlayerId, PlayerName};

    use super::*;

    #[test]
    fn who_has_left_the_list_is_back() {
        let named = |number, name: &str| PlayerName { player: PlayerId::new(number), name: name.to_owned() };
        let hurt = |number| InjuryEvent {
            player: PlayerId::new(number),
            date: "2025-03-01".parse().unwrap(),
            kind: InjuryEventKind::Out,
            detail: "ankle".to_owned(),
        };
        let directory = Directory::new(Vec::new(), vec![named(1, "Ann Able"), named(2, "Bob Baker")], Vec::new())
            .with_injuries(vec![hurt(1), hurt(2)]);
        let payload = RawPayload {
            source: String::new(),
            subject: String::new(),
            fetched_at: "2025-03-04T17:30:00Z".parse().unwrap(),
            body: r#"{"data":[{"player":{"first_name":"Bob","last_name":"Baker"},"status":"Day-To-Day","description":"knee"},
                     {"player":{"first_name":"No","last_name":"Body"},"status":"Out","description":null}]}"#
                .into(),
        };
        let parsed = BalldontlieInjuries.parse(&payload, &directory).unwrap();
        let now = Cutoff::at(payload.fetched_at);
        let events: Vec<_> = parsed
            .facts
            .injuries
            .iter()
            .filter_map(|event| event.open(now))
            .map(|e| (e.player.number(), e.kind))
            .collect();
        assert_eq!(events, [(2, InjuryEventKind::Questionable), (1, InjuryEventKind::Return)]);
        assert_eq!(parsed.rejects.counts()[&RejectReason::UnresolvedPlayer], 1);
    }
}
