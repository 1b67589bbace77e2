//! The watch: what is true now and may concern somebody, stated from the grid, the clock, the schedules and the breakers.
//! Pure. What is expected states nothing; whether somebody is told is decided elsewhere.

mod providers;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use domain::GameDate;
use jiff::{SignedDuration, Timestamp};
use pipeline::source::Provider;
use runtime::alerts::{Cause, Condition, RootCause, Severity, Threat};
use runtime::judge::SlaVerdict;
use runtime::{
    Breaker, FailureCategory, HEARTBEAT, MissedWhy, OpenAttempt, StepId, Task, TaskKey, TaskState, TickDecision,
    TickRecord,
};

use crate::app::{ProviderStanding, SlaReport};

/// Everything the watch looks at.
#[derive(Debug, Default)]
pub(crate) struct Scene {
    /// How tonight's promise stands; nothing on a day without games.
    pub(crate) tonight: Option<SlaReport>,
    /// What tonight rests on.
    pub(crate) foundations: BTreeSet<TaskKey>,
    /// Tasks that are neither settled nor too early.
    pub(crate) unsettled: Vec<Task>,
    /// Attempts under way.
    pub(crate) open: Vec<OpenAttempt>,
    /// Breakers that are not simply closed.
    pub(crate) breakers: BTreeMap<StepId, Breaker>,
    /// Whether anybody has told a line of tonight's games.
    pub(crate) are_lines_known: bool,
    /// Live providers as they stand.
    pub(crate) providers: Vec<ProviderStanding>,
    /// Ticks of the last day.
    pub(crate) ticks: Vec<TickRecord>,
    /// Slates whose results are due by now and not published, with when they were due.
    pub(crate) ungraded: Vec<(GameDate, Timestamp)>,
}

/// A dead letter waits for a decision for so long before somebody is reminded.
const OLD: SignedDuration = SignedDuration::from_hours(24);

/// A breaker that is open for so long does not close by itself.
const OPEN_LONG: SignedDuration = SignedDuration::from_mins(30);

/// What is true now and may concern somebody.
pub(crate) fn conditions(scene: &Scene, now: Timestamp) -> Vec<Condition> {
    let mut all: Vec<Condition> = scene.tonight.iter().filter_map(|tonight| promise(tonight, scene)).collect();
    all.extend(scene.unsettled.iter().filter_map(|task| dead(task, scene, now)));
    all.extend(scene.unsettled.iter().filter_map(|task| forgotten(task, now)));
    all.extend(scene.open.iter().filter_map(|open| silent(open, now)));
    all.extend(scene.breakers.iter().filter_map(|(step, breaker)| interrupted(step, breaker, scene, now)));
    all.extend(scene.providers.iter().filter_map(|provider| providers::quota_low(provider, scene)));
    all.extend(scene.ticks.iter().filter_map(missed));
    all.extend(scene.ungraded.iter().map(|(slate, due)| ungraded(*slate, *due)));
    all
}

/// Tonight's promise; nothing once it is kept.
fn at_stake(scene: &Scene) -> Threat {
    match &scene.tonight {
        Some(SlaReport { verdict: SlaVerdict::Met { .. }, .. }) | None => Threat::Nothing,
        Some(tonight) => promised(tonight),
    }
}

fn is_on_time(scene: &Scene) -> bool {
    scene.tonight.as_ref().is_none_or(|tonight| matches!(tonight.verdict, SlaVerdict::OnTime { .. }))
}

fn promised(tonight: &SlaReport) -> Threat {
    Threat::Sla { deadline: tonight.deadline, what: format!("tonight's page, {}", tonight.edition.slate) }
}

fn promise(tonight: &SlaReport, scene: &Scene) -> Option<Condition> {
    let slate = tonight.edition.slate;
    let minutes = |duration: SignedDuration| duration.as_secs() / 60;
    let (cause, severity, message) = match tonight.verdict {
        SlaVerdict::OnTime { .. } | SlaVerdict::Met { .. } => return None,
        SlaVerdict::AtRisk { eta, .. } => {
            let eta = GameDate::offset_text(eta);
            (Cause::WillBeLate, Severity::Warning, format!("tonight's page is expected at {eta}, with little to spare"))
        }
        SlaVerdict::Late { by } => {
            let late = format!("tonight's page is expected {} min after the first tip-off", minutes(by));
            (Cause::WillBeLate, Severity::Critical, late)
        }
        SlaVerdict::Missed { by } => {
            let late = format!("the first game tipped off {} min ago and tonight's page is not published", minutes(by));
            (Cause::TaskLate, Severity::Critical, late)
        }
    };
    Some(Condition {
        subject: format!("slate {slate}"),
        cause,
        severity,
        threatens: promised(tonight),
        root: root_of(tonight, scene),
        message,
        what_to_do: format!("look at `tipoff status --date {slate}`: it says what each step waits for"),
    })
}

/// What the lateness follows from, where one dead task explains it.
fn root_of(tonight: &SlaReport, scene: &Scene) -> Option<RootCause> {
    let is_dead = |task: &&Task| matches!(task.state, TaskState::Dead { .. });
    let dead: Vec<&Task> = scene.unsettled.iter().filter(is_dead).filter(|task| rests_on(task, scene)).collect();
    let first = dead.first().filter(|_| !tonight.remaining.is_empty())?;
    Some(RootCause::new(Cause::TaskDead, first.key.step.to_string()))
}

fn rests_on(task: &Task, scene: &Scene) -> bool {
    scene.foundations.contains(&task.key)
}

fn dead(task: &Task, scene: &Scene, now: Timestamp) -> Option<Condition> {
    let TaskState::Dead { category, why } = &task.state else { return None };
    // The source has nothing: that is expected, and so is what it comes to.
    if *category == FailureCategory::NoDataAvailable {
        return None;
    }
    let is_awaited = rests_on(task, scene) || providers::would_tell_lines(task, scene, now);
    let threatens = if is_awaited { at_stake(scene) } else { Threat::Nothing };
    let step = &task.key.step;
    Some(Condition {
        subject: task.key.to_string(),
        cause: Cause::TaskDead,
        severity: if threatens == Threat::Nothing { Severity::Warning } else { Severity::Critical },
        threatens,
        // One fault of a step kills many tasks, and is one thing to mend.
        root: Some(RootCause::new(Cause::TaskDead, step.to_string())),
        message: format!("{} failed for good ({category}): {why}", task.key),
        what_to_do: format!("mend the cause, then `tipoff dlq replay --step {step}`"),
    })
}

fn forgotten(task: &Task, now: Timestamp) -> Option<Condition> {
    let TaskState::Dead { .. } = task.state else { return None };
    (now.duration_since(task.updated_at) >= OLD).then(|| Condition {
        subject: task.key.to_string(),
        cause: Cause::DeadLetterOld,
        severity: Severity::Warning,
        threatens: Threat::Nothing,
        root: Some(RootCause::new(Cause::DeadLetterOld, task.key.step.to_string())),
        message: format!("{} is a dead letter since {}", task.key, GameDate::offset_text(task.updated_at)),
        what_to_do: "replay it with `tipoff dlq replay`, or put it aside with `tipoff dlq drop`".to_owned(),
    })
}

fn silent(open: &OpenAttempt, now: Timestamp) -> Option<Condition> {
    let attempt = &open.attempt;
    let heard = attempt.progress.as_ref().map_or(attempt.started_at, |progress| progress.at);
    let silence = now.duration_since(heard);
    (silence >= HEARTBEAT).then(|| Condition {
        subject: attempt.key.to_string(),
        cause: Cause::AttemptSilent,
        severity: Severity::Info,
        threatens: Threat::Nothing,
        root: None,
        message: format!("attempt {} of {} made no progress for {} s", attempt.id, attempt.key, silence.as_secs()),
        what_to_do: "nothing: its deadline ends it, and it is tried again".to_owned(),
    })
}

fn interrupted(name: &StepId, breaker: &Breaker, scene: &Scene, now: Timestamp) -> Option<Condition> {
    let stands = match breaker {
        Breaker::Closed { .. } => return None,
        Breaker::Open { until, since, why, .. } | Breaker::Probing { until, since, why, .. } => format!(
            "is left alone since {}, probed at {}: {why}",
            GameDate::offset_text(*since),
            GameDate::offset_text(*until)
        ),
        Breaker::Held { since, by, why } => format!("is held by {by} since {}: {why}", GameDate::offset_text(*since)),
    };
    let provider = Provider::named(name.as_str());
    let waits = match provider {
        Some(provider) => providers::is_missed(provider, scene, now),
        None => scene.unsettled.iter().any(|task| task.key.step == *name && rests_on(task, scene)),
    };
    // It is probed every few minutes, and one success closes it.
    let is_open_long = match breaker {
        Breaker::Open { since, .. } | Breaker::Probing { since, .. } => now.duration_since(*since) >= OPEN_LONG,
        // Who holds it knows.
        Breaker::Closed { .. } | Breaker::Held { .. } => false,
    };
    let is_pressing = is_open_long || !is_on_time(scene);
    let what_to_do = match (breaker, provider) {
        (Breaker::Held { .. }, Some(_)) => format!("`tipoff release --provider {name}` lets it go on"),
        (Breaker::Held { .. }, None) => "`tipoff release` lets it go on".to_owned(),
        (_, Some(_)) => "see what it says: `tipoff sources`; one answer closes the breaker".to_owned(),
        (_, None) => "mend the fault; one success closes the breaker".to_owned(),
    };
    Some(Condition {
        subject: format!("breaker {name}"),
        cause: Cause::BreakerOpen,
        severity: Severity::Warning,
        threatens: if waits && is_pressing { at_stake(scene) } else { Threat::Nothing },
        // A provider's failing is no fault of a step.
        root: provider.is_none().then(|| RootCause::new(Cause::TaskDead, name.to_string())),
        message: format!("{name} {stands}"),
        what_to_do,
    })
}

fn missed(tick: &TickRecord) -> Option<Condition> {
    let (due, many) = match tick.decision {
        // A newer tick fired in its place, and planning makes up for both.
        TickDecision::Missed { why: MissedWhy::Overtaken, .. } => return None,
        TickDecision::Missed { due, .. } => (due, String::new()),
        TickDecision::MissedMany { last, at_least, .. } => (last, format!(", the last of at least {at_least} times")),
        _ => return None,
    };
    let when = GameDate::offset_text(due);
    let schedule = &tick.schedule;
    Some(Condition {
        subject: format!("schedule {schedule}"),
        cause: Cause::TickMissed,
        severity: Severity::Warning,
        threatens: Threat::Sla { deadline: due, what: format!("{schedule} at {when}") },
        // Nobody was there: all schedules missed their ticks for that one reason.
        root: Some(RootCause::new(Cause::TickMissed, GameDate::of(due).to_string())),
        message: format!("{schedule} was due at {when}{many}, and nobody fired it"),
        what_to_do: "see why `tipoff serve` was not running; what was planned is caught up with by itself".to_owned(),
    })
}

fn ungraded(slate: GameDate, due: Timestamp) -> Condition {
    Condition {
        subject: format!("results of {slate}"),
        cause: Cause::NothingHappened,
        severity: Severity::Warning,
        threatens: Threat::Sla { deadline: due, what: format!("results of {slate}") },
        root: None,
        message: format!("{slate} was to be graded by {}", GameDate::offset_text(due)),
        what_to_do: format!("look at `tipoff status --date {slate}`: it says what the grades wait for"),
    }
}
