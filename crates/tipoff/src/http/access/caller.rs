//! Callers as handlers ask for them: a handler that takes [`Operates`] is reached by nobody who may not.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use runtime::{ApiKey, AuditOutcome, Role};

use crate::http::Surface;
use crate::http::problem::Problem;

/// Who asks, if anybody knows.
#[derive(Debug, Clone)]
pub(in crate::http) enum Visitor {
    /// Somebody with a key, or on this machine.
    Known(Caller),
    /// Nobody said.
    Stranger,
}

/// Somebody who may do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct Caller {
    /// The name of his key.
    pub(in crate::http) name: String,
    /// What he may do.
    pub(in crate::http) role: Role,
}

impl Caller {
    pub(super) fn of(key: &ApiKey) -> Self {
        Self { name: key.name.clone(), role: key.role }
    }
}

/// Somebody who may look.
pub(in crate::http) struct Reads;

/// Somebody who may act.
pub(in crate::http) struct Operates(pub(in crate::http) Caller);

/// Somebody who may give and take keys.
pub(in crate::http) struct Administers(pub(in crate::http) Caller);

impl<S: Sync> FromRequestParts<S> for Reads {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        caller(parts, Role::Read).map(|_| Self)
    }
}

impl FromRequestParts<Surface> for Operates {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, surface: &Surface) -> Result<Self, Problem> {
        acting(parts, surface, Role::Operate).await.map(Self)
    }
}

impl FromRequestParts<Surface> for Administers {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, surface: &Surface) -> Result<Self, Problem> {
        acting(parts, surface, Role::Admin).await.map(Self)
    }
}

/// Somebody who may do what he asks for; an act that his key does not allow is noted.
async fn acting(parts: &Parts, surface: &Surface, needs: Role) -> Result<Caller, Problem> {
    let caller = caller(parts, needs);
    if let (Err(refused), Some(Visitor::Known(who))) = (&caller, parts.extensions.get::<Visitor>())
        && parts.method != Method::GET
    {
        let (subject, why) = (format!("{} {}", parts.method, parts.uri.path()), refused.detail().to_owned());
        surface.app.audit(&who.name, "act", subject, AuditOutcome::Refused, why).await?;
    }
    caller
}

fn caller(parts: &Parts, needs: Role) -> Result<Caller, Problem> {
    match parts.extensions.get::<Visitor>() {
        Some(Visitor::Known(caller)) if caller.role >= needs => Ok(caller.clone()),
        Some(Visitor::Known(caller)) => Err(Problem::forbidden(format!(
            "the key {} may {}, and this needs one that may {}",
            caller.name,
            caller.role.code(),
            needs.code()
        ))),
        Some(Visitor::Stranger) | None => Err(Problem::unauthorized()),
    }
}
