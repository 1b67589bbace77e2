//! Sources: how providers stand, when each source was last heard of, what of it could not be read, and what is not fetched yet.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::PlayerId;
use jiff::Timestamp;
use pipeline::{Partition, Step, source};
use runtime::{Breaker, Task, TaskState};

use super::actions::{Remedy, Verb};
use super::frame::{Frame, Looks};
use super::words::{Tone, ago, clock, span};
use super::{Withheld, shown};
use crate::app::{Freshness, Holdable, ProviderStanding, Unresolved};
use crate::fetch::Live;
use crate::http::Surface;
use crate::reports::{SourceReport, SourcesReport};

/// So many names that nobody bears are shown, the most frequent first.
const SHOWN: usize = 100;

/// A source, as its payloads tell.
struct Row {
    id: &'static str,
    parser: u32,
    payloads: usize,
    tone: Tone,
    heard: String,
    /// When it was last to be asked, and by how much the answer is late.
    punctual: Tone,
    expected: String,
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

/// A live provider as it stands.
struct ProviderRow {
    name: &'static str,
    is_live: bool,
    /// Requests today, and what came of them.
    asked: u64,
    outcomes: String,
    received: String,
    quota_tone: Tone,
    quota: String,
    tone: Tone,
    breaker: String,
    answered: String,
    failure: String,
    remedy: Remedy,
}

/// A name that nobody known bears.
struct NameRow {
    name: String,
    source: String,
    times: u64,
    newest: String,
    /// A button for each who may be meant.
    remedies: Vec<Remedy>,
}

#[derive(Template)]
#[template(path = "sources.html")]
struct Page {
    frame: Frame,
    providers: Vec<ProviderRow>,
    names: Vec<NameRow>,
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
        let breaker = breakers.get(&step.name().into()).cloned().unwrap_or_default();
        let (tone, state) = stands(&breaker, now);
        Gate { step: step.name(), tone, state }
    };
    let live = Live::of(&app.settings)?;
    let providers = app.providers().await?;
    shown(&Page {
        frame: Frame::of("Sources", &surface, &looks),
        providers: providers.iter().map(|it| provider(it, live.providers().contains(&it.provider()), now)).collect(),
        names: app.unresolved().await?.into_iter().take(SHOWN).map(|it| name(it, now)).collect(),
        gates: [Step::Land, Step::Process].map(gate).into(),
        sources: rows(&report.sources, &unsettled, now),
        fetches: unsettled
            .iter()
            .filter(|task| task.key.step.as_str() == Step::Land.name())
            .map(|task| fetch(task, now))
            .collect(),
    })
}

/// A breaker in a line.
fn stands(breaker: &Breaker, now: Timestamp) -> (Tone, String) {
    match breaker {
        Breaker::Closed { failures: 0 } => (Tone::Good, "closed: it works".to_owned()),
        Breaker::Closed { failures } => (Tone::Warn, format!("closed, but failed {failures} times in a row")),
        Breaker::Held { by, why, since } => (Tone::Bad, format!("held by {by} since {}: {why}", clock(*since, now))),
        Breaker::Open { until, why, .. } => (Tone::Bad, format!("open, probed at {}: {why}", clock(*until, now))),
        Breaker::Probing { why, .. } => (Tone::Warn, format!("probing: {why}")),
    }
}

/// An instant and how long ago it was.
fn heard(at: Timestamp, now: Timestamp) -> String {
    format!("{} ({})", clock(at, now), ago(at, now))
}

fn provider(standing: &ProviderStanding, is_live: bool, now: Timestamp) -> ProviderRow {
    let today = &standing.today;
    let outcomes = today.outcomes().into_iter().filter(|(_, count)| *count > 0);
    let outcomes: Vec<String> = outcomes.map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let (tone, breaker) = match (is_live || today.asked > 0, stands(&standing.breaker, now)) {
        (false, (Tone::Good, _)) => (Tone::Calm, "nobody asks it".to_owned()),
        (true, (Tone::Good, _)) if today.asked == 0 => (Tone::Calm, "closed: not asked yet today".to_owned()),
        (_, stands) => stands,
    };
    let (quota_tone, quota) = match today.quota {
        None => (Tone::Calm, "not told".to_owned()),
        Some(quota) => {
            let tone = if quota.is_nearly_spent() { Tone::Warn } else { Tone::Good };
            (tone, format!("{} left of {}", quota.left, quota.left + quota.used))
        }
    };
    let what = Holdable::Provider(standing.provider());
    let remedy = match standing.breaker {
        Breaker::Held { .. } => Remedy::release(what, "Resume"),
        _ => Remedy::hold(what, "Pause"),
    };
    ProviderRow {
        remedy,
        name: standing.provider().name(),
        is_live,
        asked: today.asked,
        outcomes: outcomes.join(", "),
        received: format!("{:.1} MB", today.bytes as f64 / 1e6),
        quota_tone,
        quota,
        tone,
        breaker,
        answered: today.answered_at.map_or_else(|| "never".to_owned(), |at| heard(at, now)),
        failure: today.problem.as_ref().map_or_else(String::new, |(at, what)| format!("{}: {what}", heard(*at, now))),
    }
}

fn name(unresolved: Unresolved, now: Timestamp) -> NameRow {
    let Unresolved { source, name, times, newest_seen, candidates } = unresolved;
    let button = |(player, known): &(PlayerId, String)| {
        Remedy::new(Verb::Link, format!("It is {known}")).with("name", &name).with("player", &player.number())
    };
    let remedies = candidates.iter().map(button).collect();
    NameRow { source, times, newest: newest_seen.map_or_else(String::new, |at| heard(at, now)), remedies, name }
}

/// Whether a source answered when it was to be asked.
fn punctual(freshness: Option<Freshness>, now: Timestamp) -> (Tone, String) {
    match freshness {
        None => (Tone::Calm, "not expected".to_owned()),
        Some(Freshness { expected_at, late_by: None, .. }) => (Tone::Good, clock(expected_at, now)),
        Some(Freshness { expected_at, late_by: Some(late), .. }) => {
            (Tone::Warn, format!("{}, late by {}", clock(expected_at, now), span(late)))
        }
    }
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
        let punctual = punctual(report.freshness, now);
        Some(Row {
            id: source.id(),
            parser: source.parser_version(),
            payloads: report.payloads,
            tone: match (unreadable, report.payloads) {
                (1.., _) => Tone::Bad,
                (0, 0) => Tone::Calm,
                (0, _) => Tone::Good,
            },
            heard: report.heard.map_or_else(|| "never".to_owned(), |at| heard(at, now)),
            punctual: punctual.0,
            expected: punctual.1,
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
