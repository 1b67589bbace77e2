//! What is wrong: each trouble of a slate said once, with its cause, what happens next and when, and what helps.

use std::collections::BTreeMap;

use pipeline::{Partition, Step};
use runtime::state::Deadlines;
use runtime::{Breaker, FailureCategory, HEARTBEAT, OpenAttempt, StepId, Task, TaskState};

use super::actions::{Remedy, Verb};
use super::look::Look;
use super::words::{Tone, ago, clock, short, span};
use crate::app::{GridCell, Holdable};
use crate::handlers::policy;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) tone: Tone,
    pub(super) what: String,
    pub(super) why: String,
    /// What happens if nobody does anything, and when.
    pub(super) next: String,
    pub(super) remedies: Vec<Remedy>,
}

/// Everything that is wrong, worst first.
pub(super) fn troubles(look: &Look) -> Vec<Trouble> {
    let mut all = held(look);
    all.extend(look.breakers.iter().filter_map(|(step, breaker)| interrupted(step, breaker, look)));
    all.extend(failed(look));
    all.extend(look.open.iter().filter_map(|open| silent(open, look)));
    all.extend(unclaimed(look));
    all.extend(look.grid.cells.iter().filter_map(|cell| waits(cell, look)));
    all.sort_by_key(|trouble| std::cmp::Reverse(trouble.tone));
    all
}

/// Steps that a person stopped, together where they were stopped together.
fn held(look: &Look) -> Vec<Trouble> {
    let mut by_word = BTreeMap::<(&str, &str, jiff::Timestamp), Vec<&StepId>>::new();
    for (step, breaker) in &look.breakers {
        if let Breaker::Held { since, by, why } = breaker {
            by_word.entry((by, why, *since)).or_default().push(step);
        }
    }
    let told = by_word.into_iter().map(|((by, why, since), steps)| {
        let (what, remedy) = match steps[..] {
            [name] => match Holdable::named(name.as_str()) {
                Some(publish @ Holdable::Step(Step::Publish)) => {
                    ("Publishing is halted".to_owned(), Some(Remedy::release(publish, "Resume publishing")))
                }
                what => {
                    let remedy = what.map(|what| Remedy::release(what, format!("Resume {what}")));
                    (format!("{name} is paused"), remedy)
                }
            },
            _ => {
                let remedy = Remedy::release(Holdable::EveryStep, "Resume every step");
                (format!("{} steps are paused", steps.len()), Some(remedy))
            }
        };
        Trouble {
            tone: Tone::Bad,
            what,
            why: format!("{by} stopped it at {} ({}): {why}", clock(since, look.now), ago(since, look.now)),
            next: "Nothing of it is made until somebody resumes it; what waits for it waits.".to_owned(),
            remedies: remedy.into_iter().collect(),
        }
    });
    told.collect()
}

/// A step that is left alone because it keeps failing.
fn interrupted(step: &StepId, breaker: &Breaker, look: &Look) -> Option<Trouble> {
    let (since, why, next) = match breaker {
        Breaker::Open { until, since, why, .. } => {
            let (at, away) = (clock(*until, look.now), ago(*until, look.now));
            (since, why, format!("One attempt probes at {at} ({away}); its success closes the breaker."))
        }
        Breaker::Probing { since, why, .. } => {
            (since, why, "One attempt probes now; its success closes the breaker.".to_owned())
        }
        Breaker::Closed { .. } | Breaker::Held { .. } => return None,
    };
    // What a provider does not tell may have been told before, or by another.
    let (tone, whose) = match Holdable::named(step.as_str()) {
        Some(Holdable::Provider(_)) => (Tone::Warn, "or asked to be left alone"),
        _ => (Tone::Bad, "by our own fault"),
    };
    Some(Trouble {
        tone,
        what: format!("{step} is left alone: its breaker is {}", breaker.code()),
        why: format!("It kept failing {whose}, since {}: {why}", clock(*since, look.now)),
        next,
        remedies: Vec::new(),
    })
}

/// Tasks whose last attempt failed, those of a step that failed alike together.
fn failed(look: &Look) -> Vec<Trouble> {
    let mut alike = BTreeMap::<(&StepId, &'static str, FailureCategory), Vec<&Task>>::new();
    for task in &look.unsettled {
        if let Some(category) = task.state.failure() {
            alike.entry((&task.key.step, task.state.code(), category)).or_default().push(task);
        }
    }
    let mut all: Vec<Trouble> = alike.into_values().filter_map(|tasks| failed_alike(&tasks, look)).collect();
    let cancelled = look.unsettled.iter().filter(|task| matches!(task.state, TaskState::Cancelled { .. }));
    all.extend(cancelled.filter(|task| is_of(task, look)).map(|task| Trouble {
        tone: Tone::Bad,
        what: format!("{} was put aside", task.key.step),
        why: task.state.why().unwrap_or_default().to_owned(),
        next: "Nothing, unless its inputs change or somebody retries it.".to_owned(),
        remedies: vec![retry(&task.key.step, look)],
    }));
    all
}

fn failed_alike(tasks: &[&Task], look: &Look) -> Option<Trouble> {
    let first = tasks.iter().find(|task| is_of(task, look)).or(tasks.first())?;
    let (step, category) = (&first.key.step, first.state.failure()?);
    let concerns = is_of(first, look);
    let about = match tasks.len() {
        1 => short(first.key.partition.as_str()),
        many => format!("{many} tasks, such as {}", short(first.key.partition.as_str())),
    };
    let replay = || {
        let remedy =
            Remedy::new(Verb::Replay, format!("Replay {step}")).with("step", &step).with("category", &category);
        if tasks.len() == 1 { remedy.with("partition", &first.key.partition) } else { remedy }
    };
    let (what, next, tone, remedies) = match (&first.state, category) {
        // The source has nothing: expected.
        (TaskState::Dead { .. }, FailureCategory::NoDataAvailable) if !concerns => return None,
        (TaskState::Dead { .. }, FailureCategory::BlockedByGuard) => (
            format!("The guard refused to publish: {about}"),
            "The last good files stay. It is tried again when its inputs change, or when somebody retries it."
                .to_owned(),
            Tone::Bad,
            vec![retry(step, look)],
        ),
        (TaskState::Dead { .. }, _) => (
            format!("{step} failed for good: {about}"),
            after_death(step).to_owned(),
            if concerns { Tone::Bad } else { Tone::Warn },
            vec![replay()],
        ),
        (TaskState::RetryAt { at, .. }, _) => (
            match category {
                FailureCategory::Lost => format!("The worker that made {step} died: {about}"),
                FailureCategory::UpstreamFailure => format!("{step} did not get what it asked for: {about}"),
                _ => format!("{step} failed: {about}"),
            },
            match *at > look.now {
                true => format!("It is tried again at {} ({}).", clock(*at, look.now), ago(*at, look.now)),
                false => "It is tried again as soon as somebody is free.".to_owned(),
            },
            Tone::Warn,
            if concerns { vec![retry(step, look)] } else { Vec::new() },
        ),
        _ => return None,
    };
    let why = format!("{} ({category})", first.state.why().unwrap_or_default());
    Some(Trouble { tone, what, why, next, remedies })
}

/// What follows a dead letter.
fn after_death(step: &StepId) -> &'static str {
    match Step::named(step.as_str()) {
        Some(Step::Process) => {
            "These bytes wait for a parser that can read them, or for somebody who replays them. Their source is asked \
             again by its next look."
        }
        _ => "Nothing: a dead letter is tried again only when its inputs change or somebody replays it.",
    }
}

/// An attempt of which nothing was heard for too long.
fn silent(open: &OpenAttempt, look: &Look) -> Option<Trouble> {
    let attempt = &open.attempt;
    let (step, about) = (&attempt.key.step, short(attempt.key.partition.as_str()));
    if attempt.lease_until < look.now {
        return Some(Trouble {
            tone: Tone::Bad,
            what: format!("The worker that makes {step} is gone: {about}"),
            why: format!(
                "Nothing was heard of {} since {}; it held the task until {}.",
                attempt.worker,
                clock(attempt.lease_until - HEARTBEAT, look.now),
                clock(attempt.lease_until, look.now)
            ),
            next:
                "Whoever else is at work takes the task from it within seconds and makes it anew; if nobody is, start \
                   `tipoff serve` or `tipoff worker`."
                    .to_owned(),
            remedies: Vec::new(),
        });
    }
    let heard = attempt.progress.as_ref().map_or(attempt.started_at, |progress| progress.at);
    let limits = Step::named(step.as_str()).map_or_else(Deadlines::default, |step| policy(step).deadlines);
    let silence = look.now.duration_since(heard);
    (silence > limits.silence / 2).then(|| Trouble {
        tone: Tone::Warn,
        what: format!("{step} makes no progress: {about}"),
        why: format!("{} lives, and said nothing of it for {}.", attempt.worker, span(silence)),
        next: format!("At {} its attempt is ended and made anew.", clock(heard + limits.silence, look.now)),
        remedies: Vec::new(),
    })
}

/// What is ready and taken by nobody is late after so long.
const CLAIMED_WITHIN: jiff::SignedDuration = jiff::SignedDuration::from_secs(90);

/// Work that waits and that nobody takes.
fn unclaimed(look: &Look) -> Option<Trouble> {
    let waiting = look.unsettled.iter().filter_map(|task| {
        let from = task.state.claimable_from().filter(|from| look.now.duration_since(*from) > CLAIMED_WITHIN)?;
        look.bar(task.key.step.as_str()).is_none().then_some((from, task))
    });
    let waiting: Vec<_> = waiting.collect();
    let (since, first) = waiting.iter().min_by_key(|(from, _)| *from)?;
    let busy: Vec<String> = look.open.iter().map(|open| open.attempt.key.step.to_string()).collect();
    let (tone, why, next) = match busy.is_empty() {
        true => (
            Tone::Bad,
            "No worker is at work here: none has taken it.".to_owned(),
            "Nothing until one is: start `tipoff serve` or `tipoff worker`.".to_owned(),
        ),
        false => (
            Tone::Warn,
            format!("The workers are busy with {}.", busy.join(", ")),
            "It is taken when one of them is free.".to_owned(),
        ),
    };
    let others = match waiting.len() {
        1 => String::new(),
        many => format!(" and {} more", many - 1),
    };
    let what = format!("{} waits for a worker since {}{others}", first.key.step, clock(*since, look.now));
    Some(Trouble { tone, what, why, next, remedies: Vec::new() })
}

/// A task of the edition that is late because something outside is missing. What only waits for another says nothing new.
fn waits(cell: &GridCell, look: &Look) -> Option<Trouble> {
    let (until, why) = match &cell.state {
        TaskState::NotYet { until, why } => (*until, why),
        TaskState::Snoozed { until, why } => (Some(*until), why),
        _ => return None,
    };
    let is_due = look.grid.games > 0 && look.grid.edition.cutoff.instant() <= look.now;
    let comes_before = matches!(cell.partition, Partition::Edition(_) | Partition::Month(_)) && cell.step < Step::Grade;
    let is_missing = |need: &Step| look.grid.cells.iter().any(|cell| cell.step == *need && !cell.state.is_settled());
    if !is_due || !comes_before || cell.step.spec().needs.iter().any(is_missing) {
        return None;
    }
    let next = match until {
        Some(until) => format!("It is looked at again at {} ({}).", clock(until, look.now), ago(until, look.now)),
        None => "It is looked at again when something comes in, and once a minute.".to_owned(),
    };
    Some(Trouble {
        tone: Tone::Warn,
        what: format!("{} cannot be made yet", cell.step),
        why: why.clone(),
        next,
        remedies: vec![Remedy::new(Verb::SelfHeal, "Self-heal")],
    })
}

/// Whether a task is the slate's own, or its month's.
fn is_of(task: &Task, look: &Look) -> bool {
    let is_its = |cell: &GridCell| {
        cell.step.name() == task.key.step.as_str() && cell.partition.to_string() == task.key.partition.as_str()
    };
    look.grid.cells.iter().any(is_its)
}

fn retry(step: &StepId, look: &Look) -> Remedy {
    let label = match Step::named(step.as_str()) {
        Some(Step::Consolidate) => "Consolidate".to_owned(),
        Some(Step::Publish) => "Publish".to_owned(),
        _ => format!("Retry {step}"),
    };
    Remedy::new(Verb::Retry, label).with("slate", &look.slate).with("step", &step)
}
