//! Sources: when each was last heard of, what of it could not be read, and whether it is left alone.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use jiff::Timestamp;
use pipeline::{Partition, Step, source};
use runtime::{Breaker, Task, TaskState};

use super::frame::{Frame, Looks};
use super::words::{Tone, ago, clock};
use super::{Withheld, shown};
use crate::http::Surface;
use crate::reports::{SourceReport, SourcesReport};

/// A source, as its payloads tell.
struct Row {
    id: &'static str,
    parser: u32,
    payloads: usize,
    tone: Tone,
    heard: String,
    waiting: usize,
    unreadable: usize,
    judged: Tone,
    /// What became of the newest payload, and what is odd about it.
    verdict: &'static str,
    findings: String,
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
    let (report, unsettled) = (SourcesReport::of(app).await?, app.store.ledger.unsettled().await?);
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
        sources: rows(&report.sources, &unsettled, now),
        fetches: unsettled
            .iter()
            .filter(|task| task.key.step.as_str() == Step::Land.name())
            .map(|task| fetch(task, now))
            .collect(),
    })
}

fn rows(reports: &[SourceReport], unsettled: &[Task], now: Timestamp) -> Vec<Row> {
    let payload_of = |task: &Task| match task.key.partition.as_str().parse() {
        Ok(Partition::Payload { source, .. }) => Some((source, matches!(task.state, TaskState::Dead { .. }))),
        _ => None,
    };
    let open: Vec<(String, bool)> = unsettled.iter().filter_map(payload_of).collect();
    let row = |source: Box<dyn source::Source>| {
        let report = reports.iter().find(|report| report.source == source.id())?;
        let count = |dead: bool| open.iter().filter(|(of, is_dead)| *of == report.source && *is_dead == dead).count();
        let unreadable = count(true);
        Some(Row {
            id: source.id(),
            parser: source.parser_version(),
            payloads: report.payloads,
            tone: match (unreadable, report.payloads) {
                (1.., _) => Tone::Bad,
                (0, 0) => Tone::Calm,
                (0, _) => Tone::Good,
            },
            heard: report
                .heard
                .map_or_else(|| "never".to_owned(), |at| format!("{} ({})", clock(at, now), ago(at, now))),
            waiting: count(false),
            unreadable,
            judged: match report.verdict {
                None => Tone::Calm,
                Some("accept") => Tone::Good,
                Some("degrade") => Tone::Warn,
                Some(_) => Tone::Bad,
            },
            verdict: report.verdict.unwrap_or("not judged"),
            findings: report.findings.iter().map(|finding| finding.detail.clone()).collect::<Vec<_>>().join("; "),
            rule: source.known_at_rule(),
        })
    };
    source::all().into_iter().filter_map(row).collect()
}

fn fetch(task: &Task, now: Timestamp) -> (String, Tone, String) {
    let why = task.state.why().unwrap_or("it will be asked for soon");
    let until = task
        .state
        .instant()
        .map_or(String::new(), |at| format!(" ({} {})", task.state.code().replace('_', " "), clock(at, now)));
    (task.key.partition.to_string(), super::words::tone_of(&task.state), format!("{why}{until}"))
}
