//! The doctor: what is healthy, what is not, and what to do about it. Pure: findings of a look around in, checks out.

use std::collections::BTreeMap;

use domain::{Edition, GameDate};
use jiff::{SignedDuration, Timestamp};
use pipeline::Step;
use predict::features::{FeatureHealth, FeatureVerdict};
use runtime::judge::Severity;
use runtime::{BrokenRule, OpenAttempt, Task, TaskState, TickDecision, TickRecord};

use crate::clock_words::moment;

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examined {
    /// Whether the store takes writes.
    Store,
    /// Whether the ledger keeps its own rules.
    Ledger,
    /// Whether attempts go on.
    Attempts,
    /// Whether dead letters are seen to.
    DeadLetters,
    /// Whether today's page is there when it is due.
    Page,
    /// Whether today's features are as those of the days before.
    Features,
    /// Whether payloads come in.
    Payloads,
    /// Whether the clock can be right.
    Clock,
    /// Whether there is room.
    Disk,
    /// Whether schedules fire.
    Schedules,
    /// Whether alerts would reach anybody.
    Routes,
}

impl Examined {
    /// Name in output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Ledger => "ledger",
            Self::Attempts => "attempts",
            Self::DeadLetters => "dead_letters",
            Self::Page => "page",
            Self::Features => "features",
            Self::Payloads => "payloads",
            Self::Clock => "clock",
            Self::Disk => "disk",
            Self::Schedules => "schedules",
            Self::Routes => "routes",
        }
    }
}

/// What a look at one thing came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// At what.
    pub examined: Examined,
    /// How bad it is.
    pub severity: Severity,
    /// What is so, for people.
    pub message: String,
    /// What to do about it; nothing where all is well.
    pub what_to_do: Option<String>,
}

impl Check {
    fn fine(examined: Examined, message: impl Into<String>) -> Self {
        Self { examined, severity: Severity::Fine, message: message.into(), what_to_do: None }
    }

    fn bad(examined: Examined, severity: Severity, message: String, what_to_do: &str) -> Self {
        Self { examined, severity, message, what_to_do: Some(what_to_do.to_owned()) }
    }

    /// That it could not be looked at.
    pub(crate) fn unknown(examined: Examined, problem: &anyhow::Error) -> Self {
        let what_to_do = "look at the disk and the database; nothing can be told until the store answers";
        Self::bad(examined, Severity::Critical, format!("it could not be looked at: {problem:#}"), what_to_do)
    }
}

/// What came of writing something, reading it back and removing it.
#[derive(Debug)]
pub(crate) enum Probe {
    /// It was done in so long.
    Took(SignedDuration),
    /// It was not done in so long.
    NoAnswer(SignedDuration),
    /// It failed.
    Failed(anyhow::Error),
}

/// A write that takes longer is worth a look.
const SLOW_WRITE: SignedDuration = SignedDuration::from_secs(1);

pub(crate) fn store(probe: &Probe) -> Check {
    let slow = "see who else writes (an import?) and whether the disk is slow";
    match probe {
        Probe::Took(took) if *took <= SLOW_WRITE => {
            Check::fine(Examined::Store, format!("opened, written, read back and removed in {} ms", took.as_millis()))
        }
        Probe::Took(took) => {
            Check::bad(Examined::Store, Severity::Warning, format!("a write took {} ms", took.as_millis()), slow)
        }
        Probe::NoAnswer(patience) => {
            let message = format!("a write was not done within {} ms", patience.as_millis());
            Check::bad(Examined::Store, Severity::Warning, message, slow)
        }
        Probe::Failed(problem) => {
            let what_to_do =
                "nothing can be done until the store takes writes: look at the disk, its space and its rights";
            Check::bad(Examined::Store, Severity::Critical, format!("a write failed: {problem:#}"), what_to_do)
        }
    }
}

pub(crate) fn ledger(broken: &[BrokenRule]) -> Check {
    if broken.is_empty() {
        return Check::fine(Examined::Ledger, "every rule is kept");
    }
    let rules: Vec<String> =
        broken.iter().map(|broken| format!("{} rows break: {}", broken.rows, broken.rule)).collect();
    let what_to_do = "stop every process, keep a copy of the store, and report this as a fault of tipoff";
    Check::bad(Examined::Ledger, Severity::Critical, rules.join("; "), what_to_do)
}

/// More stuck attempts than this are no accident.
const MANY_STUCK: usize = 5;

/// The silence that a step is allowed that this program does not know.
const SILENCE: SignedDuration = SignedDuration::from_secs(60);

pub(crate) fn attempts(open: &[OpenAttempt], now: Timestamp) -> Check {
    let stuck: Vec<String> = open.iter().filter_map(|open| stuck(open, now)).collect();
    let severity = match stuck.len() {
        0 => return Check::fine(Examined::Attempts, format!("{} under way, none of them stuck", open.len())),
        1..=MANY_STUCK => Severity::Warning,
        _ => Severity::Critical,
    };
    let what_to_do = "any process that works here ends them and tries them again: is `tipoff serve` running?";
    Check::bad(Examined::Attempts, severity, named(&stuck), what_to_do)
}

fn stuck(open: &OpenAttempt, now: Timestamp) -> Option<String> {
    let attempt = &open.attempt;
    let (id, key) = (attempt.id, &attempt.key);
    if attempt.lease_until < now {
        return Some(format!("attempt {id} of {key} was given up by {}", attempt.worker));
    }
    let heard = attempt.progress.as_ref().map_or(attempt.started_at, |progress| progress.at);
    let silence = now.duration_since(heard);
    let allowed = Step::named(key.step.as_str()).map_or(SILENCE, |step| step.spec().limits.silence);
    (silence > allowed).then(|| format!("attempt {id} of {key} made no progress for {} s", silence.as_secs()))
}

/// A dead letter waits for a decision for so long before it is overdue.
const OLD: SignedDuration = SignedDuration::from_hours(24);

pub(crate) fn dead_letters(unsettled: &[Task], now: Timestamp) -> Check {
    let dead: Vec<&Task> = unsettled.iter().filter(|task| matches!(task.state, TaskState::Dead { .. })).collect();
    let is_old = |task: &&&Task| now.duration_since(task.updated_at) >= OLD;
    let old: Vec<String> = dead.iter().filter(is_old).map(|task| task.key.to_string()).collect();
    match (dead.len(), old.is_empty()) {
        (0, _) => Check::fine(Examined::DeadLetters, "none"),
        (count, true) => Check::fine(Examined::DeadLetters, format!("{count}, none older than a day")),
        (_, false) => {
            let message = format!("{} wait for a decision for more than a day: {}", old.len(), named(&old));
            let what_to_do = "`tipoff dlq list`, then `tipoff dlq replay` or `tipoff dlq drop`";
            Check::bad(Examined::DeadLetters, Severity::Warning, message, what_to_do)
        }
    }
}

/// The first few of a list; the rest are counted.
fn named(all: &[String]) -> String {
    const NAMED: usize = 3;
    let first = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    match all.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first}; and {more} more"),
    }
}

/// A slate with games.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tonight {
    /// The edition that is published for it.
    pub(crate) edition: Edition,
    /// The first tip-off.
    pub(crate) first_tipoff: Timestamp,
}

/// Making a page takes well under this.
const MAKING: SignedDuration = SignedDuration::from_mins(10);

pub(crate) fn page(tonight: Option<Tonight>, published: Option<GameDate>, now: Timestamp) -> Check {
    let newest = published.map_or("nothing was ever published".to_owned(), |slate| format!("the newest is of {slate}"));
    let Some(Tonight { edition, first_tipoff }) = tonight else {
        return Check::fine(Examined::Page, format!("no games today; {newest}"));
    };
    let (slate, due) = (edition.slate, edition.cutoff.instant());
    if published >= Some(slate) {
        return Check::fine(Examined::Page, format!("{slate} is published"));
    }
    if now < due + MAKING && now < first_tipoff {
        return Check::fine(Examined::Page, format!("{slate} is due at {}; {newest}", moment(due)));
    }
    let severity = if now < first_tipoff { Severity::Warning } else { Severity::Critical };
    let message = format!("{slate} was due at {} and is not published; {newest}", moment(due));
    Check::bad(Examined::Page, severity, message, "`tipoff status` says what it waits for")
}

pub(crate) fn features(health: Option<&[FeatureHealth]>) -> Check {
    let Some(health) = health else {
        return Check::fine(Examined::Features, "today's are not computed");
    };
    let odd: Vec<(FeatureVerdict, String)> = health
        .iter()
        .filter_map(|health| Some((health.verdict, format!("{}: {}", health.feature, health.verdict.problem()?))))
        .collect();
    if odd.is_empty() {
        return Check::fine(Examined::Features, "today's are as those of the thirty days before");
    }
    let is_broken = odd.iter().any(|(verdict, _)| matches!(verdict, FeatureVerdict::Broken(_)));
    let severity = if is_broken { Severity::Critical } else { Severity::Warning };
    let message = odd.into_iter().map(|(_, problem)| problem).collect::<Vec<_>>().join("; ");
    Check::bad(
        Examined::Features,
        severity,
        message,
        "see `tipoff features`, then whether its source still sends what it did",
    )
}

/// While games are played, something lands every day.
const LANDS_WITHIN: SignedDuration = SignedDuration::from_hours(24);

pub(crate) fn payloads(tonight: Option<Tonight>, newest_landing: Option<Timestamp>, now: Timestamp) -> Check {
    let newest = match newest_landing {
        Some(landed) => format!("the newest landed at {}", moment(landed)),
        None => "none ever landed".to_owned(),
    };
    let is_fresh = newest_landing.is_some_and(|landed| now.duration_since(landed) <= LANDS_WITHIN);
    if tonight.is_none() || is_fresh {
        return Check::fine(Examined::Payloads, newest);
    }
    let what_to_do =
        "`tipoff runs --step land` shows the last attempts to fetch; import newer files, or see to the sources";
    Check::bad(Examined::Payloads, Severity::Warning, format!("there are games today, and {newest}"), what_to_do)
}

/// Clocks of several machines differ by so much and are right.
const SKEW: SignedDuration = SignedDuration::from_secs(2);

/// A clock that differs by more makes leases and deadlines worthless.
const WRONG: SignedDuration = SignedDuration::from_secs(60);

pub(crate) fn clock(newest_attempt: Option<Timestamp>, now: Timestamp) -> Check {
    let ahead = newest_attempt.map_or(SignedDuration::ZERO, |started| started.duration_since(now));
    if ahead <= SKEW {
        // The zone's rules are compiled in, so no machine's zone data can be wrong.
        let message = format!("{} US Eastern, after everything that was done", moment(now));
        return Check::fine(Examined::Clock, message);
    }
    let severity = if ahead > WRONG { Severity::Critical } else { Severity::Warning };
    let message = format!("the newest attempt began {} s from now", ahead.as_secs());
    let what_to_do = "set the clock of every machine that works here by NTP; leases and deadlines rest on it";
    Check::bad(Examined::Clock, severity, message, what_to_do)
}

const GIGABYTE: u64 = 1_000_000_000;

pub(crate) fn disk(free: u64) -> Check {
    let severity = match free / GIGABYTE {
        0 => Severity::Critical,
        1..5 => Severity::Warning,
        _ => Severity::Fine,
    };
    let message = format!("{:.1} GB free for the data directory", free as f64 / GIGABYTE as f64);
    match severity {
        Severity::Fine => Check::fine(Examined::Disk, message),
        _ => Check::bad(Examined::Disk, severity, message, "make room: when the disk is full nothing can be committed"),
    }
}

/// Missed ticks are worth a word for so long.
const MISSED_WITHIN: SignedDuration = SignedDuration::from_hours(48);

/// Every schedule is due once a day at least.
const FIRES_WITHIN: SignedDuration = SignedDuration::from_hours(25);

pub(crate) fn schedules(ticks: &[TickRecord], now: Timestamp) -> Check {
    let Some(newest) = ticks.iter().map(|tick| tick.decided_at).max() else {
        return Check::fine(Examined::Schedules, "none has fired lately; `tipoff serve` fires them");
    };
    let newest_text = moment(newest);
    if now.duration_since(newest) > FIRES_WITHIN {
        let message = format!("nobody has looked at them since {newest_text}");
        let what_to_do = "start `tipoff serve`; what was planned is caught up with by itself";
        return Check::bad(Examined::Schedules, Severity::Warning, message, what_to_do);
    }
    let is_missed = |tick: &&TickRecord| {
        matches!(tick.decision, TickDecision::Missed { .. } | TickDecision::MissedMany { .. })
            && now.duration_since(tick.decision.due()) <= MISSED_WITHIN
    };
    let missed = |tick: &TickRecord| format!("{} at {}", tick.schedule, moment(tick.decision.due()));
    let missed: Vec<String> = ticks.iter().rev().filter(is_missed).map(missed).collect();
    if missed.is_empty() {
        return Check::fine(
            Examined::Schedules,
            format!("no tick was missed in two days; the last was decided at {newest_text}"),
        );
    }
    let message = format!("{} were missed in two days: {}", missed.len(), named(&missed));
    let what_to_do = "see why `tipoff serve` was not running; what was planned is caught up with by itself";
    Check::bad(Examined::Schedules, Severity::Warning, message, what_to_do)
}

/// `proven` holds when each route last delivered a test; that proves it for so long.
pub(crate) fn routes(
    names: &[&str],
    proven: &BTreeMap<String, Timestamp>,
    proven_for: SignedDuration,
    now: Timestamp,
) -> Check {
    let unproven: Vec<String> = names
        .iter()
        .filter_map(|name| match proven.get(*name) {
            Some(at) if now.duration_since(*at) <= proven_for => None,
            Some(at) => Some(format!("{name} took its last test at {}", moment(*at))),
            None => Some(format!("{name} was never tested")),
        })
        .collect();
    if unproven.is_empty() {
        return Check::fine(Examined::Routes, format!("{} took a test within a day", names.join(", ")));
    }
    let what_to_do = "`tipoff alerts test`; while `tipoff serve` runs it does so every night";
    Check::bad(Examined::Routes, Severity::Warning, unproven.join("; "), what_to_do)
}

/// Routes that are set up wrongly.
pub(crate) fn routes_wrong(problem: &anyhow::Error) -> Check {
    let what_to_do = "mend the variable; until then `tipoff serve` does not start";
    Check::bad(Examined::Routes, Severity::Critical, format!("{problem:#}"), what_to_do)
}

#[cfg(test)]
mod tests;
