//! What stands around every page: who looks at it, when it was drawn, and what came of what he just did.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use runtime::Role;
use serde::Deserialize;

use super::actions::Verb;
use super::words::clock;
use super::{Caller, NAVIGATION, Surface, Visitor, Withheld};

/// Somebody who looks at a page.
pub(super) struct Looks {
    pub(super) caller: Caller,
    /// The address he is at, without what he just did.
    here: String,
    did: Option<Did>,
}

/// What he just did on a page: said by its name, so that no address can put words on a page.
#[derive(Deserialize)]
struct Did {
    did: Verb,
    changed: usize,
}

impl<S: Sync> FromRequestParts<S> for Looks {
    type Rejection = Withheld;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Withheld> {
        let Some(Visitor::Known(caller)) = parts.extensions.get::<Visitor>() else { return Err(Withheld::Stranger) };
        let did = Query::<Did>::try_from_uri(&parts.uri).ok().map(|Query(did)| did);
        let asked = parts.uri.query().unwrap_or_default().split('&');
        let kept: Vec<&str> = asked
            .filter(|part| !part.is_empty() && !part.starts_with("did=") && !part.starts_with("changed="))
            .collect();
        let mark = if kept.is_empty() { "" } else { "?" };
        let here = format!("{}{mark}{}", parts.uri.path(), kept.join("&"));
        Ok(Self { caller: caller.clone(), here, did })
    }
}

/// What stands around every page.
pub(super) struct Frame {
    /// Name of the page.
    pub(super) title: String,
    pub(super) navigation: &'static [(&'static str, &'static str)],
    /// Who looks.
    pub(super) caller: String,
    /// Whether he may act.
    pub(super) operates: bool,
    /// What his forms carry.
    pub(super) token: String,
    /// Where he is.
    pub(super) here: String,
    /// What came of what he just did.
    pub(super) did: Option<String>,
    /// When the page was drawn.
    pub(super) drawn_at: String,
}

impl Frame {
    pub(super) fn of(title: impl Into<String>, surface: &Surface, looks: &Looks) -> Self {
        let Looks { caller, here, did } = looks;
        let now = surface.app.now();
        Self {
            title: title.into(),
            navigation: NAVIGATION,
            caller: caller.name.clone(),
            operates: caller.role >= Role::Operate,
            token: surface.access.sessions.form_token(&caller.name),
            here: here.clone(),
            did: did.as_ref().map(|did| match did.changed {
                0 => format!("{}: there was nothing to do.", did.did.label()),
                changed => format!("{}: done, {changed} changed. The audit has it.", did.did.label()),
            }),
            drawn_at: clock(now, now),
        }
    }
}
