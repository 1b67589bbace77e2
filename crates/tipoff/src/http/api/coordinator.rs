//! The original coordinator's routes at their old addresses, with their fields and statuses, for whoever still calls them.
//! What they say follows from the grid.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{Edition, ParseError};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::words::{Name, Percent};
use crate::app::Action;
use crate::clock_words::DateWord;
use crate::http::Surface;
use crate::http::access::{Operates, Reads};
use crate::http::problem::Problem;
use crate::reports::{Batch, BatchId, BatchProgress, BatchSummary};

/// A slate may be started from so many days back to so many ahead.
const DAYS_BACK: i32 = 30;
const DAYS_AHEAD: i32 = 14;

/// What stands still for so long is stalled, unless somebody says otherwise.
const STALLED_AFTER_MINUTES: u16 = 10;
/// A batch with so many percent of its tasks done is left alone, unless somebody says otherwise.
const ENOUGH_PERCENT: f64 = 95.0;

/// What to start; everything may be left out.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    /// The slate, from 30 days back to 14 ahead; today unless said.
    #[schema(inline)]
    game_date: Option<DateWord>,
    /// Begin anew even while the slate is being made.
    #[serde(default)]
    force: bool,
    /// Changes nothing, and is told so under `ignored`: everybody who may play is predicted.
    #[schema(minimum = 0)]
    min_minutes: Option<u16>,
    /// Changes nothing, and is told so under `ignored`: every line is kept.
    use_multiple_lines: Option<bool>,
    /// Stands in the log beside what was done.
    #[schema(inline)]
    correlation_id: Option<Name>,
    /// Stands in the log too.
    #[schema(inline)]
    parent_processor: Option<Name>,
}

impl Start {
    fn ignored(&self) -> Vec<IgnoredField> {
        let minutes = self.min_minutes.map(|_| IgnoredField {
            field: "min_minutes",
            why: "everybody who may play is predicted, however few minutes he is expected to",
        });
        let lines = self.use_multiple_lines.map(|_| IgnoredField {
            field: "use_multiple_lines",
            why: "every line of every book is kept and priced, always",
        });
        minutes.into_iter().chain(lines).collect()
    }
}

/// What became of a start.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StartOutcome {
    /// It is being made.
    Started,
    /// It was being made already.
    AlreadyRunning,
    /// It cannot be.
    Error,
}

/// A started batch.
#[derive(Serialize, ToSchema)]
pub(super) struct StartedBatch {
    status: StartOutcome,
    batch_id: String,
    game_date: String,
    /// Tasks of the slate's edition.
    total_requests: usize,
    /// Those of them that were not done, and are made now.
    published: usize,
    summary: BatchSummary,
    /// What was asked for and changes nothing.
    ignored: Vec<IgnoredField>,
    /// Where its progress is told.
    monitor_url: String,
}

/// A field that the original coordinator obeyed, and this one does not.
#[derive(Serialize, ToSchema)]
pub(super) struct IgnoredField {
    field: &'static str,
    /// What is done instead.
    why: &'static str,
}

/// A batch that is under way already.
#[derive(Serialize, ToSchema)]
pub(super) struct RunningBatch {
    status: StartOutcome,
    batch_id: String,
    progress: BatchProgress,
}

/// Why nothing was started.
#[derive(Serialize, ToSchema)]
pub(super) struct NotStarted {
    status: StartOutcome,
    message: String,
    summary: BatchSummary,
}

/// Predicts and publishes a slate.
#[utoipa::path(post, path = "/start", tag = "coordinator", request_body = Option<Start>, responses(
    (status = ACCEPTED, body = StartedBatch),
    (status = NOT_FOUND, body = NotStarted, description = "Nobody plays."),
    (status = CONFLICT, body = RunningBatch, description = "The slate is being made."),
))]
pub(super) async fn start(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    body: Option<Json<Option<Start>>>,
) -> Result<Response, Problem> {
    let app = &surface.app;
    let start = body.and_then(|Json(start)| start).unwrap_or_default();
    let today = DateWord::Today.resolve(app.now());
    let slate = start.game_date.unwrap_or(DateWord::Today).resolve(app.now());
    if !(-DAYS_BACK..=DAYS_AHEAD).contains(&slate.days_since(today)) {
        let span = format!("{DAYS_BACK} days back to {DAYS_AHEAD} ahead");
        return Err(Problem::bad_request(format!("{slate} lies outside {span}: `tipoff run` makes any slate")));
    }
    let edition = app.edition(slate, None).await?;
    let batch = Batch::of(app, edition).await?;
    if batch.summary.total_games == 0 {
        let message = format!("nobody plays on {slate}, as far as is known");
        let answer = NotStarted { status: StartOutcome::Error, message, summary: batch.summary };
        return Ok((StatusCode::NOT_FOUND, Json(answer)).into_response());
    }
    // Another edition of the slate than the one of this minute may be under way.
    if let Some(running) = app.edition_under_way(slate).await?.filter(|_| !start.force) {
        let Batch { id, progress, .. } = Batch::of(app, running).await?;
        let answer = RunningBatch { status: StartOutcome::AlreadyRunning, batch_id: id.to_string(), progress };
        return Ok((StatusCode::CONFLICT, Json(answer)).into_response());
    }
    let word = |name: &Option<Name>| name.as_ref().map_or(String::new(), |Name(name)| name.clone());
    let (correlation_id, parent) = (word(&start.correlation_id), word(&start.parent_processor));
    tracing::info!(batch = %batch.id, correlation_id, parent, "started by hand");
    app.act(&Action::Force { slate }, &caller.name).await?;
    let answer = StartedBatch {
        status: StartOutcome::Started,
        batch_id: batch.id.to_string(),
        game_date: slate.to_string(),
        total_requests: pipeline::Step::EDITION.len(),
        published: batch.progress.remaining,
        ignored: start.ignored(),
        monitor_url: format!("/status?batch_id={}", batch.id),
        summary: batch.summary,
    };
    Ok((StatusCode::ACCEPTED, Json(answer)).into_response())
}

/// A batch's id, as text.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct BatchName(BatchId);

impl TryFrom<String> for BatchName {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse().map(Self)
    }
}

impl PartialSchema for BatchName {
    fn schema() -> RefOr<Schema> {
        let id = ObjectBuilder::new().schema_type(Type::String).examples(["batch_2025-01-15_1736964000"]);
        id.pattern(Some("^batch_[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9]{1,11}$")).into()
    }
}

impl ToSchema for BatchName {}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OfBatch {
    /// Which; today's unless said.
    #[param(inline)]
    batch_id: Option<BatchName>,
}

impl OfBatch {
    async fn edition(&self, surface: &Surface) -> anyhow::Result<Edition> {
        if let Some(BatchName(BatchId(edition))) = self.batch_id {
            return Ok(edition);
        }
        let today = DateWord::Today.resolve(surface.app.now());
        match surface.app.edition_under_way(today).await? {
            Some(running) => Ok(running),
            None => surface.app.published_edition(today).await,
        }
    }
}

/// Where a batch stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    /// Not everything is done.
    InProgress,
    /// Everything is done.
    Complete,
    /// Nobody plays today, or nothing was begun.
    NoActiveBatch,
}

/// A batch.
#[derive(Serialize, ToSchema)]
pub(super) struct BatchStatus {
    status: Standing,
    batch_id: Option<String>,
    progress: Option<BatchProgress>,
    is_stalled: bool,
    summary: Option<BatchSummary>,
}

async fn standing(surface: &Surface, of: &OfBatch) -> Result<Json<BatchStatus>, Problem> {
    let app = &surface.app;
    let batch = Batch::of(app, of.edition(surface).await?).await?;
    if !batch.is_known {
        if of.batch_id.is_some() {
            return Err(Problem::not_found(format!("there is no {}", batch.id)));
        }
        let status = Standing::NoActiveBatch;
        return Ok(Json(BatchStatus { status, batch_id: None, progress: None, is_stalled: false, summary: None }));
    }
    Ok(Json(BatchStatus {
        status: if batch.progress.is_complete { Standing::Complete } else { Standing::InProgress },
        batch_id: Some(batch.id.to_string()),
        is_stalled: batch.is_stalled(app.now(), SignedDuration::from_mins(i64::from(STALLED_AFTER_MINUTES))),
        progress: Some(batch.progress),
        summary: Some(batch.summary),
    }))
}

/// Where a batch stands.
#[utoipa::path(get, path = "/status", tag = "coordinator", params(OfBatch), responses(
    (status = OK, body = BatchStatus),
    (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn status(
    State(surface): State<Surface>,
    _: Reads,
    Query(of): Query<OfBatch>,
) -> Result<Json<BatchStatus>, Problem> {
    standing(&surface, &of).await
}

/// Where a batch stands, by the other name it had.
#[utoipa::path(get, path = "/progress", tag = "coordinator", params(OfBatch), responses(
    (status = OK, body = BatchStatus),
    (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn progress(
    State(surface): State<Surface>,
    _: Reads,
    Query(of): Query<OfBatch>,
) -> Result<Json<BatchStatus>, Problem> {
    standing(&surface, &of).await
}

/// Which batch to look at, and what counts as stalled.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckStalled {
    /// Which; today's unless said.
    #[schema(inline)]
    batch_id: Option<BatchName>,
    /// Minutes without anything done; 10 unless said.
    #[schema(minimum = 0)]
    stall_threshold_minutes: Option<u16>,
    /// From so many percent on it is left alone; 95 unless said.
    #[schema(inline)]
    min_completion_pct: Option<Percent>,
}

/// What was found, and done about it.
#[derive(Serialize, ToSchema)]
pub(super) struct CheckedStalled {
    batches_checked: usize,
    /// Batches of which nothing moved: what had failed of them is tried again.
    stalled: Vec<String>,
    /// Tasks that were made ready.
    tasks_retried: usize,
    /// Always none: half a page is never published.
    completed_partially: usize,
}

/// Looks whether a batch stands still, and tries what failed of it again.
#[utoipa::path(post, path = "/check-stalled", tag = "coordinator", request_body = Option<CheckStalled>,
    responses((status = OK, body = CheckedStalled)))]
pub(super) async fn check_stalled(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    body: Option<Json<Option<CheckStalled>>>,
) -> Result<Json<CheckedStalled>, Problem> {
    let app = &surface.app;
    let asked = body.and_then(|Json(asked)| asked).unwrap_or_default();
    let edition = OfBatch { batch_id: asked.batch_id }.edition(&surface).await?;
    let batch = Batch::of(app, edition).await?;
    let minutes = asked.stall_threshold_minutes.unwrap_or(STALLED_AFTER_MINUTES);
    let is_enough = batch.progress.reaches(asked.min_completion_pct.map_or(ENOUGH_PERCENT, |Percent(percent)| percent));
    let mut checked = CheckedStalled {
        batches_checked: usize::from(batch.is_known),
        stalled: Vec::new(),
        tasks_retried: 0,
        completed_partially: 0,
    };
    if batch.is_known && !is_enough && batch.is_stalled(app.now(), SignedDuration::from_mins(i64::from(minutes))) {
        let action = Action::Retry { slate: edition.slate, step: None };
        checked.tasks_retried = app.act(&action, &caller.name).await?.lines.len();
        checked.stalled.push(batch.id.to_string());
    }
    Ok(Json(checked))
}
