//! The account: which promises were in danger, and which alerts told of one. It knows the troubles as they were drawn and
//! what became of every slate, and nothing of conditions, roots or damping.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::GameDate;
use jiff::{SignedDuration, Timestamp};
use pipeline::{Partition, Step};
use runtime::alerts::{Alert, Cause, Change, Notification};
use runtime::{Ledger, MemoryLedger, TaskKey, TaskState};

use super::facts::{Facts, is_out, task};
use super::troubles::{Span, Troubles};
use crate::schedules;

/// A page that comes out closer than this to the first tip-off was in danger.
const NARROW: SignedDuration = SignedDuration::from_mins(10);
/// Somebody must be told this soon after a danger began.
const TOLD_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// Who was told less than this before is not told of the same again.
const TOLD_BEFORE: SignedDuration = SignedDuration::from_hours(1);
/// What is over within this was never in danger.
const SHORT: SignedDuration = SignedDuration::from_mins(1);
/// A service that was away for longer has lost ticks of its schedules.
const LOSES_TICKS: SignedDuration = SignedDuration::from_hours(3);
/// What is dead holds up editions so many days later.
const HOLDS_UP_DAYS: i32 = 45;
/// Results are looked for so many days back.
const GRADED_DAYS: i32 = 7;

/// Something promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Promise {
    /// A slate's page before its first tip-off.
    Page(GameDate),
    /// A slate's results within hours.
    Results(GameDate),
    /// That somebody is at work.
    Presence,
    /// That people can be reached.
    Routes,
}

/// A promise in danger.
#[derive(Debug, Clone)]
pub(super) struct Danger {
    pub(super) promise: Promise,
    pub(super) span: Span,
    /// When somebody had to be told at the latest.
    pub(super) told_by: Timestamp,
    /// The step that needs a person, if one does.
    pub(super) step: Option<String>,
    pub(super) why: String,
}

/// What was told: an alert that opened or became worse.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) at: Timestamp,
    pub(super) alert: Alert,
}

/// Everything that was seen.
pub(super) struct Account {
    troubles: Arc<Troubles>,
    dead: BTreeMap<TaskKey, Timestamp>,
    deaths: Vec<(TaskKey, Span)>,
    pub(super) published: BTreeMap<GameDate, Timestamp>,
    results: BTreeMap<GameDate, Timestamp>,
    pub(super) told: Vec<Told>,
    ended_at: Timestamp,
}

impl Account {
    pub(super) fn new(troubles: Arc<Troubles>) -> Self {
        Self {
            troubles,
            dead: BTreeMap::new(),
            deaths: Vec::new(),
            published: BTreeMap::new(),
            results: BTreeMap::new(),
            told: Vec::new(),
            ended_at: Timestamp::MIN,
        }
    }

    /// Sees which tasks are dead now, and what is published.
    pub(super) async fn look(
        &mut self,
        ledger: &MemoryLedger<u64>,
        facts: &Facts,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let unsettled = ledger.unsettled().await?.into_iter();
        let dead: Vec<TaskKey> =
            unsettled.filter(|task| matches!(task.state, TaskState::Dead { .. })).map(|task| task.key).collect();
        let over: Vec<TaskKey> = self.dead.keys().filter(|key| !dead.contains(key)).cloned().collect();
        for key in over {
            let from = self.dead.remove(&key).unwrap_or(now);
            self.deaths.push((key, Span { from, until: now }));
        }
        for key in dead {
            self.dead.entry(key).or_insert(now);
        }
        let today = GameDate::of(now);
        let near = facts.games.range(today.plus_days(-GRADED_DAYS)..=today).map(|(slate, _)| *slate);
        for slate in near {
            let edition = facts.edition(slate);
            if !self.published.contains_key(&slate)
                && task(ledger, Step::Publish, edition).await?.as_ref().is_some_and(is_out)
            {
                self.published.insert(slate, now);
            }
            let results = task(ledger, Step::PublishResults, edition);
            if !self.results.contains_key(&slate) && results.await?.as_ref().is_some_and(is_out) {
                self.results.insert(slate, now);
            }
        }
        Ok(())
    }

    /// Notes what people heard.
    pub(super) fn hear(&mut self, notifications: &[Notification]) {
        for notification in notifications {
            let bad = notification.news.iter().filter(|news| news.change != Change::Resolved);
            self.told.extend(bad.map(|news| Told { at: notification.at, alert: news.alert.clone() }));
        }
    }

    pub(super) fn end(&mut self, now: Timestamp) {
        self.ended_at = now;
        let dead = std::mem::take(&mut self.dead);
        self.deaths.extend(dead.into_iter().map(|(key, from)| (key, Span { from, until: now })));
    }

    /// Every promise that was in danger, by when it was.
    pub(super) fn dangers(&self, facts: &Facts) -> Vec<Danger> {
        let mut dangers = Vec::new();
        for slate in facts.games.keys() {
            dangers.extend(self.of_page(*slate, facts));
            dangers.extend(self.of_results(*slate, facts));
        }
        let long = self.troubles.away.iter().filter(|span| loses_ticks(**span));
        dangers.extend(long.map(|span| {
            let seen = Span { from: span.until, until: span.until + SignedDuration::from_hours(24) };
            self.danger(Promise::Presence, seen, None, format!("nobody was there from {} to {}", span.from, span.until))
        }));
        dangers.extend(self.troubles.deaf_route.map(|span| {
            // The last test that arrived is of the night before, and proves the route for 26 hours.
            let unproven = Span {
                from: span.from + SignedDuration::from_mins(150),
                until: span.until + SignedDuration::from_hours(24),
            };
            self.danger(Promise::Routes, unproven, None, "one of two routes was broken".to_owned())
        }));
        dangers.retain(|danger| danger.span.from < self.ended_at);
        dangers.sort_by_key(|danger| (danger.span.from, danger.promise));
        dangers
    }

    fn danger(&self, promise: Promise, span: Span, step: Option<String>, why: String) -> Danger {
        Danger { promise, span, told_by: self.watched_from(span.from) + TOLD_WITHIN, step, why }
    }

    /// The first instant from which on somebody was there for long enough to tell.
    fn watched_from(&self, from: Timestamp) -> Timestamp {
        let soon = |away: &&Span| away.from < from + TOLD_WITHIN && from < away.until;
        self.troubles.away.iter().find(soon).map_or(from, |away| away.until)
    }

    /// The dangers of a page: what needed a person while it was not out, and lateness.
    fn of_page(&self, slate: GameDate, facts: &Facts) -> Vec<Danger> {
        let Some(deadline) = facts.first_tipoff(slate) else { return Vec::new() };
        let out_at = self.published.get(&slate).copied();
        let open_until = out_at.unwrap_or(self.ended_at);
        let mut dangers = Vec::new();
        for (key, span) in self.deaths.iter().filter(|(key, _)| rests_on(key, slate, facts)) {
            let span = Span { from: span.from.max(slate.at(0, 0)), until: span.until.min(open_until).min(deadline) };
            if span.until > span.from + SHORT {
                let why = format!("{key} was dead from {} to {}", span.from, span.until);
                dangers.push(self.danger(Promise::Page(slate), span, Some(key.step.to_string()), why));
            }
        }
        if open_until > deadline - NARROW {
            let from = facts.edition(slate).cutoff.instant();
            let why = match out_at {
                Some(at) => format!("its page was out at {at}, and the first tip-off was at {deadline}"),
                None => format!("its page was never out, and the first tip-off was at {deadline}"),
            };
            let late = self.danger(Promise::Page(slate), Span { from, until: open_until }, None, why);
            // Only in the end it shows.
            let told_by = self.watched_from(deadline.min(open_until)).max(late.told_by);
            dangers.push(Danger { told_by, ..late });
        }
        dangers
    }

    /// The danger of results: they were due, and not there.
    fn of_results(&self, slate: GameDate, facts: &Facts) -> Option<Danger> {
        let due = facts.results_due(slate)?;
        self.published.get(&slate)?;
        let until = self.results.get(&slate).copied().unwrap_or(self.ended_at);
        let why = format!("its results were due at {due} and there at {until}");
        (until > due + SHORT).then(|| self.danger(Promise::Results(slate), Span { from: due, until }, None, why))
    }
}

impl Danger {
    /// Whether an alert told of it in time.
    pub(super) fn was_told(&self, told: &Told) -> bool {
        let in_time = (self.span.from - TOLD_BEFORE..=self.told_by).contains(&told.at);
        let of_step = self.step.as_ref().is_none_or(|step| {
            *step == told.alert.root.subject || matches!(told.alert.root.cause, Cause::WillBeLate | Cause::TaskLate)
        });
        in_time && of_step && promises(&told.alert).contains(&self.promise)
    }

    /// Whether an alert is about it, in time or not.
    pub(super) fn justifies(&self, told: &Told) -> bool {
        let about_then = self.span.from - TOLD_WITHIN..=self.span.until;
        about_then.contains(&told.at) && promises(&told.alert).contains(&self.promise)
    }
}

/// The promises that an alert says are in danger.
fn promises(alert: &Alert) -> Vec<Promise> {
    let named = alert.slas.keys().filter_map(|sla| {
        let page = sla.strip_prefix("tonight's page, ").and_then(|slate| slate.parse().ok()).map(Promise::Page);
        page.or_else(|| sla.strip_prefix("results of ")?.parse().ok().map(Promise::Results))
    });
    let of_cause = match alert.root.cause {
        Cause::TickMissed => Some(Promise::Presence),
        Cause::RouteSilent => Some(Promise::Routes),
        _ => None,
    };
    named.chain(of_cause).collect()
}

/// Whether a schedule was due so early in an absence that nobody catches up with it.
fn loses_ticks(away: Span) -> bool {
    let schedules = schedules::all().unwrap_or_default();
    let first = schedules.iter().filter_map(|schedule| schedule.next_after(away.from)).min();
    first.is_some_and(|due| away.until.duration_since(due) > LOSES_TICKS)
}

/// Whether a slate's page cannot be made while a task is not.
fn rests_on(key: &TaskKey, slate: GameDate, facts: &Facts) -> bool {
    let (Some(step), Ok(partition)) = (Step::named(key.step.as_str()), key.partition.as_str().parse()) else {
        return false;
    };
    match partition {
        Partition::Edition(edition) => edition == facts.edition(slate) && Step::EDITION.contains(&step),
        Partition::Slate(before) => before < slate && slate.days_since(before) <= HOLDS_UP_DAYS,
        Partition::Month(month) => month <= slate.first_of_month(),
        Partition::Delivery { .. } | Partition::Payload { .. } => false,
    }
}
