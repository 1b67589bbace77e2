//! The pages: drawn here, whole, without a line of script; what script there is only saves a reload.

mod grid;
mod login;

use askama::Template;
use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;

use super::Surface;
use super::access::{Caller, Visitor};
use super::problem::Problem;

/// Every page, in the order of the navigation: its address and its name.
const NAVIGATION: &[(&str, &str)] = &[("/grid", "Grid")];

pub(super) fn routes() -> Router<Surface> {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/grid") }))
        .route("/grid", get(grid::page))
        .route("/login", get(login::page).post(login::begin))
        .route("/logout", axum::routing::post(login::end))
        .route("/assets/tipoff.css", get(|| async { asset("text/css; charset=utf-8", CSS) }))
}

const CSS: &str = include_str!("../../../assets/tipoff.css");

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "private, max-age=3600")], text).into_response()
}

/// What stands around every page.
struct Frame {
    /// Name of the page.
    title: &'static str,
    navigation: &'static [(&'static str, &'static str)],
    /// Who looks.
    caller: String,
    /// What its forms carry.
    token: String,
}

impl Frame {
    fn of(title: &'static str, surface: &Surface, caller: &Caller) -> Self {
        let token = surface.access.sessions.form_token(&caller.name);
        Self { title, navigation: NAVIGATION, caller: caller.name.clone(), token }
    }
}

/// Why a page is not shown: whoever is a stranger is asked who he is.
enum Withheld {
    Stranger,
    Problem(Problem),
}

impl IntoResponse for Withheld {
    fn into_response(self) -> Response {
        match self {
            Self::Stranger => Redirect::to("/login").into_response(),
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

impl<E: Into<Problem>> From<E> for Withheld {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

/// Somebody who may look at pages.
struct Looks(Caller);

impl<S: Sync> axum::extract::FromRequestParts<S> for Looks {
    type Rejection = Withheld;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Withheld> {
        match parts.extensions.get::<Visitor>() {
            Some(Visitor::Known(caller)) => Ok(Self(caller.clone())),
            _ => Err(Withheld::Stranger),
        }
    }
}

/// A page as it is sent.
fn shown(page: &impl Template) -> Result<Html<String>, Withheld> {
    Ok(Html(page.render().map_err(anyhow::Error::from)?))
}
