//! Runs: the attempts of a slate against time, every attempt with where its time went and why it failed, and what got slower.

mod gantt;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use jiff::{SignedDuration, Timestamp};
use pipeline::Step;
use runtime::judge::{Finding, Parts, Severity};
use runtime::{Attempt, AttemptOutcome, Which};
use serde::Deserialize;

use super::frame::{Frame, Looks};
use super::words::{Tone, clock, short, span};
use super::{Withheld, shown};
use crate::app::{NewestRun, RunFilter};
use crate::http::Surface;
use crate::http::problem::Problem;

/// So many attempts are listed.
const SHOWN: usize = 100;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The slate whose attempts are drawn.
    date: Option<String>,
    /// List those of this step only.
    #[serde(default)]
    step: String,
    /// Present: list failures only.
    failed: Option<String>,
}

#[derive(Template)]
#[template(path = "runs.html")]
struct Page {
    frame: Frame,
    slate: String,
    gantt: Option<String>,
    step: String,
    failed: bool,
    steps: Vec<&'static str>,
    attempts: Vec<Run>,
    speeds: Vec<Speed>,
}

/// An attempt as a row.
pub(super) struct Run {
    pub(super) id: i64,
    pub(super) started: String,
    pub(super) step: String,
    pub(super) partition: String,
    pub(super) number: u32,
    pub(super) tone: Tone,
    pub(super) outcome: String,
    pub(super) parts: [String; 4],
    pub(super) rows: u64,
    pub(super) worker: String,
    /// The error and its causes, outermost first; or how far it is.
    pub(super) chain: Vec<String>,
}

/// A step's newest run beside its week.
struct Speed {
    step: &'static str,
    tone: Tone,
    verdict: &'static str,
    newest: String,
    mean: String,
    share: String,
    findings: Vec<String>,
}

pub(super) async fn page(
    State(surface): State<Surface>,
    looks: Looks,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Withheld> {
    let (app, now) = (&surface.app, surface.app.now());
    let slate = crate::http::slate(asked.date.as_deref().unwrap_or("TODAY"), now)?;
    let step = match asked.step.as_str() {
        "" => None,
        name => Some(Step::named(name).ok_or_else(|| Problem::bad_request(format!("{name:?} is no step")))?),
    };
    let which = if asked.failed.is_some() { Which::Failed } else { Which::All };
    let attempts = app.runs(RunFilter { step, which, since: None, at_most: SHOWN }).await?;
    let partitions = [
        pipeline::Partition::Edition(app.published_edition(slate).await?).to_string().into(),
        pipeline::Partition::Slate(slate).to_string().into(),
    ];
    let of_slate = app.store.ledger.newest_attempts(&partitions).await?;
    shown(&Page {
        frame: Frame::of("Runs", &surface, &looks),
        slate: slate.to_string(),
        gantt: gantt::drawn(&of_slate, now),
        step: asked.step,
        failed: which == Which::Failed,
        steps: Step::all().map(Step::name).collect(),
        attempts: attempts.iter().map(|attempt| Run::of(attempt, now)).collect(),
        speeds: app.slowdowns(None).await?.iter().map(Speed::of).collect(),
    })
}

impl Run {
    pub(super) fn of(attempt: &Attempt, now: Timestamp) -> Self {
        let Parts { wait, fetch, compute, write } = attempt.into();
        let category = attempt.outcome.category().map(|category| format!(" ({category})")).unwrap_or_default();
        let progress = attempt
            .progress
            .as_ref()
            .map(|progress| format!("{} {}/{}", progress.stage, progress.done, progress.total));
        let message = attempt.message.clone().or(progress).unwrap_or_default();
        Self {
            id: attempt.id.0,
            started: clock(attempt.started_at, now),
            step: attempt.key.step.to_string(),
            partition: short(attempt.key.partition.as_str()),
            number: attempt.number,
            tone: match attempt.outcome {
                AttemptOutcome::Done | AttemptOutcome::Nothing => Tone::Good,
                AttemptOutcome::Failed(_) => Tone::Bad,
                _ => Tone::Calm,
            },
            outcome: format!("{}{category}", attempt.outcome.code()),
            parts: [wait, fetch, compute, write].map(part),
            rows: attempt.rows_written,
            worker: attempt.worker.to_string(),
            chain: message.split(": ").filter(|cause| !cause.is_empty()).map(str::to_owned).collect(),
        }
    }
}

fn part(duration: SignedDuration) -> String {
    if duration.is_zero() { String::new() } else { span(duration) }
}

impl Speed {
    fn of(newest: &NewestRun) -> Self {
        let slowdown = &newest.slowdown;
        Self {
            step: newest.step.name(),
            tone: match slowdown.severity {
                Severity::Fine => Tone::Good,
                Severity::Warning => Tone::Warn,
                Severity::Critical => Tone::Bad,
            },
            verdict: slowdown.severity.code(),
            newest: span(slowdown.newest),
            mean: slowdown
                .baseline
                .as_ref()
                .map_or("too few runs".to_owned(), |baseline| span(baseline.mean.at_work())),
            share: slowdown.share_of_deadline.map_or(String::new(), |share| format!("{:.1} %", share * 100.0)),
            findings: slowdown.findings.iter().map(found).collect(),
        }
    }
}

fn found(finding: &Finding) -> String {
    match finding {
        Finding::Slower { ratio, part, excess, .. } => {
            format!("{ratio:.1} times the mean of its week, most of it in {}: {} more", part.code(), span(*excess))
        }
        Finding::NearDeadline { share, .. } => format!("{:.0} % of its limit", 100.0 * share),
        Finding::Creeping { trend, .. } => format!("its last days take {trend:.1} times as long as its week"),
    }
}
