//! BallDontLie's injury list: who is out or questionable at this moment.

use std::collections::BTreeSet;

use domain::{GameDate, InjuryEvent, InjuryEventKind};
use serde::Deserialize;

use super::WirePlayer;
use crate::delivery::Delivery;
use crate::source::{Directory, Fields, Parsed, Provider, RejectReason, Rejection, Source, Unreadable, pages, seen};
use crate::{RawPayload, RawRequest};

/// The injury list. It says who is hurt now; who has left it since is back.
pub(crate) struct BalldontlieInjuries;

/// As many at a time as may be asked for; in midwinter more are hurt.
const FIRST_PAGE: &str = "v1/player_injuries?per_page=100";

#[derive(Deserialize)]
struct Wire {
    data: Vec<Entry>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Deserialize, Default)]
struct Meta {
    next_cursor: Option<u64>,
}

#[derive(Deserialize)]
struct Entry {
    player: WirePlayer,
    status: String,
    description: Option<String>,
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

    fn fields(&self) -> Fields {
        Fields { wanted: &["description"], known: include_str!("injuries.fields") }
    }

    fn plan(&self, delivery: &Delivery, _: &Directory) -> Vec<RawRequest> {
        let request = RawRequest { source: self.id(), subject: FIRST_PAGE.to_owned() };
        delivery.wants_injuries().then_some(request).into_iter().collect()
    }

    fn next_page(&self, page: &RawPayload) -> Option<RawRequest> {
        let cursor = serde_json::from_slice::<Wire>(&page.body).ok()?.meta.next_cursor?;
        Some(RawRequest { source: self.id(), subject: format!("{FIRST_PAGE}&cursor={cursor}") })
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let pages: Vec<Wire> = pages(payload)?;
        let date = GameDate::of(payload.fetched_at);
        let mut parsed = Parsed::default();
        let mut listed = BTreeSet::new();
        for entry in pages.iter().flat_map(|page| &page.data) {
            let twice = |event: &InjuryEvent| format!("player {} is listed twice", event.player);
            let entry = read_entry(entry, date, directory).and_then(|event| {
                if listed.insert(event.player) { Ok(event) } else { Err((RejectReason::Duplicate, twice(&event))) }
            });
            if let Some(event) = parsed.row(entry) {
                parsed.facts.injuries.push(seen(event, payload));
            }
        }
        // Of a list that goes on elsewhere nobody can be missing.
        let is_whole = pages.last().is_some_and(|last| last.meta.next_cursor.is_none());
        let missing = |event: &&InjuryEvent| is_whole && !listed.contains(&event.player);
        let back = directory.injured().filter(missing).map(|event| InjuryEvent {
            date,
            kind: InjuryEventKind::Return,
            detail: "no longer listed".to_owned(),
            ..event.clone()
        });
        parsed.facts.injuries.extend(back.map(|event| seen(event, payload)));
        Ok(parsed)
    }
}

fn read_entry(entry: &Entry, date: GameDate, directory: &Directory) -> Result<InjuryEvent, Rejection> {
    let player = entry.player.player(&[], directory)?;
    let kind = match entry.status.as_str() {
        "Out" => InjuryEventKind::Out,
        "Day-To-Day" | "Questionable" | "Doubtful" | "Probable" | "Game Time Decision" => InjuryEventKind::Questionable,
        other => return Err((RejectReason::Malformed, format!("status {other:?} of player {player}"))),
    };
    Ok(InjuryEvent { player, date, kind, detail: entry.description.clone().unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use domain::{Cutoff, PlayerId, PlayerName};

    use super::*;
    use crate::source::payload;

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
        let fetched_at = "2025-03-04T17:30:00Z".parse().unwrap();
        let page = |cursor: &str| {
            format!(
                r#"{{"data":[{{"player":{{"id":5,"first_name":"Bob","last_name":"Baker"}},"status":"Day-To-Day","description":"knee"}},
                     {{"player":{{"id":6,"first_name":"No","last_name":"Body"}},"status":"Out","description":null}}],
                     "meta":{{"per_page":100{cursor}}}}}"#
            )
        };
        let list = |body: String| {
            let list = payload(&BalldontlieInjuries, fetched_at, body.into_bytes());
            BalldontlieInjuries.parse(&list, &directory).unwrap()
        };
        let parsed = list(page(""));
        let now = Cutoff::at(fetched_at);
        let events: Vec<_> = parsed
            .facts
            .injuries
            .iter()
            .filter_map(|event| event.open(now))
            .map(|e| (e.player.number(), e.kind))
            .collect();
        assert_eq!(events, [(2, InjuryEventKind::Questionable), (1, InjuryEventKind::Return)]);
        assert_eq!(parsed.rejects.counts()[&RejectReason::UnresolvedPlayer], 1);
        let goes_on = page(",\"next_cursor\":9");
        assert_eq!(list(goes_on.clone()).facts.injuries.len(), 1, "he may stand on the next page");
        let last = page("").replace("Bob", "Ann").replace("Baker", "Able");
        let both = list(format!("{goes_on}\n{last}"));
        assert_eq!(both.facts.injuries.len(), 2, "both are hurt, each on a page, and nobody is back");
        assert_eq!(both.rows_read, 4);
    }
}
