//! The registry: every step with its contract, and the guards with when each was last evaluated.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use jiff::Timestamp;
use pipeline::Step;
use runtime::{Attempt, AttemptOutcome, Breaker, FailureCategory, Which};

use super::actions::Remedy;
use super::frame::{Frame, Looks};
use super::words::{Tone, ago, clock, span};
use super::{Withheld, shown};
use crate::app::{Holdable, RunFilter};
use crate::handlers::policy;
use crate::http::Surface;

/// A guard, and what it said last.
struct Guard {
    name: &'static str,
    what: &'static str,
    tone: Tone,
    last: String,
}

/// A step and its contract.
struct Row {
    phase: &'static str,
    step: &'static str,
    summary: &'static str,
    partition: &'static str,
    version: u32,
    needs: String,
    reads: String,
    writes: String,
    limits: String,
    tone: Tone,
    breaker: String,
    last_done: String,
    remedy: Remedy,
}

#[derive(Template)]
#[template(path = "registry.html")]
struct Page {
    frame: Frame,
    guards: Vec<Guard>,
    steps: Vec<Row>,
}

pub(super) async fn page(State(surface): State<Surface>, looks: Looks) -> Result<impl IntoResponse, Withheld> {
    let (app, now) = (&surface.app, surface.app.now());
    let (newest, breakers) = (app.store.history.newest_done().await?, app.store.ledger.breakers().await?);
    let of_publish = RunFilter { step: Some(Step::Publish), which: Which::All, since: None, at_most: 1 };
    let evaluated = app.runs(of_publish).await?.pop();
    let row = |step: Step| {
        let done = newest.iter().find(|attempt| attempt.key.step.as_str() == step.name());
        row(step, breakers.get(&step.name().into()), done, now)
    };
    shown(&Page {
        frame: Frame::of("Registry", &surface, &looks),
        guards: guards(evaluated.as_ref(), now),
        steps: Step::all().map(row).collect(),
    })
}

/// The guards: all stand before publication and are evaluated together, each time an edition is to be published.
fn guards(evaluated: Option<&Attempt>, now: Timestamp) -> Vec<Guard> {
    let (tone, last) = match evaluated {
        None => (Tone::Bad, "never evaluated".to_owned()),
        Some(attempt) => {
            let at = format!("{} ({})", clock(attempt.started_at, now), ago(attempt.started_at, now));
            match attempt.outcome {
                AttemptOutcome::Failed(FailureCategory::BlockedByGuard) => {
                    (Tone::Bad, format!("{at}: refused: {}", attempt.message.as_deref().unwrap_or_default()))
                }
                AttemptOutcome::Done | AttemptOutcome::Nothing => (Tone::Good, format!("{at}: passed")),
                other => (Tone::Warn, format!("{at}: did not come to an end ({})", other.code())),
            }
        }
    };
    let guard = |(name, what)| Guard { name, what, tone, last: last.clone() };
    [
        ("completeness", "nearly every expected player has predictions"),
        ("volume", "enough players are predicted for the games there are"),
        ("plausibility", "no predicted mean and no probability is one that cannot be"),
        ("slate sanity", "the slate's means lie near the books' lines on average"),
        ("constant features", "no feature is the same for everybody"),
        ("too good to be true", "no model is nearer to what happened than anyone can be"),
    ]
    .map(guard)
    .into()
}

fn row(step: Step, breaker: Option<&Breaker>, done: Option<&Attempt>, now: Timestamp) -> Row {
    let (spec, policy) = (step.spec(), policy(step));
    let deadlines = policy.deadlines;
    let names = |steps: &[Step]| steps.iter().map(|step| step.name()).collect::<Vec<_>>().join(", ");
    let held = matches!(breaker, Some(Breaker::Held { .. }));
    Row {
        phase: spec.phase.number(),
        step: spec.name,
        summary: spec.summary,
        partition: spec.partition.name(),
        version: spec.version,
        needs: names(spec.needs),
        reads: spec.reads.join(", "),
        writes: spec.writes.join(", "),
        limits: format!(
            "{} an attempt, {} of silence, {} retries",
            span(deadlines.attempt),
            span(deadlines.silence),
            policy.retry.retries
        ),
        tone: match breaker {
            Some(Breaker::Open { .. } | Breaker::Held { .. }) => Tone::Bad,
            Some(Breaker::Probing { .. }) => Tone::Warn,
            Some(Breaker::Closed { .. }) | None => Tone::Good,
        },
        breaker: breaker.map_or("closed", Breaker::code).to_owned(),
        last_done: done.map_or("never".to_owned(), |attempt| clock(attempt.started_at, now)),
        remedy: match held {
            true => Remedy::release(Holdable::Step(step), "Resume"),
            false => Remedy::hold(Holdable::Step(step), "Pause"),
        },
    }
}
