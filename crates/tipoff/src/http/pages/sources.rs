//! Sources: when each was last heard of, what of it could not be read, and whether it is left alone.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use jiff::Timestamp;
use pipeline::ports::LandedPayload;
use pipeline::{Partition, Step, source};
use runtime::{Breaker, Task, TaskState};

use super::frame::{Frame, Looks};
use super::words::{Tone, ago, clock};
use super::{Withheld, shown};
use crate::http::Surface;

/// A source, as its payloads tell.
struct Row {
    id: &'static str,
    parser: u32,
    payloads: usize,
    tone: Tone,
    heard: String,
    waiting: usize,
    unreadable: usize,
    rule: &'static str,
}

/// A step that brings bytes in, and whether it is left alone.
struct Gate {
    step: &'static str,
    tone: Tone,
    state: String,
}

#[derive(Template)]
#[template(path = "sources.html")]
struct Page {
    frame: Frame,
    gates: Vec<Gate>,
    sources: Vec<Row>,
    /// Fetches that wait or failed.
    fetches: Vec<(String, Tone, String)>,
}

pub(super) async fn page(State(surface): State<Surface>, looks: Looks) -> Result<impl IntoResponse, Withheld> {
    let (app, now) = (&surface.app, surface.app.now());
    let (landed, unsettled) = (app.store.raw.landed().await?, app.store.ledger.unsettled().await?);
    let breakers = app.store.ledger.breakers().await?;
    let gate = |step: Step| {
        let (tone, state) = match breakers.get(&step.name().into()) {
            None | Some(Breaker::Closed { .. }) => (Tone::Good, "closed: it works".to_owned()),
            Some(Breaker::Held { by, why, .. }) => (Tone::Bad, format!("held by {by}: {why}")),
            Some(Breaker::Open { until, why, .. }) => {
                (Tone::Bad, format!("open, probed at {}: {why}", clock(*until, now)))
            }
            Some(Breaker::Probing { why, .. }) => (Tone::Warn, format!("probing: {why}")),
        };
        Gate { step: step.name(), tone, state }
    };
    shown(&Page {
        frame: Frame::of("Sources", &surface, &looks),
        gates: [Step::Land, Step::Process].map(gate).into(),
        sources: rows(&landed, &unsettled, now),
        fetches: unsettled
            .iter()
            .filter(|task| task.key.step.as_str() == Step::Land.name())
            .map(|task| fetch(task, now))
            .collect(),
    })
}

fn rows(landed: &[LandedPayload], unsettled: &[Task], now: Timestamp) -> Vec<Row> {
    let mut of_source = BTreeMap::<&str, (usize, Timestamp)>::new();
    for payload in landed {
        let (payloads, newest) = of_source.entry(&payload.source).or_insert((0, Timestamp::MIN));
        *payloads += 1;
        *newest = (*newest).max(payload.fetched_at);
    }
    let payload_of = |task: &Task| match task.key.partition.as_str().parse() {
        Ok(Partition::Payload { source, .. }) => Some((source, matches!(task.state, TaskState::Dead { .. }))),
        _ => None,
    };
    let open: Vec<(String, bool)> = unsettled.iter().filter_map(payload_of).collect();
    let row = |source: Box<dyn source::Source>| {
        let id = source.id();
        let (payloads, newest) = of_source.get(id).copied().unwrap_or((0, Timestamp::MIN));
        let count = |dead: bool| open.iter().filter(|(of, is_dead)| of == id && *is_dead == dead).count();
        let unreadable = count(true);
        Row {
            id,
            parser: source.parser_version(),
            payloads,
            tone: match (unreadable, payloads) {
                (1.., _) => Tone::Bad,
                (0, 0) => Tone::Calm,
                (0, _) => Tone::Good,
            },
            heard: match payloads {
                0 => "never".to_owned(),
                _ => format!("{} ({})", clock(newest, now), ago(newest, now)),
            },
            waiting: count(false),
            unreadable,
            rule: source.known_at_rule(),
        }
    };
    source::all().into_iter().map(row).collect()
}

fn fetch(task: &Task, now: Timestamp) -> (String, Tone, String) {
    let why = task.state.why().unwrap_or("it will be asked for soon");
    let until = task
        .state
        .instant()
        .map_or(String::new(), |at| format!(" ({} {})", task.state.code().replace('_', " "), clock(at, now)));
    (task.key.partition.to_string(), super::words::tone_of(&task.state), format!("{why}{until}"))
}
