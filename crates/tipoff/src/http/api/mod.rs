//! The API, described by OpenAPI: the document is made from the handlers, and every answer is a report or a problem.

mod actions;
mod coordinator;
mod described;
mod external;
mod keys;
mod models;
mod operations;
mod slates;
mod words;

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use super::Surface;
use super::problem::Problem;

/// What the document says of itself.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tipoff",
        description = "Calibrated NBA player-prop predictions: slates, tasks, predictions, grades, and what an operator does."
    ),
    components(schemas(Problem))
)]
struct Described;

/// Every route with its description.
fn router() -> OpenApiRouter<Surface> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(slates::status))
        .routes(routes!(slates::span))
        .routes(routes!(slates::predictions))
        .routes(routes!(slates::picks))
        .routes(routes!(slates::grades))
        .routes(routes!(slates::sla))
        .routes(routes!(slates::promises))
        .routes(routes!(slates::tasks))
        .routes(routes!(slates::why))
        .routes(routes!(operations::attempts))
        .routes(routes!(operations::dead_letters))
        .routes(routes!(operations::schedules))
        .routes(routes!(operations::alerts))
        .routes(routes!(operations::slowdown))
        .routes(routes!(operations::regressions))
        .routes(routes!(operations::latency))
        .routes(routes!(operations::sources))
        .routes(routes!(operations::unresolved))
        .routes(routes!(operations::audit))
        .routes(routes!(operations::doctor))
        .routes(routes!(models::registry))
        .routes(routes!(models::systems))
        .routes(routes!(models::models))
        .routes(routes!(models::features))
        .routes(routes!(models::calibration))
        .routes(routes!(keys::list))
        .routes(routes!(keys::add))
        .routes(routes!(keys::revoke))
        .routes(routes!(actions::force))
        .routes(routes!(actions::retry))
        .routes(routes!(actions::self_heal))
        .routes(routes!(actions::replay))
        .routes(routes!(actions::drop_letters))
        .routes(routes!(actions::hold))
        .routes(routes!(actions::release))
        .routes(routes!(actions::reparse))
        .routes(routes!(actions::link))
        .routes(routes!(coordinator::start))
        .routes(routes!(coordinator::status))
        .routes(routes!(coordinator::progress))
        .routes(routes!(coordinator::check_stalled))
        .routes(routes!(external::questions))
        .routes(routes!(external::complete))
}

/// The API, its description, and the viewer of that.
pub(super) fn routes() -> Router<Surface> {
    let (router, document) = router().split_for_parts();
    router.merge(SwaggerUi::new("/api").url("/api/v1/openapi.json", described::whole(document)))
}

/// The description, for tests.
#[cfg(test)]
pub(super) fn document() -> utoipa::openapi::OpenApi {
    described::whole(router().into_openapi())
}
