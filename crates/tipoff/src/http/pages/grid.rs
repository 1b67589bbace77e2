//! The grid of a slate: every task, where it stands, why, and what happens next and when; and the slates around it.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use jiff::Timestamp;
use pipeline::{Partition, Phase, Step};
use runtime::{Breaker, TaskState};
use serde::Deserialize;

use super::actions::{PHASES, Remedy, Verb};
use super::frame::{Frame, Looks};
use super::look::Look;
use super::trouble::{Trouble, troubles};
use super::words::{Tone, ago, clock, sign_of, span, tone_of};
use super::{Withheld, shown};
use crate::app::{GridCell, Holdable};
use crate::http::Surface;

#[derive(Deserialize)]
pub(super) struct Asked {
    date: Option<String>,
}

#[derive(Template)]
#[template(path = "grid.html")]
struct Page {
    frame: Frame,
    slate: String,
    before: String,
    after: String,
    games: usize,
    as_of: String,
    troubles: Vec<Trouble>,
    cells: Vec<Row>,
    due_before: usize,
    remedies: Vec<Remedy>,
}

/// A task as a row.
pub(super) struct Row {
    pub(super) phase: &'static str,
    pub(super) step: &'static str,
    pub(super) about: String,
    pub(super) tone: Tone,
    pub(super) sign: &'static str,
    pub(super) state: String,
    /// Why it stands there.
    pub(super) why: String,
    /// What happens next, and when; nothing where nothing is left to do.
    pub(super) next: String,
    pub(super) rows: Option<u64>,
    pub(super) ended: String,
    pub(super) took: String,
    /// What helps.
    pub(super) remedy: Option<Remedy>,
}

pub(super) async fn page(
    State(surface): State<Surface>,
    looks: Looks,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Withheld> {
    let app = &surface.app;
    let slate = crate::http::slate(asked.date.as_deref().unwrap_or("TODAY"), app.now())?;
    let look = Look::at(app, slate).await?;
    shown(&Page {
        frame: Frame::of("Grid", &surface, &looks),
        slate: slate.to_string(),
        before: slate.plus_days(-1).to_string(),
        after: slate.plus_days(1).to_string(),
        games: look.grid.games,
        as_of: clock(look.grid.edition.cutoff.instant(), look.now),
        troubles: troubles(&look),
        cells: rows(&look),
        due_before: look.grid.due_before,
        remedies: remedies(&look),
    })
}

/// The slate's tasks as rows.
pub(super) fn rows(look: &Look) -> Vec<Row> {
    look.grid.cells.iter().map(|cell| row(cell, look)).collect()
}

fn row(cell: &GridCell, look: &Look) -> Row {
    let (step, attempt) = (cell.step.name(), cell.attempt.as_ref());
    let bar = look.bar(step).filter(|_| !cell.state.is_settled() || cell.inputs_changed);
    let tone = match bar {
        Some(_) => Tone::Bad,
        None if cell.inputs_changed => Tone::Warn,
        None => tone_of(&cell.state),
    };
    Row {
        phase: cell.step.spec().phase.number(),
        step,
        about: about(&cell.partition),
        tone,
        sign: sign_of(&cell.state),
        state: crate::reports::state_in_words(&cell.state),
        why: why(cell, bar),
        next: next(cell, bar, look.now),
        rows: attempt.map(|attempt| attempt.rows_written),
        ended: attempt.and_then(|attempt| attempt.ended_at).map_or(String::new(), |at| clock(at, look.now)),
        took: attempt
            .and_then(|attempt| Some(attempt.ended_at?.duration_since(attempt.started_at)))
            .map_or(String::new(), span),
        remedy: (tone >= Tone::Warn).then(|| remedy(cell, bar, look)),
    }
}

/// What a task is about, where the page does not say so anyway.
fn about(partition: &Partition) -> String {
    match partition {
        Partition::Month(first) => format!("month {first}"),
        Partition::Edition(_) => "edition".to_owned(),
        _ => "slate".to_owned(),
    }
}

fn why(cell: &GridCell, bar: Option<&Breaker>) -> String {
    let own = match &cell.state {
        _ if cell.inputs_changed => "its inputs have changed since it was made",
        TaskState::Planned => "nobody has looked yet whether it can be made",
        TaskState::Ready { .. } => "its inputs are there",
        TaskState::Running => "an attempt is under way",
        state => state.why().unwrap_or_default(),
    };
    match bar {
        Some(Breaker::Held { by, why, .. }) => format!("{by} stopped this step: {why}; {own}"),
        Some(breaker) => format!("the step's breaker is {}, it kept failing; {own}", breaker.code()),
        None => own.to_owned(),
    }
}

fn next(cell: &GridCell, bar: Option<&Breaker>, now: Timestamp) -> String {
    let at = |instant: Timestamp| format!("{} ({})", clock(instant, now), ago(instant, now));
    match (bar, &cell.state) {
        (Some(Breaker::Held { .. }), _) => "nothing until somebody resumes the step".to_owned(),
        (Some(Breaker::Open { until, .. }), _) => format!("one attempt probes at {}", at(*until)),
        (Some(Breaker::Probing { .. }), _) => "one attempt probes now".to_owned(),
        _ if cell.inputs_changed => "made anew when a worker takes it".to_owned(),
        (_, TaskState::Planned) => "looked at within a minute".to_owned(),
        (_, TaskState::NotYet { until: Some(until), .. }) if *until > now => {
            format!("looked at again at {}", at(*until))
        }
        (_, TaskState::NotYet { .. }) => "looked at again when something comes in, and once a minute".to_owned(),
        (_, TaskState::Ready { since }) => format!("the next free worker takes it; it waits since {}", at(*since)),
        (_, TaskState::Running) => cell.attempt.as_ref().map_or(String::new(), |attempt| {
            let deadline = attempt.started_at + cell.step.spec().limits.attempt;
            format!(
                "{} is at it since {}; it is ended at {}",
                attempt.worker,
                at(attempt.started_at),
                clock(deadline, now)
            )
        }),
        (_, TaskState::RetryAt { at: again, .. }) => format!("tried again at {}", at(*again)),
        (_, TaskState::Snoozed { until, .. }) => format!("tried again at {}", at(*until)),
        (_, TaskState::Dead { .. }) => "nothing, unless its inputs change or somebody retries it".to_owned(),
        (_, TaskState::Cancelled { .. }) => "nothing: somebody decided so".to_owned(),
        (_, TaskState::Done | TaskState::EmptyOk { .. } | TaskState::Nothing { .. }) => String::new(),
    }
}

fn remedy(cell: &GridCell, bar: Option<&Breaker>, look: &Look) -> Remedy {
    if let Some(Breaker::Held { .. }) = bar {
        return Remedy::release(Holdable::Step(cell.step), "Resume");
    }
    let label = match cell.step {
        Step::Consolidate => "Consolidate",
        Step::Publish => "Publish",
        _ => "Retry",
    };
    Remedy::new(Verb::Retry, label).with("slate", &look.slate).with("step", &cell.step)
}

/// What can be done to the whole slate.
pub(super) fn remedies(look: &Look) -> Vec<Remedy> {
    let slate = look.slate;
    let retry = |label: String| Remedy::new(Verb::Retry, label).with("slate", &slate);
    let mut all = vec![
        Remedy::new(Verb::Force, "Force predictions").with("slate", &slate),
        retry("Retry the slate".to_owned()),
        retry("Consolidate".to_owned()).with("step", &Step::Consolidate),
        retry("Publish".to_owned()).with("step", &Step::Publish),
        Remedy::new(Verb::SelfHeal, "Self-heal"),
    ];
    let of_phase =
        |phase: Phase| retry(format!("Retry phase {} {}", phase.number(), phase.name())).with("phase", &phase.name());
    all.extend(PHASES.map(of_phase));
    let halted = matches!(look.bar(Step::Publish.name()), Some(Breaker::Held { .. }));
    all.push(match halted {
        true => Remedy::release(Holdable::Step(Step::Publish), "Resume publishing"),
        false => Remedy::hold(Holdable::Step(Step::Publish), "Halt publishing"),
    });
    all.push(match look.breakers.values().any(|breaker| matches!(breaker, Breaker::Held { .. })) {
        true => Remedy::release(Holdable::EveryStep, "Resume every step"),
        false => Remedy::hold(Holdable::EveryStep, "Pause every step"),
    });
    all
}
