//! The login: a key is exchanged for a session, so that the browser keeps no key.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use runtime::AuditOutcome;
use serde::Deserialize;

use super::{Looks, Withheld, shown};
use crate::app::keys::opened_by;
use crate::http::Surface;
use crate::http::access::{COOKIE, Caller};
use crate::http::problem::Problem;

#[derive(Template)]
#[template(path = "login.html")]
struct Page {
    problem: Option<&'static str>,
}

/// Asks for a key.
pub(super) async fn page() -> Result<impl IntoResponse, Withheld> {
    shown(&Page { problem: None })
}

#[derive(Deserialize)]
pub(super) struct Login {
    key: String,
}

/// Begins a session.
pub(super) async fn begin(
    State(surface): State<Surface>,
    jar: CookieJar,
    Form(login): Form<Login>,
) -> Result<Response, Withheld> {
    let keys = surface.app.open_keys().await?;
    let Some(key) = opened_by(&keys, login.key.trim()) else {
        surface.app.audit("stranger", "login", "pages".to_owned(), AuditOutcome::Refused, String::new()).await?;
        let page = shown(&Page { problem: Some("This key opens nothing.") })?;
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    };
    let cookie = Cookie::build((COOKIE, surface.access.sessions.begin(&key.name, surface.app.now())))
        .http_only(true)
        .same_site(SameSite::Strict)
        .path("/")
        .build();
    surface.app.audit(&key.name, "login", "pages".to_owned(), AuditOutcome::Done, String::new()).await?;
    Ok((jar.add(cookie), Redirect::to("/")).into_response())
}

/// A form without anything but its token.
#[derive(Deserialize)]
pub(super) struct Tokened {
    token: String,
}

/// Ends the session.
pub(super) async fn end(
    State(surface): State<Surface>,
    Looks { caller, .. }: Looks,
    jar: CookieJar,
    Form(form): Form<Tokened>,
) -> Result<Response, Withheld> {
    own_form(&surface, &form.token, &caller)?;
    Ok((jar.remove(Cookie::build(COOKIE).path("/")), Redirect::to("/login")).into_response())
}

/// Refuses a form that was not shown to this caller.
pub(super) fn own_form(surface: &Surface, token: &str, caller: &Caller) -> Result<(), Problem> {
    match surface.access.sessions.is_form_token(token, &caller.name) {
        true => Ok(()),
        false => Err(Problem::forbidden("this form is not of a page shown to you; load it again")),
    }
}
