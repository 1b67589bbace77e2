//! What a slate's page is made of, and how fresh each part is.

use domain::{Cutoff, GameDate};
use jiff::{SignedDuration, Timestamp};
use pipeline::rows::Prediction;
use pipeline::source::Directory;
use pipeline::{Rows, Step};
use predict::SystemId;

use crate::App;
use crate::http::pages::actions::{Remedy, Verb};
use crate::http::pages::look::Look;
use crate::http::pages::trouble::Trouble;
use crate::http::pages::words::{Tone, ago, clock};
use crate::published;

/// Lines that moved longer ago than this before a slate may be no lines any more.
const LINES_FRESH: SignedDuration = SignedDuration::from_hours(6);
/// The injury log has entries every day of a season.
const INJURIES_FRESH_DAYS: i32 = 2;
/// Less of all features than this is worth a look.
const FEATURES_WHOLE: f64 = 0.8;

/// The files.
const EXPORT: &str = "Export";

/// A part of the page, and how it stands.
pub(super) struct Ready {
    pub(super) part: &'static str,
    pub(super) tone: Tone,
    pub(super) state: String,
    pub(super) note: String,
}

impl Ready {
    fn new(part: &'static str, tone: Tone, state: impl Into<String>, note: impl Into<String>) -> Self {
        Self { part, tone, state: state.into(), note: note.into() }
    }
}

/// Every part, in the order in which they come to be.
pub(super) async fn of(
    app: &App,
    look: &Look,
    directory: &Directory,
    predictions: &[Prediction],
) -> anyhow::Result<Vec<Ready>> {
    let features = app.output(look.grid.edition, Step::MlFeatureStore).await?;
    Ok(vec![
        games(look),
        lines(app, look).await?,
        injuries(look, directory),
        featured(features.as_deref(), look),
        predicted(predictions, look),
        exported(app, look),
    ])
}

/// Missing inputs are troubles of their own; what is not made of them is one of its step's.
pub(super) fn troubles(readiness: &[Ready]) -> Vec<Trouble> {
    let bad = readiness.iter().filter(|part| part.tone == Tone::Bad && part.part != EXPORT);
    let told = bad.map(|part| Trouble {
        tone: Tone::Bad,
        what: format!("{}: {}", part.part, part.state),
        why: part.note.clone(),
        next: "What comes in is taken up within a minute, and what rests on it is made anew.".to_owned(),
        remedies: vec![Remedy::new(Verb::SelfHeal, "Self-heal")],
    });
    told.collect()
}

fn games(look: &Look) -> Ready {
    let first =
        look.sla.as_ref().map_or(String::new(), |sla| format!("first tip-off {}", clock(sla.deadline, look.now)));
    match look.grid.games {
        0 => Ready::new("Games", Tone::Calm, "none", "nothing is promised on a day without games"),
        games => Ready::new("Games", Tone::Good, games.to_string(), first),
    }
}

async fn lines(app: &App, look: &Look) -> anyhow::Result<Ready> {
    let slate = look.slate;
    let count = look.grid.facts.iter().find(|(table, _)| *table == "prop_line").map_or(0, |(_, rows)| *rows);
    if count == 0 {
        let (tone, note) = match look.grid.games {
            0 => (Tone::Calm, String::new()),
            _ => (
                Tone::Bad,
                "No source has delivered a line of this slate; see Sources for when each was last heard of.".to_owned(),
            ),
        };
        return Ok(Ready::new("Lines", tone, "none", note));
    }
    let known = app.store.facts.prop_lines(slate..=slate, Cutoff::at(look.now)).await?;
    let Some(newest) = known.iter().map(domain::Known::known_at).max() else {
        return Ok(Ready::new("Lines", Tone::Warn, "none yet", format!("{count} become known later than now")));
    };
    let is_over = look.sla.as_ref().is_some_and(|sla| sla.deadline < look.now);
    let tone = match look.now.duration_since(newest) > LINES_FRESH && !is_over {
        true => Tone::Warn,
        false => Tone::Good,
    };
    Ok(Ready::new("Lines", tone, known.len().to_string(), heard("newest", newest, look.now)))
}

fn injuries(look: &Look, directory: &Directory) -> Ready {
    let Some(newest) = directory.injured().map(|event| event.date).filter(|date| *date <= GameDate::of(look.now)).max()
    else {
        return Ready::new("Injuries", Tone::Warn, "none", "no injury log is known: everybody counts as available");
    };
    let is_old = newest.plus_days(INJURIES_FRESH_DAYS) < look.slate.min(GameDate::of(look.now));
    let tone = if is_old { Tone::Warn } else { Tone::Good };
    Ready::new(
        "Injuries",
        tone,
        format!("log of {newest}"),
        "a player's newest entry says whether he is expected to play",
    )
}

fn featured(features: Option<&Rows>, look: &Look) -> Ready {
    let Some(Rows::Features(rows)) = features else {
        return Ready::new(
            "Features",
            waiting(Step::MlFeatureStore, look),
            "not made",
            stands(Step::MlFeatureStore, look),
        );
    };
    let whole = rows.iter().map(|row| row.vector.completeness().get()).sum::<f64>() / rows.len().max(1) as f64;
    let tone = if whole < FEATURES_WHOLE { Tone::Warn } else { Tone::Good };
    let note = format!("{:.1} % of the 33 features are known; the rest is marked as missing", whole * 100.0);
    Ready::new("Features", tone, format!("{} players", rows.len()), note)
}

fn predicted(predictions: &[Prediction], look: &Look) -> Ready {
    let ours: Vec<_> = predictions.iter().filter(|prediction| prediction.system == SystemId::Ensemble).collect();
    if ours.is_empty() {
        let step = Step::Consolidate;
        return Ready::new("Predictions", waiting(step, look), "not published", stands(step, look));
    }
    let lined = ours.iter().filter(|prediction| prediction.quote.is_some()).count();
    let tone = if lined == 0 { Tone::Warn } else { Tone::Good };
    let note = format!("{lined} of them with a line; {} by all systems", predictions.len());
    Ready::new("Predictions", tone, format!("{} players", ours.len()), note)
}

fn exported(app: &App, look: &Look) -> Ready {
    let cell = look.grid.cells.iter().find(|cell| cell.step == Step::Publish);
    let at = cell.filter(|cell| cell.state.is_settled()).and_then(|cell| cell.attempt.as_ref()?.ended_at);
    let told = published::told(&app.data_dir).filter(|told| told.stale && told.slate == look.slate.to_string());
    match (at, told) {
        (_, Some(told)) => {
            let shows = match told.published_slate {
                Some(slate) if slate == told.slate => "an older page of this slate".to_owned(),
                Some(slate) => format!("slate {slate}"),
                None => "nothing".to_owned(),
            };
            let why = told.reason.unwrap_or_default();
            Ready::new(EXPORT, Tone::Bad, format!("stale: the files show {shows}"), why)
        }
        (Some(at), None) => Ready::new(EXPORT, Tone::Good, "published", heard("made", at, look.now)),
        (None, None) => Ready::new(EXPORT, waiting(Step::Publish, look), "not made", stands(Step::Publish, look)),
    }
}

fn heard(what: &str, at: Timestamp, now: Timestamp) -> String {
    format!("{what} {}, {}", clock(at, now), ago(at, now))
}

/// What is not made is late once its inputs are closed.
fn waiting(step: Step, look: &Look) -> Tone {
    let is_due = look.grid.edition.cutoff.instant() <= look.now && look.grid.games > 0;
    match look.grid.cells.iter().find(|cell| cell.step == step).map(|cell| cell.state.is_settled()) {
        Some(true) => Tone::Good,
        _ if is_due => Tone::Warn,
        _ => Tone::Calm,
    }
}

fn stands(step: Step, look: &Look) -> String {
    let cell = look.grid.cells.iter().find(|cell| cell.step == step);
    cell.map_or(String::new(), |cell| {
        let state = crate::reports::state_in_words(&cell.state);
        cell.state.why().map_or(format!("{step} is {state}"), |why| format!("{step} is {state}: {why}"))
    })
}
