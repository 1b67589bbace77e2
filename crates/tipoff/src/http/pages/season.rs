//! A season at a glance: each slate's phases, and beside every slate that is not complete why, and what is next.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use domain::GameDate;
use jiff::Timestamp;
use pipeline::Phase;
use runtime::TaskState;
use serde::Deserialize;

use super::frame::{Frame, Looks};
use super::words::{Tone, ago, clock, sign_of, tone_of};
use super::{Withheld, shown};
use crate::app::SlateRow;
use crate::http::Surface;

/// What a slate's columns tell, in the order of the flow.
const COLUMNS: [Phase; 5] = [Phase::Analyse, Phase::Featurize, Phase::Predict, Phase::Publish, Phase::Grade];

/// The league's year turns over in this month.
const FIRST_MONTH: i8 = 9;

#[derive(Deserialize)]
pub(super) struct Asked {
    date: Option<String>,
}

struct Cell {
    tone: Tone,
    sign: &'static str,
    word: String,
}

struct Row {
    slate: GameDate,
    games: usize,
    cells: Vec<Cell>,
    why: String,
    next: String,
}

#[derive(Template)]
#[template(path = "season.html")]
struct Page {
    frame: Frame,
    from: GameDate,
    to: GameDate,
    before: GameDate,
    after: GameDate,
    complete: usize,
    rows: Vec<Row>,
}

pub(super) async fn page(
    State(surface): State<Surface>,
    looks: Looks,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Withheld> {
    let now = surface.app.now();
    let slate = crate::http::slate(asked.date.as_deref().unwrap_or("TODAY"), now)?;
    let (from, to) = season_of(slate);
    let slates = surface.app.span(from, to).await?;
    let complete = slates.iter().filter(|row| row.is_complete()).count();
    shown(&Page {
        frame: Frame::of("Season", &surface, &looks),
        from,
        to,
        before: from.plus_days(-1),
        after: to.plus_days(1),
        complete,
        // The newest are looked at most.
        rows: slates.iter().rev().map(|slate| Row::of(slate, now)).collect(),
    })
}

/// From one September to the next August.
fn season_of(slate: GameDate) -> (GameDate, GameDate) {
    let date = slate.date();
    let year = if date.month() >= FIRST_MONTH { date.year() } else { date.year() - 1 };
    (GameDate::first_of(year, FIRST_MONTH), GameDate::first_of(year + 1, FIRST_MONTH).plus_days(-1))
}

impl Row {
    fn of(row: &SlateRow, now: Timestamp) -> Self {
        let cell = |phase: Phase| match row.phases.get(&phase) {
            Some(state) => Cell { tone: tone_of(state), sign: sign_of(state), word: state.code().replace('_', " ") },
            None => Cell { tone: Tone::Calm, sign: "·", word: "never planned".to_owned() },
        };
        let worst = row.phases.values().filter(|state| !state.is_settled()).max_by_key(|state| tone_of(state));
        let (why, next) = match worst {
            Some(state) => (state.why().unwrap_or("it can be made").to_owned(), next(state, now)),
            None if row.is_complete() => (String::new(), String::new()),
            None if row.slate > GameDate::of(now) => {
                ("its day has not come".to_owned(), "planned from the day before".to_owned())
            }
            None => ("nothing was ever asked for".to_owned(), "tipoff backfill, or a button on its grid".to_owned()),
        };
        Self { slate: row.slate, games: row.games, cells: COLUMNS.map(cell).into(), why, next }
    }
}

fn next(state: &TaskState, now: Timestamp) -> String {
    let at = |what: &str, at: Timestamp| format!("{what} {} ({})", clock(at, now), ago(at, now));
    match state {
        TaskState::NotYet { until: Some(until), .. } if *until > now => at("looked at again", *until),
        TaskState::NotYet { .. } | TaskState::Planned => "looked at again when something comes in".to_owned(),
        TaskState::Ready { .. } => "the next free worker takes it".to_owned(),
        TaskState::Running => "under way".to_owned(),
        TaskState::RetryAt { at: again, .. } => at("tried again", *again),
        TaskState::Snoozed { until, .. } => at("tried again", *until),
        TaskState::Dead { .. } | TaskState::Cancelled { .. } => "nothing unless somebody retries it".to_owned(),
        TaskState::Done | TaskState::EmptyOk { .. } | TaskState::Nothing { .. } => String::new(),
    }
}
