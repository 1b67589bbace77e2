//! The pages: drawn here, whole, without a line of script; what script there is only saves a reload.

mod actions;
mod alerts;
mod audit;
mod dead_letters;
mod events;
mod frame;
mod grid;
mod login;
mod look;
mod player;
mod registry;
mod runs;
mod season;
mod sources;
mod spark;
mod systems;
#[cfg(test)]
mod tests;
mod tonight;
mod trouble;
mod words;

use askama::Template;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use pipeline::ports::StoreError;
use runtime::alerts::AlertStoreError;
use runtime::{LedgerError, OversightError};

use super::Surface;
use super::access::{Caller, Operates, Visitor};
use super::problem::Problem;
pub(super) use events::MOST_STREAMS;
use frame::Looks;
pub(super) use systems::Remembered;

/// Every page, in the order of the navigation: its address and its name.
const NAVIGATION: &[(&str, &str)] = &[
    ("/tonight", "Tonight"),
    ("/grid", "Grid"),
    ("/season", "Season"),
    ("/runs", "Runs"),
    ("/dead-letters", "Dead letters"),
    ("/registry", "Registry"),
    ("/sources", "Sources"),
    ("/systems", "Systems"),
    ("/alerts", "Alerts"),
    ("/audit", "Audit"),
];

pub(super) fn routes() -> Router<Surface> {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/tonight") }))
        .route("/tonight", get(tonight::page))
        .route("/grid", get(grid::page))
        .route("/season", get(season::page))
        .route("/runs", get(runs::page))
        .route("/dead-letters", get(dead_letters::page))
        .route("/registry", get(registry::page))
        .route("/sources", get(sources::page))
        .route("/systems", get(systems::page))
        .route("/players/{number}", get(player::page))
        .route("/alerts", get(alerts::page))
        .route("/audit", get(audit::page))
        .route("/actions/ask", post(actions::ask))
        .route("/actions/do", post(actions::act))
        .route("/events", get(events::stream))
        .route("/login", get(login::page).post(login::begin))
        .route("/logout", post(login::end))
        .route("/assets/tipoff.css", get(|| async { asset("text/css; charset=utf-8", CSS) }))
        .route("/assets/live.js", get(|| async { asset("text/javascript; charset=utf-8", LIVE) }))
}

const CSS: &str = include_str!("../../../assets/tipoff.css");
const LIVE: &str = include_str!("../../../assets/live.js");

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "private, max-age=3600")], text).into_response()
}

/// Why a page is not shown: whoever is a stranger is asked who he is.
enum Withheld {
    Stranger,
    Problem(Problem),
}

/// What somebody at a browser is told instead of the page.
#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'p> {
    title: &'p str,
    detail: &'p str,
}

/// Somebody who may act, on a page: whoever may not is told so on one.
struct Acts(Caller);

impl FromRequestParts<Surface> for Acts {
    type Rejection = Withheld;

    async fn from_request_parts(parts: &mut Parts, surface: &Surface) -> Result<Self, Withheld> {
        let Operates(caller) = Operates::from_request_parts(parts, surface).await?;
        Ok(Self(caller))
    }
}

impl IntoResponse for Withheld {
    fn into_response(self) -> Response {
        match self {
            Self::Stranger => Redirect::to("/login").into_response(),
            Self::Problem(problem) if problem.status() == StatusCode::UNAUTHORIZED => Self::Stranger.into_response(),
            Self::Problem(problem) => {
                let page = Refused { title: problem.title(), detail: problem.detail() };
                (problem.status(), shown(&page)).into_response()
            }
        }
    }
}

impl From<Problem> for Withheld {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Faults of ours.
macro_rules! faults {
    ($($error:ty),+) => {$(
        impl From<$error> for Withheld {
            fn from(error: $error) -> Self {
                Self::Problem(anyhow::Error::from(error).into())
            }
        }
    )+};
}

faults!(anyhow::Error, StoreError, LedgerError, OversightError, AlertStoreError);

/// A page as it is sent.
fn shown(page: &impl Template) -> Result<Html<String>, Withheld> {
    Ok(Html(page.render().map_err(anyhow::Error::from)?))
}
