//! What every route may answer besides its own answers, added to the description once: refusals of the layers around it.

use axum::http::StatusCode;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder, Schema};

use crate::http::problem::Problem;

/// What the layers around every route may answer.
const ALWAYS: [StatusCode; 5] = [
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::SERVICE_UNAVAILABLE,
];
/// What the reading of a body may answer.
const OF_BODIES: [StatusCode; 4] = [
    StatusCode::BAD_REQUEST,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    StatusCode::UNPROCESSABLE_ENTITY,
];

/// The description with what is true of every route: the key it wants, and how it refuses.
pub(super) fn whole(mut document: OpenApi) -> OpenApi {
    let key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")));
    document.components.get_or_insert_default().add_security_scheme("key", key);
    document.security = Some(vec![SecurityRequirement::new("key", Vec::<String>::new())]);
    for path in document.paths.paths.values_mut() {
        let PathItem { get, post, delete, .. } = path;
        for operation in [get, post, delete].into_iter().flatten() {
            refuses(operation);
        }
    }
    for schema in document.components.iter_mut().flat_map(|components| components.schemas.values_mut()) {
        if let RefOr::T(Schema::Object(object)) = schema {
            object.properties.values_mut().for_each(describes);
        }
    }
    document
}

/// The description of an inlined schema stands beside it as an object of its own, which no text could be: it goes where it
/// belongs.
fn describes(property: &mut RefOr<Schema>) {
    let RefOr::T(Schema::AllOf(all)) = property else { return };
    let is_remark = |item: &RefOr<Schema>| match item {
        RefOr::T(Schema::Object(object)) => object.properties.is_empty() && object.schema_type == Type::Object.into(),
        _ => false,
    };
    let remark = all.items.iter().position(is_remark).map(|at| all.items.remove(at));
    if let Some(RefOr::T(Schema::Object(object))) = remark {
        all.description = object.description;
    }
}

fn refuses(operation: &mut Operation) {
    let of_parameters = operation.parameters.as_ref().map(|_| StatusCode::BAD_REQUEST);
    let of_body = operation.request_body.as_ref().map(|_| OF_BODIES).into_iter().flatten();
    for status in ALWAYS.into_iter().chain(of_parameters).chain(of_body) {
        let answers = &mut operation.responses.responses;
        answers.entry(status.as_str().to_owned()).or_insert_with(|| refusal(status).into());
    }
}

fn refusal(status: StatusCode) -> Response {
    let problem = Content::new(Some(Ref::from_schema_name(<Problem as utoipa::ToSchema>::name())));
    ResponseBuilder::new()
        .description(status.canonical_reason().unwrap_or_default())
        .content("application/problem+json", problem)
        .build()
}
