//! The audit: what people did by hand, on whatever surface, newest first.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use runtime::{AuditEntry, AuditOutcome};

use super::frame::{Frame, Looks};
use super::words::{Tone, clock};
use super::{Withheld, shown};
use crate::http::Surface;

/// So many entries are shown.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    frame: Frame,
    entries: Vec<(String, Tone, AuditEntry)>,
}

pub(super) async fn page(State(surface): State<Surface>, looks: Looks) -> Result<impl IntoResponse, Withheld> {
    let now = surface.app.now();
    let entries = surface.app.store.oversight.newest_audits(SHOWN).await?.into_iter();
    let entries = entries.map(|entry| {
        let tone = match entry.outcome {
            AuditOutcome::Done => Tone::Good,
            AuditOutcome::Refused => Tone::Warn,
            AuditOutcome::Failed => Tone::Bad,
        };
        (clock(entry.at, now), tone, entry)
    });
    shown(&Page { frame: Frame::of("Audit", &surface, &looks), entries: entries.collect() })
}
