//! The metrics and their values. Pure: what was read goes in, numbers come out.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use pipeline::Step;
use runtime::alerts::{Cause, Severity};
use runtime::judge::{Part, Parts, SlaVerdict};
use runtime::{Breaker, FailureCategory, StepId, Task, TaskState};

use super::reading::Reading;
use super::{Kind, Metric, Sample};
use crate::app::SlaReport;

/// Every metric, with its values.
pub(super) fn all(reading: &Reading, serving_since: Option<Timestamp>) -> Vec<Metric> {
    let mut all = process(serving_since);
    all.extend(tasks(reading));
    all.extend(steps(reading));
    all.extend(schedules(reading));
    all.extend(alerts(reading));
    all.extend(tonight(reading));
    all.extend(data(reading));
    all.extend(super::providers::all(reading));
    all
}

pub(super) type Labels = Vec<(&'static str, String)>;

pub(super) fn gauge(
    name: &'static str,
    help: &'static str,
    samples: impl IntoIterator<Item = (Labels, f64)>,
) -> Metric {
    measured(Kind::Gauge, name, help, samples)
}

/// The text adds `_total` to its name.
pub(super) fn counter(
    name: &'static str,
    help: &'static str,
    samples: impl IntoIterator<Item = (Labels, f64)>,
) -> Metric {
    measured(Kind::Counter, name, help, samples)
}

fn measured(
    kind: Kind,
    name: &'static str,
    help: &'static str,
    samples: impl IntoIterator<Item = (Labels, f64)>,
) -> Metric {
    let samples = samples.into_iter().map(|(labels, value)| Sample { labels, value }).collect();
    Metric { name, help, kind, samples }
}

/// A value without labels, where there is one.
fn alone(value: Option<f64>) -> Option<(Labels, f64)> {
    value.map(|value| (Vec::new(), value))
}

pub(super) fn unix(instant: Timestamp) -> f64 {
    instant.as_duration().as_secs_f64()
}

pub(super) fn label(name: &'static str, value: &(impl ToString + ?Sized)) -> (&'static str, String) {
    (name, value.to_string())
}

/// Counts by labels. What is expected and not there is zero, so that an alert can tell nothing from no answer.
fn counted(expected: impl IntoIterator<Item = Labels>, found: impl IntoIterator<Item = Labels>) -> Vec<(Labels, f64)> {
    let mut counts: BTreeMap<Labels, f64> = expected.into_iter().map(|labels| (labels, 0.0)).collect();
    for labels in found {
        *counts.entry(labels).or_default() += 1.0;
    }
    counts.into_iter().collect()
}

fn of_step(step: &StepId) -> Labels {
    vec![label("step", step)]
}

fn every_step() -> impl Iterator<Item = StepId> {
    Step::all().map(|step| StepId::from(step.name()))
}

fn process(serving_since: Option<Timestamp>) -> Vec<Metric> {
    let version = vec![label("version", env!("CARGO_PKG_VERSION"))];
    vec![
        gauge("tipoff_build_info", "Always 1; the labels tell which program this is", [(version, 1.0)]),
        gauge(
            "tipoff_process_start_time_seconds",
            "When the process that serves started, in seconds since 1970",
            alone(serving_since.map(unix)),
        ),
    ]
}

/// States that ask for something; what is done, too early or empty is not counted, for there is ever more of it.
const UNSETTLED: [&str; 6] = ["ready", "running", "retry_at", "snoozed", "dead", "cancelled"];

fn tasks(reading: &Reading) -> Vec<Metric> {
    let Reading { now, unsettled, open, .. } = reading;
    let step_and = |name, value: &str, step: &StepId| vec![label("step", step), label(name, value)];
    let states = every_step().flat_map(|step| UNSETTLED.map(|state| step_and("state", state, &step)));
    let found = unsettled.iter().map(|task| step_and("state", task.state.code(), &task.key.step));
    let is_dead = |task: &&Task| matches!(task.state, TaskState::Dead { .. });
    let dead: Vec<&Task> = unsettled.iter().filter(is_dead).collect();
    let letters =
        dead.iter().filter_map(|task| Some(step_and("category", task.state.failure()?.code(), &task.key.step)));
    let no_letters = every_step().map(|step| step_and("category", FailureCategory::ProcessingError.code(), &step));
    let oldest = dead.iter().map(|task| now.duration_since(task.updated_at)).max().unwrap_or_default();
    let silence = open.iter().map(|open| {
        let attempt = &open.attempt;
        let heard = attempt.progress.as_ref().map_or(attempt.started_at, |progress| progress.at);
        now.duration_since(heard)
    });
    vec![
        gauge("tipoff_tasks", "Tasks that ask for something, by step and state", counted(states, found)),
        gauge(
            "tipoff_dead_letters",
            "Tasks that used up their attempts, by step and category of the failure",
            counted(no_letters, letters),
        ),
        gauge(
            "tipoff_dead_letter_oldest_age_seconds",
            "How long the oldest dead letter has waited for a decision; 0 without any",
            alone(Some(oldest.as_secs_f64())),
        ),
        gauge(
            "tipoff_open_attempts",
            "Attempts under way, by step",
            counted(every_step().map(|step| of_step(&step)), open.iter().map(|open| of_step(&open.attempt.key.step))),
        ),
        gauge(
            "tipoff_open_attempt_silence_seconds",
            "The longest time for which an attempt under way has told no progress; 0 without any",
            alone(Some(silence.max().unwrap_or_default().as_secs_f64())),
        ),
    ]
}

fn steps(reading: &Reading) -> Vec<Metric> {
    let mut took: BTreeMap<StepId, (u64, Parts)> = every_step().map(|step| (step, Default::default())).collect();
    for day in &reading.days {
        let (runs, sums) = took.entry(day.step.clone()).or_default();
        *runs += day.runs;
        *sums = Parts {
            wait: sums.wait.saturating_add(day.sums.wait),
            fetch: sums.fetch.saturating_add(day.sums.fetch),
            compute: sums.compute.saturating_add(day.sums.compute),
            write: sums.write.saturating_add(day.sums.write),
        };
    }
    let seconds = took.iter().flat_map(|(step, (_, sums))| {
        [Part::Wait, Part::Fetch, Part::Compute, Part::Write]
            .map(|part| (vec![label("step", step), label("part", part.code())], sums.of(part).as_secs_f64()))
    });
    let asked = reading.loads.iter().flat_map(|(step, load)| {
        [("first", load.originals), ("retry", load.retries)]
            .map(|(which, count)| (vec![label("step", step), label("which", which)], count as f64))
    });
    let left_alone = every_step().map(|step| {
        let breaker = reading.breakers.get(&step);
        let is_open = matches!(breaker, Some(Breaker::Open { .. } | Breaker::Probing { .. }));
        (of_step(&step), f64::from(u8::from(is_open)))
    });
    let held = every_step().map(|step| {
        let is_held = matches!(reading.breakers.get(&step), Some(Breaker::Held { .. }));
        (of_step(&step), f64::from(u8::from(is_held)))
    });
    let newest =
        reading.newest_done.iter().filter_map(|attempt| Some((of_step(&attempt.key.step), unix(attempt.ended_at?))));
    vec![
        counter(
            "tipoff_step_runs",
            "Successful runs, by step; counted anew each year (UTC)",
            took.iter().map(|(step, (runs, _))| (of_step(step), *runs as f64)),
        ),
        counter(
            "tipoff_step_run_seconds",
            "What successful runs took, by step and part of the run; counted anew each year (UTC)",
            seconds,
        ),
        gauge("tipoff_step_last_success_timestamp_seconds", "When a run of the step last succeeded", newest),
        gauge(
            "tipoff_step_attempts_last_hour",
            "Attempts of the last hour, by step: first ones, and retries made or promised",
            asked,
        ),
        gauge("tipoff_breaker_open", "1 while the step is left alone because it keeps failing", left_alone),
        gauge("tipoff_step_held", "1 while somebody holds the step back by hand", held),
    ]
}

fn schedules(reading: &Reading) -> Vec<Metric> {
    let of = |schedule: &runtime::ScheduleId| vec![label("schedule", schedule)];
    let decided = reading.ticks.iter().map(|tick| {
        let mut labels = of(&tick.schedule);
        labels.push(label("outcome", tick.decision.code()));
        labels
    });
    vec![
        gauge(
            "tipoff_schedule_last_tick_timestamp_seconds",
            "The newest tick of the schedule about which somebody decided",
            reading.considered.iter().map(|(schedule, due)| (of(schedule), unix(*due))),
        ),
        gauge(
            "tipoff_schedule_ticks_last_day",
            "Ticks of the last day, by schedule and what became of them",
            counted([], decided),
        ),
    ]
}

fn alerts(reading: &Reading) -> Vec<Metric> {
    let labels =
        |cause: Cause, severity: Severity| vec![label("cause", cause.code()), label("severity", severity.code())];
    let expected = Cause::ALL.into_iter().flat_map(|cause| Severity::ALL.map(|severity| labels(cause, severity)));
    let open = reading.alerts.iter().map(|alert| labels(alert.root.cause, alert.severity));
    let deliveries = reading
        .deliveries
        .iter()
        .map(|record| vec![label("route", &record.delivery.route), label("state", record.state.code())]);
    vec![
        gauge(
            "tipoff_alerts_open",
            "Alerts that are not resolved, by root cause and severity",
            counted(expected, open),
        ),
        gauge(
            "tipoff_deliveries_last_day",
            "Deliveries of the last day's newest thousand notifications, by route and state",
            counted([], deliveries),
        ),
        gauge(
            "tipoff_route_last_proven_timestamp_seconds",
            "When the route last took a test",
            reading.proven.iter().map(|(route, at)| (vec![label("route", route)], unix(*at))),
        ),
    ]
}

fn tonight(reading: &Reading) -> Vec<Metric> {
    let tonight = reading.tonight.as_ref();
    let now = tonight.map_or("no_games", |sla| sla.verdict.code());
    let states = SlaVerdict::CODES.into_iter().chain(["no_games"]);
    let states = states.map(|state| (vec![label("state", state)], f64::from(u8::from(state == now))));
    let until = tonight.map(|sla| sla.deadline.duration_since(reading.now).as_secs_f64());
    vec![
        gauge("tipoff_sla", "How tonight's promise stands: 1 for the state that holds, 0 for the others", states),
        gauge(
            "tipoff_first_tipoff_in_seconds",
            "Until tonight's first tip-off; negative afterwards, nothing without games",
            alone(until),
        ),
        gauge(
            "tipoff_sla_expected_timestamp_seconds",
            "When tonight's page was published, or is expected to be; nothing once the promise is broken",
            alone(tonight.and_then(SlaReport::expected).map(unix)),
        ),
        gauge(
            "tipoff_sla_steps_remaining",
            "Steps still to run before tonight's page is published",
            alone(tonight.map(|sla| sla.remaining.len() as f64)),
        ),
        gauge(
            "tipoff_sla_steps_blocked",
            "Steps of tonight that will not go on by themselves",
            alone(tonight.map(|sla| sla.blocked.len() as f64)),
        ),
    ]
}

fn data(reading: &Reading) -> Vec<Metric> {
    let age = |landed: Timestamp| reading.now.duration_since(landed).max(SignedDuration::ZERO).as_secs_f64();
    vec![
        gauge(
            "tipoff_newest_landing_age_seconds",
            "Since the newest payload landed; nothing before the first",
            alone(reading.newest_landing.map(age)),
        ),
        gauge(
            "tipoff_newest_published_slate_timestamp_seconds",
            "Midnight, US Eastern, of the newest published slate",
            alone(reading.newest_published.map(|slate| unix(slate.at(0, 0)))),
        ),
    ]
}
