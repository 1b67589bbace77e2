//! What the doctor finds.

use axum::Json;
use axum::extract::State;

use crate::http::Surface;
use crate::http::access::Reads;
use crate::http::problem::Problem;
use crate::reports::DoctorReport;

/// Looks at everything, and says what is wrong and what to do about it.
#[utoipa::path(get, path = "/api/v1/doctor", tag = "operations", responses(
    (status = OK, body = DoctorReport),
    (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn doctor(State(surface): State<Surface>, _: Reads) -> Json<DoctorReport> {
    Json(DoctorReport::of(&surface.app).await)
}
