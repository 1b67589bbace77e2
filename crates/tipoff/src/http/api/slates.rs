//! Slates: where each of their tasks stands, what was predicted, and how it came out.

use axum::Json;
use axum::extract::{Path, Query, State};
use domain::Edition;
use pipeline::MARKET;
use serde::Deserialize;
use utoipa::IntoParams;

use super::words::{MarketName, PredictionName, StepName, SystemName};
use crate::App;
use crate::clock_words::DateWord;
use crate::http::Surface;
use crate::http::access::Reads;
use crate::http::problem::Problem;
use crate::promises::Promise;
use crate::reports::{GradesReport, PicksReport, Scope, SlaAnswer, SpanReport, StatusReport, TasksReport, WhyReport};

/// The most days of a span.
const LONGEST_SPAN: i32 = 400;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OfSlate {
    /// The slate.
    #[param(inline)]
    pub(super) date: DateWord,
}

impl OfSlate {
    /// The edition that is shown of it.
    async fn edition(&self, app: &App) -> anyhow::Result<Edition> {
        app.published_edition(self.date.resolve(app.now())).await
    }
}

/// A slate's part of the grid: what is done, empty, missing or failed, and why.
#[utoipa::path(get, path = "/api/v1/slates/{date}", tag = "slates", params(OfSlate),
    responses((status = OK, body = StatusReport)))]
pub(super) async fn status(
    State(surface): State<Surface>,
    _: Reads,
    Path(slate): Path<OfSlate>,
) -> Result<Json<StatusReport>, Problem> {
    let app = &surface.app;
    Ok(Json(StatusReport::of(&app.grid(slate.edition(app).await?).await?)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Span {
    /// The first slate.
    #[param(inline)]
    from: DateWord,
    /// The last slate, at most 400 days later.
    #[param(inline)]
    to: DateWord,
}

/// Many slates at a glance: where each phase of each stands.
#[utoipa::path(get, path = "/api/v1/grid", tag = "slates", params(Span), responses((status = OK, body = SpanReport)))]
pub(super) async fn span(
    State(surface): State<Surface>,
    _: Reads,
    Query(span): Query<Span>,
) -> Result<Json<SpanReport>, Problem> {
    let app = &surface.app;
    let (from, to) = (span.from.resolve(app.now()), span.to.resolve(app.now()));
    if from > to || to.days_since(from) > LONGEST_SPAN {
        return Err(Problem::bad_request(format!("from {from} to {to} is no span of at most {LONGEST_SPAN} days")));
    }
    Ok(Json(SpanReport::of(from, to, &app.span(from, to).await?)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OfSystem {
    /// Whose; the ensemble's numbers beside the best bets unless said.
    #[param(inline)]
    system: Option<SystemName>,
    /// What is counted; points unless said.
    #[param(inline)]
    market: Option<MarketName>,
}

impl OfSystem {
    async fn picks(&self, app: &App, slate: &OfSlate, scope: Scope) -> Result<Json<PicksReport>, Problem> {
        let date = slate.date.resolve(app.now());
        let published = app.store.outputs.published_editions(date..=date).await.map_err(anyhow::Error::from)?.pop();
        let edition = published.ok_or_else(|| Problem::not_found(format!("nothing is published for {date}")))?;
        let system = self.system.map(|SystemName(system)| system);
        let market = self.market.map_or(MARKET, |MarketName(market)| market);
        Ok(Json(PicksReport::of(app, edition, (market, system), scope).await?))
    }
}

/// What a system predicted for everybody of a slate, with lines or without.
#[utoipa::path(get, path = "/api/v1/slates/{date}/predictions", tag = "slates", params(OfSlate, OfSystem),
    responses((status = OK, body = PicksReport), (status = NOT_FOUND, body = Problem,
        content_type = "application/problem+json")))]
pub(super) async fn predictions(
    State(surface): State<Surface>,
    _: Reads,
    Path(slate): Path<OfSlate>,
    Query(of): Query<OfSystem>,
) -> Result<Json<PicksReport>, Problem> {
    of.picks(&surface.app, &slate, Scope::Everybody).await
}

/// What a system predicted for those who have a line, best bets first.
#[utoipa::path(get, path = "/api/v1/slates/{date}/picks", tag = "slates", params(OfSlate, OfSystem),
    responses((status = OK, body = PicksReport), (status = NOT_FOUND, body = Problem,
        content_type = "application/problem+json")))]
pub(super) async fn picks(
    State(surface): State<Surface>,
    _: Reads,
    Path(slate): Path<OfSlate>,
    Query(of): Query<OfSystem>,
) -> Result<Json<PicksReport>, Problem> {
    of.picks(&surface.app, &slate, Scope::Lined).await
}

/// How a slate came out: the systems' records, and every grade.
#[utoipa::path(get, path = "/api/v1/slates/{date}/grades", tag = "slates", params(OfSlate),
    responses((status = OK, body = GradesReport), (status = NOT_FOUND, body = Problem,
        content_type = "application/problem+json")))]
pub(super) async fn grades(
    State(surface): State<Surface>,
    _: Reads,
    Path(slate): Path<OfSlate>,
) -> Result<Json<GradesReport>, Problem> {
    let app = &surface.app;
    let edition = slate.edition(app).await?;
    let report = GradesReport::of(app, edition).await?;
    report.map(Json).ok_or_else(|| Problem::not_found(format!("{} is not graded", edition.slate)))
}

/// How a slate stands against its first tip-off.
#[utoipa::path(get, path = "/api/v1/slates/{date}/sla", tag = "slates", params(OfSlate),
    responses((status = OK, body = SlaAnswer)))]
pub(super) async fn sla(
    State(surface): State<Surface>,
    _: Reads,
    Path(slate): Path<OfSlate>,
) -> Result<Json<SlaAnswer>, Problem> {
    let date = slate.date.resolve(surface.app.now());
    Ok(Json(SlaAnswer::of(date, surface.app.sla(date).await?.as_ref())))
}

/// Everything that is promised, of any slate.
#[utoipa::path(get, path = "/api/v1/promises", tag = "slates", responses((status = OK, body = Vec<Promise>)))]
pub(super) async fn promises(_: Reads) -> Json<[Promise; 4]> {
    Json(Promise::all())
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TaskFilter {
    /// The slate.
    #[param(inline)]
    date: DateWord,
    /// Of this step only.
    #[param(inline)]
    step: Option<StepName>,
    /// In this state only, such as `dead`.
    state: Option<String>,
}

/// The tasks of a slate, where each stands, and its newest attempt.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "slates", params(TaskFilter),
    responses((status = OK, body = TasksReport)))]
pub(super) async fn tasks(
    State(surface): State<Surface>,
    _: Reads,
    Query(filter): Query<TaskFilter>,
) -> Result<Json<TasksReport>, Problem> {
    let app = &surface.app;
    let edition = OfSlate { date: filter.date }.edition(app).await?;
    let status = StatusReport::of(&app.grid(edition).await?);
    Ok(Json(TasksReport::of(status, filter.step.map(|StepName(step)| step), filter.state.as_deref())))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OfPrediction {
    /// A prediction's id, as every document and report has it.
    #[param(inline)]
    id: PredictionName,
}

/// Where a published number comes from: law, features, games, line, and the hashes of the raw bytes.
#[utoipa::path(get, path = "/api/v1/predictions/{id}", tag = "slates", params(OfPrediction),
    responses((status = OK, body = WhyReport), (status = NOT_FOUND, body = Problem,
        content_type = "application/problem+json")))]
pub(super) async fn why(
    State(surface): State<Surface>,
    _: Reads,
    Path(OfPrediction { id: PredictionName(id) }): Path<OfPrediction>,
) -> Result<Json<WhyReport>, Problem> {
    let (app, views) = (&surface.app, &surface.app.store.views);
    let found = views.predictions_named(&id).await.map_err(anyhow::Error::from)?;
    let absent = || Problem::not_found(format!("no prediction is named {id}"));
    let prediction = found.first().ok_or_else(absent)?;
    let explanation = views.explain(prediction).await.map_err(anyhow::Error::from)?.ok_or_else(absent)?;
    Ok(Json(WhyReport::of(app, &explanation).await?))
}
