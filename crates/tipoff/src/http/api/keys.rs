//! Keys: made, listed and revoked by those who may administer.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use runtime::{AuditOutcome, Role};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::words::{Name, RoleName};
use crate::app::keys::KeyError;
use crate::http::Surface;
use crate::http::access::Administers;
use crate::http::problem::Problem;
use crate::reports::{KeysReport, NewKeyReport};

/// The keys, without what opens; revoked ones too.
#[utoipa::path(get, path = "/api/v1/keys", tag = "keys", responses((status = OK, body = KeysReport)))]
pub(super) async fn list(State(surface): State<Surface>, _: Administers) -> Result<Json<KeysReport>, Problem> {
    let keys = surface.app.store.oversight.keys().await.map_err(anyhow::Error::from)?;
    Ok(Json(KeysReport::of(keys)))
}

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKey {
    /// What its bearer is called in audits. No name is given twice.
    #[schema(inline)]
    name: Name,
    /// What it may do.
    #[schema(inline)]
    role: RoleName,
}

/// Makes a key, and shows it: it is kept as its hash alone, and can never be shown again.
#[utoipa::path(post, path = "/api/v1/keys", tag = "keys", request_body = NewKey,
    responses((status = CREATED, body = NewKeyReport), (status = CONFLICT, body = Problem,
        content_type = "application/problem+json")))]
pub(super) async fn add(
    State(surface): State<Surface>,
    Administers(caller): Administers,
    Json(NewKey { name: Name(name), role: RoleName(role) }): Json<NewKey>,
) -> Result<(StatusCode, Json<NewKeyReport>), Problem> {
    let app = &surface.app;
    let key = app.make_key(&name, role).await?;
    app.audit(&caller.name, "add_key", name.clone(), AuditOutcome::Done, role.code().to_owned()).await?;
    Ok((StatusCode::CREATED, Json(NewKeyReport::of(&name, role, key))))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OfKey {
    /// What its bearer is called.
    #[param(inline)]
    name: Name,
}

/// Takes a key's power away, unless it is the last that may administer.
#[utoipa::path(delete, path = "/api/v1/keys/{name}", tag = "keys", params(OfKey),
    responses((status = NO_CONTENT),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn revoke(
    State(surface): State<Surface>,
    Administers(caller): Administers,
    Path(OfKey { name: Name(name) }): Path<OfKey>,
) -> Result<StatusCode, Problem> {
    let app = &surface.app;
    // One at a time: of two administrators who revoke each other, one stays.
    let _alone = surface.access.revoking.lock().await;
    let keys = app.open_keys().await?;
    let mut administrators = keys.iter().filter(|key| key.role == Role::Admin).map(|key| key.name.as_str());
    if administrators.clone().count() == 1 && administrators.any(|last| last == name) {
        return Err(Problem::conflict(format!(
            "{name} is the last key that may administer: add another first, or take it away on the machine itself \
             with `tipoff keys revoke {name}`"
        )));
    }
    app.revoke_key(&name).await?;
    app.audit(&caller.name, "revoke_key", name, AuditOutcome::Done, String::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Name(_) => Self::bad_request(error.to_string()),
            KeyError::Taken(_) => Self::conflict(error.to_string()),
            KeyError::Unknown(_) => Self::not_found(error.to_string()),
            KeyError::Random(_) | KeyError::Store(_) => anyhow::Error::from(error).into(),
        }
    }
}
