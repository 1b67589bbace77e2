//! Tonight: whether the page is out before the first tip-off, what is wrong, what it is made of, and its picks.

mod picks;
mod readiness;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use domain::{GameDate, Market};
use jiff::Timestamp;
use pipeline::MARKET;
use pipeline::rows::Prediction;
use runtime::judge::SlaVerdict;
use serde::Deserialize;

use super::actions::Remedy;
use super::frame::{Frame, Looks};
use super::look::Look;
use super::trouble::{Trouble, troubles};
use super::words::{Tone, ago, clock, span};
use super::{Withheld, grid, shown};
use crate::app::SlaReport;
use crate::http::Surface;
use crate::http::problem::Problem;
use picks::Picks;
use readiness::Ready;

#[derive(Deserialize)]
pub(super) struct Asked {
    date: Option<String>,
    /// Which market's picks; points unless said.
    market: Option<String>,
    /// Present: everybody with a prediction, not the best alone.
    all: Option<String>,
}

/// How the promise stands, in words.
struct Promise {
    tone: Tone,
    verdict: String,
    deadline: String,
    left: String,
    /// What is still to be made, and what will not go on by itself.
    remaining: Vec<String>,
}

#[derive(Template)]
#[template(path = "tonight.html")]
struct Page {
    frame: Frame,
    slate: GameDate,
    as_of: String,
    promise: Option<Promise>,
    newest: Option<GameDate>,
    troubles: Vec<Trouble>,
    readiness: Vec<Ready>,
    /// What is counted.
    market: Market,
    /// Every market that is forecast for the slate.
    markets: Vec<Market>,
    picks: Picks,
    remedies: Vec<Remedy>,
}

pub(super) async fn page(
    State(surface): State<Surface>,
    looks: Looks,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Withheld> {
    let app = &surface.app;
    let market = asked.market.as_deref().map_or(Ok(MARKET), str::parse);
    let market = market.map_err(|error: domain::ParseError| Problem::bad_request(error.to_string()))?;
    let slate = crate::http::slate(asked.date.as_deref().unwrap_or("TODAY"), app.now())?;
    let look = Look::at(app, slate).await?;
    let directory = app.directory().await?;
    let page = app.page(look.grid.edition).await?;
    let markets: BTreeSet<Market> = page.predictions().iter().map(|row| row.market).collect();
    let markets = markets.into_iter().collect();
    let predictions: Vec<Prediction> = page.predictions_of(market).into_iter().cloned().collect();
    let most = if asked.all.is_some() { usize::MAX } else { picks::SHOWN };
    let (mut troubles, readiness) = (troubles(&look), readiness::of(app, &look, &directory, &predictions).await?);
    troubles.extend(readiness::troubles(&readiness));
    troubles.sort_by_key(|trouble| std::cmp::Reverse(trouble.tone));
    shown(&Page {
        frame: Frame::of("Tonight", &surface, &looks),
        slate,
        as_of: clock(look.grid.edition.cutoff.instant(), look.now),
        promise: look.sla.as_ref().map(|sla| Promise::of(sla, look.now)),
        newest: app.store.views.newest_published().await?,
        troubles,
        readiness,
        market,
        markets,
        picks: Picks::of(&page, market, &app.laws(&page).await?, &directory, most),
        remedies: grid::remedies(&look),
    })
}

impl Promise {
    fn of(sla: &SlaReport, now: Timestamp) -> Self {
        let (tone, verdict) = match sla.verdict {
            SlaVerdict::Met { at } => (Tone::Good, format!("Published at {}, in time.", clock(at, now))),
            SlaVerdict::OnTime { slack } => (
                Tone::Good,
                format!("Expected at {}, {} before the first tip-off.", clock(sla.deadline - slack, now), span(slack)),
            ),
            SlaVerdict::AtRisk { eta, slack } => {
                (Tone::Warn, format!("At risk: expected at {}, only {} to spare.", clock(eta, now), span(slack)))
            }
            SlaVerdict::Late { by } => (
                Tone::Bad,
                format!("Late: expected at {}, {} after the first tip-off.", clock(sla.deadline + by, now), span(by)),
            ),
            SlaVerdict::Missed { by } if sla.remaining.is_empty() => {
                (Tone::Bad, format!("Missed: published {} after the first tip-off.", span(by)))
            }
            SlaVerdict::Missed { by } => {
                (Tone::Bad, format!("Missed: not published {} after the first tip-off.", span(by)))
            }
        };
        // What will not go on by itself makes any expectation void.
        let stuck = !sla.blocked.is_empty() && !matches!(sla.verdict, SlaVerdict::Met { .. });
        let blocked = sla.blocked.iter().map(|(step, why)| format!("{step} will not go on by itself: {why}"));
        let remaining = sla.remaining.iter().map(|rest| format!("{} (about {})", rest.step, span(rest.expected)));
        Self {
            tone: if stuck { Tone::Bad } else { tone },
            verdict: if stuck { "Blocked: it will not be published unless somebody acts.".to_owned() } else { verdict },
            deadline: clock(sla.deadline, now),
            left: ago(sla.deadline, now),
            remaining: blocked.chain(remaining).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Cutoff, Edition};
    use jiff::SignedDuration;
    use runtime::StepId;
    use runtime::judge::Remaining;

    use super::*;

    #[test]
    fn a_page_that_came_late_is_told_from_one_that_is_not_there() {
        let deadline: Timestamp = "2025-01-16T00:00:00Z".parse().unwrap();
        let edition = Edition { slate: "2025-01-15".parse().unwrap(), cutoff: Cutoff::at(deadline) };
        let verdict = SlaVerdict::Missed { by: SignedDuration::from_mins(10) };
        let told = |remaining| {
            Promise::of(&SlaReport { edition, deadline, verdict, remaining, blocked: Vec::new() }, deadline).verdict
        };
        let publish =
            Remaining { step: StepId::from("publish"), expected: SignedDuration::from_secs(1), needs: Vec::new() };
        assert!(told(Vec::new()).starts_with("Missed: published 10 min"), "{}", told(Vec::new()));
        assert!(told(vec![publish]).starts_with("Missed: not published 10 min"));
    }
}
