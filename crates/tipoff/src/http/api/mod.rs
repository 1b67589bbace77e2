//! The API, described by OpenAPI: the document is made from the handlers, and every answer is a report or a problem.

mod doctor;
mod external;
mod slates;

use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Surface;

/// What the document says of itself.
#[derive(OpenApi)]
#[openapi(info(
    title = "Tipoff",
    description = "Calibrated NBA player-prop predictions: slates, tasks, predictions, grades, and what an operator does."
))]
struct Described;

/// Every route with its description.
fn described() -> OpenApiRouter<Surface> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(slates::status))
        .routes(routes!(doctor::doctor))
        .routes(routes!(external::questions))
        .routes(routes!(external::complete))
}

/// The API and its description.
pub(super) fn routes() -> Router<Surface> {
    let (router, mut document) = described().split_for_parts();
    let key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")));
    document.components.get_or_insert_default().add_security_scheme("key", key);
    document.security = Some(vec![SecurityRequirement::new("key", Vec::<String>::new())]);
    router.route("/api/v1/openapi.json", get(|| async { Json(document) }))
}
