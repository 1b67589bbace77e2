//! Dead letters: what failed for good, why, and the buttons that let it go again or put it aside.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use runtime::{FailureCategory, StepId, Task};

use super::actions::{Remedy, Verb};
use super::frame::{Frame, Looks};
use super::words::{ago, clock, short};
use super::{Withheld, shown};
use crate::app::Selection;
use crate::http::Surface;

/// So many letters are listed one by one.
const SHOWN: usize = 200;

/// Letters of a step that failed alike.
struct Group {
    step: String,
    category: FailureCategory,
    letters: usize,
    remedies: Vec<Remedy>,
}

/// A letter.
struct Letter {
    step: String,
    partition: String,
    category: FailureCategory,
    since: String,
    age: String,
    failures: u32,
    chain: Vec<String>,
    remedies: Vec<Remedy>,
}

#[derive(Template)]
#[template(path = "dead_letters.html")]
struct Page {
    frame: Frame,
    groups: Vec<Group>,
    letters: Vec<Letter>,
    all: usize,
}

pub(super) async fn page(State(surface): State<Surface>, looks: Looks) -> Result<impl IntoResponse, Withheld> {
    let (app, now) = (&surface.app, surface.app.now());
    let tasks = app.dead_letters(&Selection::default()).await?;
    let mut groups = BTreeMap::<(&StepId, FailureCategory), usize>::new();
    for task in &tasks {
        *groups.entry((&task.key.step, category(task))).or_default() += 1;
    }
    let group = |((step, category), letters): ((&StepId, _), _)| {
        let of = |verb, label: &str| {
            Remedy::new(verb, format!("{label} all {letters}")).with("step", &step).with("category", &category)
        };
        Group {
            step: step.to_string(),
            category,
            letters,
            remedies: vec![of(Verb::Replay, "Replay"), of(Verb::Drop, "Drop")],
        }
    };
    let letter = |task: &Task| {
        let of = |verb, label: &str| {
            Remedy::new(verb, label).with("step", &task.key.step).with("partition", &task.key.partition)
        };
        Letter {
            step: task.key.step.to_string(),
            partition: short(task.key.partition.as_str()),
            category: category(task),
            since: clock(task.updated_at, now),
            age: ago(task.updated_at, now),
            failures: task.failures,
            chain: task.state.why().unwrap_or_default().split(": ").map(str::to_owned).collect(),
            remedies: vec![of(Verb::Replay, "Replay"), of(Verb::Drop, "Drop")],
        }
    };
    shown(&Page {
        frame: Frame::of("Dead letters", &surface, &looks),
        all: tasks.len(),
        letters: tasks.iter().take(SHOWN).map(letter).collect(),
        groups: groups.into_iter().map(group).collect(),
    })
}

fn category(task: &Task) -> FailureCategory {
    task.state.failure().unwrap_or(FailureCategory::ProcessingError)
}
