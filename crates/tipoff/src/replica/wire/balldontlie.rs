//! BallDontLie: the list of those who are hurt.

use domain::{InjuryEvent, InjuryEventKind};
use pipeline::source::Directory;
use serde_json::{Value, json};

/// The list of those about whom the injury log says so; whoever is back is not on it.
pub(crate) fn injuries<'e>(directory: &Directory, events: impl Iterator<Item = &'e InjuryEvent>) -> Value {
    let data: Vec<Value> = events
        .filter_map(|event| {
            let status = match event.kind {
                InjuryEventKind::Out => "Out",
                InjuryEventKind::Questionable => "Day-To-Day",
                InjuryEventKind::Return => return None,
            };
            let name = directory.name(event.player)?;
            let (first, last) = name.split_once(' ').unwrap_or((name, ""));
            Some(json!({
                "player": { "id": event.player.number(), "first_name": first, "last_name": last },
                "status": status, "description": event.detail, "return_date": null,
            }))
        })
        .collect();
    json!({ "data": data, "meta": { "per_page": 100 } })
}
