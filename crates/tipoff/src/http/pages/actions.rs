//! Actions on pages: a button asks, a page shows what would happen, and a second button does it.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use domain::PlayerId;
use jiff::Timestamp;
use pipeline::source::Provider;
use pipeline::{Phase, Step};
use runtime::{FailureCategory, StepId};
use serde::{Deserialize, Serialize};

use super::frame::{Frame, Looks};
use super::login::own_form;
use super::{Acts, Withheld, shown};
use crate::app::{Action, Holdable, Selection};
use crate::http::Surface;
use crate::http::problem::Problem;

/// Dead letters let go by a button come back so many a minute.
const REPLAYED_A_MINUTE: u32 = 60;

/// What a button does; an [`Action`] without its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verb {
    Force,
    Retry,
    SelfHeal,
    Replay,
    Drop,
    Hold,
    Release,
    Link,
}

impl Verb {
    /// Its name in addresses and forms.
    fn code(self) -> &'static str {
        match self {
            Self::Force => "force",
            Self::Retry => "retry",
            Self::SelfHeal => "self_heal",
            Self::Replay => "replay",
            Self::Drop => "drop",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Link => "link",
        }
    }

    /// What people read.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Force => "Force predictions",
            Self::Retry => "Retry",
            Self::SelfHeal => "Self-heal",
            Self::Replay => "Replay dead letters",
            Self::Drop => "Drop dead letters",
            Self::Hold => "Pause",
            Self::Release => "Resume",
            Self::Link => "Link a name",
        }
    }

    /// Whether somebody who sees it later must be told why.
    fn wants_reason(self) -> bool {
        matches!(self, Self::Drop | Self::Hold)
    }
}

/// A button: what it is called, and what its form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remedy {
    pub(super) label: String,
    pub(super) fields: Vec<(&'static str, String)>,
}

impl Remedy {
    /// A button that does this to whatever `with` adds.
    pub(super) fn new(verb: Verb, label: impl Into<String>) -> Self {
        Self { label: label.into(), fields: vec![("verb", verb.code().to_owned())] }
    }

    /// A button that lets this go on.
    pub(super) fn release(what: Holdable, label: impl Into<String>) -> Self {
        Self::new(Verb::Release, label).of(what)
    }

    /// A button that stops this.
    pub(super) fn hold(what: Holdable, label: impl Into<String>) -> Self {
        Self::new(Verb::Hold, label).of(what)
    }

    fn of(self, what: Holdable) -> Self {
        match what {
            Holdable::Step(step) => self.with("step", &step),
            Holdable::EveryStep => self,
            Holdable::Provider(provider) => self.with("provider", &provider),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: &dyn std::fmt::Display) -> Self {
        self.fields.push((name, value.to_string()));
        self
    }
}

/// What a form says. What is empty was not said.
#[derive(Deserialize)]
pub(super) struct Asked {
    token: String,
    back: String,
    verb: Verb,
    #[serde(default)]
    slate: String,
    #[serde(default)]
    step: String,
    #[serde(default)]
    provider: String,
    #[serde(default)]
    phase: String,
    #[serde(default)]
    partition: String,
    #[serde(default)]
    category: String,
    /// A spelling, and the number of the player whose it is.
    #[serde(default)]
    name: String,
    #[serde(default)]
    player: String,
    #[serde(default)]
    why: String,
}

#[derive(Template)]
#[template(path = "ask.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    subjects: Vec<String>,
    lines: Vec<String>,
    back: String,
}

/// Shows what would happen, and asks.
pub(super) async fn ask(
    State(surface): State<Surface>,
    Acts(operator): Acts,
    looks: Looks,
    Form(asked): Form<Asked>,
) -> Result<impl IntoResponse, Withheld> {
    own_form(&surface, &asked.token, &operator)?;
    let why = if asked.why.is_empty() { "(the reason you give)" } else { &asked.why };
    let actions = asked.actions(why, surface.app.now())?;
    let mut lines = Vec::new();
    for action in &actions {
        lines.extend(surface.app.foresee(action).await?.lines);
    }
    let (subjects, back) = (actions.iter().map(Action::subject).collect(), asked.back());
    let frame = Frame::of(asked.title(), &surface, &looks);
    shown(&Page { frame, asked, subjects, lines, back })
}

/// Does it, and goes back.
pub(super) async fn act(
    State(surface): State<Surface>,
    Acts(operator): Acts,
    Form(asked): Form<Asked>,
) -> Result<impl IntoResponse, Withheld> {
    own_form(&surface, &asked.token, &operator)?;
    let why = asked.why.trim();
    if asked.verb.wants_reason() && why.is_empty() {
        return Err(Problem::bad_request("say why: whoever sees it later wants to know").into());
    }
    let mut changed = 0;
    for action in asked.actions(why, surface.app.now())? {
        changed += surface.app.act(&action, &operator.name).await?.lines.len();
    }
    let back = asked.back();
    let mark = if back.contains('?') { '&' } else { '?' };
    Ok(Redirect::to(&format!("{back}{mark}did={}&changed={changed}", asked.verb.code())))
}

impl Asked {
    /// What the button is called.
    fn title(&self) -> &'static str {
        match (self.verb, Step::named(&self.step)) {
            (Verb::Hold, Some(Step::Publish)) => "Halt publishing",
            (Verb::Release, Some(Step::Publish)) => "Resume publishing",
            (Verb::Retry, Some(Step::Publish)) => "Publish",
            (Verb::Retry, Some(Step::Consolidate)) => "Consolidate",
            (verb, _) => verb.label(),
        }
    }

    /// What is asked for; of a phase, each of its steps.
    fn actions(&self, why: &str, now: Timestamp) -> Result<Vec<Action>, Problem> {
        let step = match self.step.as_str() {
            "" => None,
            name => Some(Step::named(name).ok_or_else(|| Problem::bad_request(format!("{name:?} is no step")))?),
        };
        let slate = || crate::http::slate(&self.slate, now);
        Ok(match self.verb {
            Verb::Force => vec![Action::Force { slate: slate()? }],
            Verb::Retry if self.phase.is_empty() => vec![Action::Retry { slate: slate()?, step }],
            Verb::Retry => {
                let steps = Step::all().filter(|step| step.spec().phase.name() == self.phase);
                let slate = slate()?;
                let of_phase: Vec<Action> = steps.map(|step| Action::Retry { slate, step: Some(step) }).collect();
                match of_phase.is_empty() {
                    true => return Err(Problem::bad_request(format!("{:?} is no phase", self.phase))),
                    false => of_phase,
                }
            }
            Verb::SelfHeal => vec![Action::SelfHeal],
            Verb::Replay => vec![Action::Replay { selection: self.selection()?, per_minute: REPLAYED_A_MINUTE }],
            Verb::Drop => vec![Action::Drop { selection: self.selection()?, why: why.to_owned() }],
            Verb::Hold => vec![Action::Hold { what: self.holdable(step)?, why: why.to_owned() }],
            Verb::Release => vec![Action::Release { what: self.holdable(step)? }],
            Verb::Link => vec![Action::Link { name: self.name.clone(), player: self.player()? }],
        })
    }

    /// What is stopped or goes on: a provider, a step, or every one.
    fn holdable(&self, step: Option<Step>) -> Result<Holdable, Problem> {
        match self.provider.as_str() {
            "" => Ok(step.map_or(Holdable::EveryStep, Holdable::Step)),
            name => {
                let provider = Provider::named(name);
                let provider = provider.ok_or_else(|| Problem::bad_request(format!("{name:?} is no provider")))?;
                Ok(Holdable::Provider(provider))
            }
        }
    }

    fn player(&self) -> Result<PlayerId, Problem> {
        let number = self.player.trim();
        let player = number.parse().map(PlayerId::new);
        player.map_err(|_| Problem::bad_request(format!("{number:?} is no number of a player at NBA.com")))
    }

    fn selection(&self) -> Result<Selection, Problem> {
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let category = match self.category.as_str() {
            "" => None,
            code => Some(
                FailureCategory::from_code(code)
                    .ok_or_else(|| Problem::bad_request(format!("{code:?} is no category of failures")))?,
            ),
        };
        Ok(Selection { step: said(&self.step).map(StepId::from), partition: said(&self.partition), category })
    }

    /// The page to go back to: one of ours, whatever the form says.
    fn back(&self) -> String {
        let is_ours = self.back.starts_with('/') && !self.back[1..].starts_with(['/', '\\']);
        if is_ours { self.back.clone() } else { "/tonight".to_owned() }
    }

    /// What the second form carries of the first, besides its reason.
    fn fields(&self) -> [(&'static str, &str); 10] {
        [
            ("back", &self.back),
            ("verb", self.verb.code()),
            ("slate", &self.slate),
            ("step", &self.step),
            ("provider", &self.provider),
            ("phase", &self.phase),
            ("partition", &self.partition),
            ("category", &self.category),
            ("name", &self.name),
            ("player", &self.player),
        ]
    }
}

/// The phases that can be tried again one by one, in their order.
pub(super) const PHASES: [Phase; 5] = [Phase::Analyse, Phase::Featurize, Phase::Predict, Phase::Publish, Phase::Grade];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        let back = |back: &str| {
            let form = serde_json::json!({ "token": "", "verb": "self_heal", "back": back });
            serde_json::from_value::<Asked>(form).unwrap().back()
        };
        assert_eq!(back("/grid?date=2025-01-15"), "/grid?date=2025-01-15");
        for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example", "", "evil"] {
            assert_eq!(back(elsewhere), "/tonight", "{elsewhere}");
        }
    }
}
