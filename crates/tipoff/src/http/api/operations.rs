//! Operations: what was attempted, what failed, what is slow, what is wrong, and who did what.

use axum::Json;
use axum::extract::{Query, State};
use runtime::Which;
use runtime::judge::Period;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::words::{CategoryName, Limit, StepName, Words};
use crate::app::{RunFilter, Selection, WhichAlerts};
use crate::clock_words::DateWord;
use crate::http::Surface;
use crate::http::access::Reads;
use crate::http::problem::Problem;
use crate::reports::{
    AlertsReport, AttemptsReport, AuditReport, DeadLetterReport, DeadLettersReport, DoctorReport, LatencyReport,
    RegressionsReport, SchedulesReport, SlowdownReport, SourcesReport, UnresolvedReport,
};

/// Latencies of so many days at most.
const LONGEST_LOOK_BACK: i32 = 62;

/// Which attempts to list.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcomes {
    /// All of them.
    #[default]
    All,
    /// Those that failed.
    Failed,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AttemptsOf {
    /// Of this step only.
    #[param(inline)]
    step: Option<StepName>,
    /// All of them, or those that failed.
    #[param(inline)]
    outcomes: Option<Outcomes>,
    /// Started on this day or later.
    #[param(inline)]
    since: Option<DateWord>,
    #[param(inline)]
    limit: Option<Limit>,
}

/// Attempts, newest first, with what came of each and how long its parts took.
#[utoipa::path(get, path = "/api/v1/attempts", tag = "operations", params(AttemptsOf),
    responses((status = OK, body = AttemptsReport)))]
pub(super) async fn attempts(
    State(surface): State<Surface>,
    _: Reads,
    Query(of): Query<AttemptsOf>,
) -> Result<Json<AttemptsReport>, Problem> {
    let app = &surface.app;
    let filter = RunFilter {
        step: of.step.map(|StepName(step)| step),
        which: match of.outcomes.unwrap_or_default() {
            Outcomes::All => Which::All,
            Outcomes::Failed => Which::Failed,
        },
        since: of.since.map(|date| date.resolve(app.now()).at(0, 0)),
        at_most: of.limit.unwrap_or_default().0,
    };
    Ok(Json(AttemptsReport::of(&app.runs(filter).await?)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LettersOf {
    /// Of this step only.
    #[param(inline)]
    step: Option<StepName>,
    /// Whose partition contains this text.
    #[param(inline)]
    partition: Option<Words>,
    /// Of this category of failure.
    #[param(inline)]
    category: Option<CategoryName>,
    #[param(inline)]
    limit: Option<Limit>,
}

/// Tasks that used up their attempts and wait for a decision, oldest first.
#[utoipa::path(get, path = "/api/v1/dead-letters", tag = "operations", params(LettersOf),
    responses((status = OK, body = DeadLettersReport)))]
pub(super) async fn dead_letters(
    State(surface): State<Surface>,
    _: Reads,
    Query(of): Query<LettersOf>,
) -> Result<Json<DeadLettersReport>, Problem> {
    let selection = Selection {
        step: of.step.map(|StepName(step)| step.name().into()),
        partition: of.partition.map(|Words(words)| words),
        category: of.category.map(|CategoryName(category)| category),
    };
    let letters = surface.app.dead_letters(&selection).await?;
    let letters = letters.iter().take(of.limit.unwrap_or_default().0).map(|letter| DeadLetterReport::of(letter, &[]));
    Ok(Json(DeadLettersReport { schema_version: 1, done: "listed", letters: letters.collect() }))
}

/// The schedules, their next ticks, and what became of the last ones.
#[utoipa::path(get, path = "/api/v1/schedules", tag = "operations", responses((status = OK, body = SchedulesReport)))]
pub(super) async fn schedules(State(surface): State<Surface>, _: Reads) -> Result<Json<SchedulesReport>, Problem> {
    Ok(Json(SchedulesReport::of(&surface.app).await?))
}

/// Which alerts to list.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AlertsShown {
    /// Those that are open.
    #[default]
    Open,
    /// The newest fifty, open or not.
    Newest,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AlertsOf {
    /// Those that are open, or the newest.
    #[param(inline)]
    which: Option<AlertsShown>,
}

/// What is wrong, since when, what to do about it, and how people were told.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "operations", params(AlertsOf),
    responses((status = OK, body = AlertsReport)))]
pub(super) async fn alerts(
    State(surface): State<Surface>,
    _: Reads,
    Query(of): Query<AlertsOf>,
) -> Result<Json<AlertsReport>, Problem> {
    let which = match of.which.unwrap_or_default() {
        AlertsShown::Open => WhichAlerts::Open,
        AlertsShown::Newest => WhichAlerts::Newest,
    };
    let (alerts, deliveries) = surface.app.alerts(which).await?;
    Ok(Json(AlertsReport::of(&alerts, &deliveries)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SpeedOf {
    /// Of this step only.
    #[param(inline)]
    step: Option<StepName>,
}

/// Each step's newest run, held against the week before it and its limit.
#[utoipa::path(get, path = "/api/v1/slowdown", tag = "operations", params(SpeedOf),
    responses((status = OK, body = SlowdownReport)))]
pub(super) async fn slowdown(
    State(surface): State<Surface>,
    _: Reads,
    Query(of): Query<SpeedOf>,
) -> Result<Json<SlowdownReport>, Problem> {
    Ok(Json(SlowdownReport::of(&surface.app.slowdowns(of.step.map(|StepName(step)| step)).await?)))
}

/// What to compare.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Periods {
    /// The newest two whole weeks.
    Week,
    /// The newest two whole months.
    Month,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RegressionsOf {
    /// Weeks or months.
    #[param(inline)]
    period: Periods,
    /// Of this step only.
    #[param(inline)]
    step: Option<StepName>,
}

/// Every step in the newest whole week or month beside the one before.
#[utoipa::path(get, path = "/api/v1/slowdown/regressions", tag = "operations", params(RegressionsOf),
    responses((status = OK, body = RegressionsReport)))]
pub(super) async fn regressions(
    State(surface): State<Surface>,
    _: Reads,
    Query(of): Query<RegressionsOf>,
) -> Result<Json<RegressionsReport>, Problem> {
    let period = match of.period {
        Periods::Week => Period::Week,
        Periods::Month => Period::Month,
    };
    let step = of.step.map(|StepName(step)| step);
    Ok(Json(RegressionsReport::of(&surface.app.regressions(period, step).await?)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LatencyOf {
    /// The first slate; a week before the last unless said.
    #[param(inline)]
    from: Option<DateWord>,
    /// The last slate, at most 62 days later; today unless said.
    #[param(inline)]
    to: Option<DateWord>,
}

/// How long after each game its results were landed, processed, analysed, graded and published.
#[utoipa::path(get, path = "/api/v1/latency", tag = "operations", params(LatencyOf),
    responses((status = OK, body = LatencyReport)))]
pub(super) async fn latency(
    State(surface): State<Surface>,
    _: Reads,
    Query(of): Query<LatencyOf>,
) -> Result<Json<LatencyReport>, Problem> {
    let app = &surface.app;
    let to = of.to.unwrap_or(DateWord::Today).resolve(app.now());
    let from = of.from.map_or(to.plus_days(-7), |from| from.resolve(app.now()));
    if from > to || to.days_since(from) > LONGEST_LOOK_BACK {
        let most = LONGEST_LOOK_BACK;
        return Err(Problem::bad_request(format!("from {from} to {to} is no span of at most {most} days")));
    }
    Ok(Json(LatencyReport::of(from, to, &app.latencies(from..=to).await?)))
}

/// How fresh what we know is, by source and by table.
#[utoipa::path(get, path = "/api/v1/sources", tag = "operations", responses((status = OK, body = SourcesReport)))]
pub(super) async fn sources(State(surface): State<Surface>, _: Reads) -> Result<Json<SourcesReport>, Problem> {
    Ok(Json(SourcesReport::of(&surface.app).await?))
}

/// The names that nobody known bears, with who may be meant.
#[utoipa::path(get, path = "/api/v1/identity/unresolved", tag = "operations",
    responses((status = OK, body = UnresolvedReport)))]
pub(super) async fn unresolved(State(surface): State<Surface>, _: Reads) -> Result<Json<UnresolvedReport>, Problem> {
    Ok(Json(UnresolvedReport::of(&surface.app).await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditOf {
    #[param(inline)]
    limit: Option<Limit>,
}

/// What was done by hand, by whom, and what came of it; newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "operations", params(AuditOf),
    responses((status = OK, body = AuditReport)))]
pub(super) async fn audit(
    State(surface): State<Surface>,
    _: Reads,
    Query(of): Query<AuditOf>,
) -> Result<Json<AuditReport>, Problem> {
    Ok(Json(AuditReport::of(&surface.app, of.limit.unwrap_or_default().0).await?))
}

/// Looks at everything, and says what is wrong and what to do about it.
#[utoipa::path(get, path = "/api/v1/doctor", tag = "operations", responses((status = OK, body = DoctorReport)))]
pub(super) async fn doctor(State(surface): State<Surface>, _: Reads) -> Json<DoctorReport> {
    Json(DoctorReport::of(&surface.app).await)
}
