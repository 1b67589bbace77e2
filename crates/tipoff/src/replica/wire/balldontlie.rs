//! BallDontLie: the list of those who are hurt.

use domain::{InjuryEvent, InjuryEventKind};
use pipeline::source::Directory;
use serde_json::{Value, json};

/// A page holds so many.
const PER_PAGE: usize = 100;

/// The list of those about whom the injury log says so, from the page after so many of them on; whoever is back is not on it.
pub(crate) fn injuries<'e>(
    directory: &Directory,
    events: impl Iterator<Item = &'e InjuryEvent>,
    after: usize,
) -> Value {
    let mut listed = events
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
        .skip(after);
    let data: Vec<Value> = listed.by_ref().take(PER_PAGE).collect();
    let next = listed.next().map(|_| after + PER_PAGE);
    json!({ "data": data, "meta": { "per_page": PER_PAGE, "next_cursor": next } })
}
