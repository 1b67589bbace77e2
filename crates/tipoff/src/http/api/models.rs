//! Models: the steps and systems there are, what was learnt, and whether published numbers mean what they say.

use axum::Json;
use axum::extract::{Query, State};
use pipeline::DocumentKind;
use pipeline::learn::season_start;
use predict::SystemId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::words::SystemName;
use crate::clock_words::DateWord;
use crate::http::Surface;
use crate::http::access::Reads;
use crate::http::problem::Problem;
use crate::reports::{CalibrationReport, FeaturesReport, ModelsReport, StepReport};

/// Every step: phase, what one task of it is about, what it reads and writes, and its limits.
#[utoipa::path(get, path = "/api/v1/registry", tag = "models", responses((status = OK, body = Vec<StepReport>)))]
pub(super) async fn registry(_: Reads) -> Json<Vec<StepReport>> {
    Json(StepReport::all())
}

/// The systems' records as of the newest graded slate: the published leaderboard.
#[utoipa::path(get, path = "/api/v1/systems", tag = "models",
    responses((status = OK, body = Object), (status = NOT_FOUND, body = Problem,
        content_type = "application/problem+json")))]
pub(super) async fn systems(State(surface): State<Surface>, _: Reads) -> Result<Json<serde_json::Value>, Problem> {
    let views = &surface.app.store.views;
    let absent = || Problem::not_found("no slate is graded yet");
    let newest = views.newest_twins().await.map_err(anyhow::Error::from)?;
    let twin = DocumentKind::Leaderboard.twin();
    let slate = newest.get(&twin).copied().ok_or_else(absent)?;
    let documents = views.documents(slate).await.map_err(anyhow::Error::from)?;
    let leaderboard = documents.into_iter().find(|document| document.twin == twin).ok_or_else(absent)?;
    Ok(Json(serde_json::from_slice(&leaderboard.body).map_err(anyhow::Error::from)?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct On {
    /// A day; today unless said.
    #[param(inline)]
    date: Option<DateWord>,
}

/// The models that the slates of a date's month use: trained through when, on what, and their held-out errors.
#[utoipa::path(get, path = "/api/v1/models", tag = "models", params(On), responses((status = OK, body = ModelsReport)))]
pub(super) async fn models(
    State(surface): State<Surface>,
    _: Reads,
    Query(on): Query<On>,
) -> Result<Json<ModelsReport>, Problem> {
    let app = &surface.app;
    let date = on.date.unwrap_or(DateWord::Today).resolve(app.now());
    Ok(Json(ModelsReport::of(app, date.first_of_month()).await?))
}

/// How each feature of a slate does, beside the thirty days before it.
#[utoipa::path(get, path = "/api/v1/features", tag = "models", params(On),
    responses((status = OK, body = FeaturesReport)))]
pub(super) async fn features(
    State(surface): State<Surface>,
    _: Reads,
    Query(on): Query<On>,
) -> Result<Json<FeaturesReport>, Problem> {
    let app = &surface.app;
    let date = on.date.unwrap_or(DateWord::Today).resolve(app.now());
    Ok(Json(FeaturesReport::of(date, app.feature_health(date).await?.as_ref())))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CalibrationOf {
    /// The last slate to look at, and the month whose shrinks are shown; today unless said.
    #[param(inline)]
    date: Option<DateWord>,
    /// Whose; the system's that sees the market unless said.
    #[param(inline)]
    system: Option<SystemName>,
}

/// What laws count for beside prices, and how published numbers of the season came out.
#[utoipa::path(get, path = "/api/v1/calibration", tag = "models", params(CalibrationOf),
    responses((status = OK, body = CalibrationReport)))]
pub(super) async fn calibration(
    State(surface): State<Surface>,
    _: Reads,
    Query(of): Query<CalibrationOf>,
) -> Result<Json<CalibrationReport>, Problem> {
    let app = &surface.app;
    let date = of.date.unwrap_or(DateWord::Today).resolve(app.now());
    let system = of.system.map_or(SystemId::MarketBlend, |SystemName(system)| system);
    let models = ModelsReport::of(app, date.first_of_month()).await?;
    let calibration = app.calibration(season_start(date)..=date, system).await?;
    Ok(Json(CalibrationReport::of(&models, system, &calibration)))
}
