//! Tasks, attempts and breakers as rows: their columns in order, both ways, for every dialect.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use runtime::{
    Attempt, AttemptId, AttemptOutcome, Breaker, FailureCategory, Fingerprint, Lane, OutputId, Priority, Progress,
    Recipe, StepId, Task, TaskKey, TaskState, Timing, WorkerId,
};

use super::{Cells, Corrupt, Value};

/// Named values of a statement's parameters, in the order of the columns.
pub(crate) type Named<'a> = Vec<(&'static str, Value<'a>)>;

fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}

fn text_if_any(value: Option<&str>) -> Value<'_> {
    value.map_or(Value::Null, text)
}

fn instant(value: Option<Timestamp>) -> Value<'static> {
    value.map_or(Value::Null, |instant| Value::Integer(instant.as_microsecond()))
}

fn bytes(value: Option<Fingerprint>) -> Value<'static> {
    value.map_or(Value::Null, |fingerprint| Value::Blob(fingerprint.bytes().to_vec().into()))
}

/// Whole microseconds.
pub(crate) fn micros(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// The columns that say where a task stands.
pub(crate) fn standing(task: &Task) -> Named<'_> {
    vec![
        (":state", text(task.state.code())),
        (":category", text_if_any(task.state.failure().map(FailureCategory::code))),
        (":why", text_if_any(task.state.why())),
        (":instant", instant(task.state.instant())),
        (":claimable_from", instant(task.state.claimable_from())),
        (":fingerprint", bytes(task.fingerprint)),
        (":wanted", bytes(task.wanted)),
        (":output", task.output.map_or(Value::Null, |output| Value::Integer(output.0))),
        (":failures", Value::Integer(task.failures.into())),
        (":wanted_since", instant(task.wanted_since)),
        (":updated_at", Value::Integer(task.updated_at.as_microsecond())),
    ]
}

/// The columns that say which task it is and what it is made from.
pub(crate) fn recipe(task: &Task) -> Named<'_> {
    let Recipe { step_version, needs, outside, lane, priority } = &task.recipe;
    vec![
        (":step", text(task.key.step.as_str())),
        (":partition", text(task.key.partition.as_str())),
        (":step_version", Value::Integer((*step_version).into())),
        (":needs", Value::Text(steps_text(needs).into())),
        (":outside", bytes(*outside)),
        (":lane", text_if_any(lane.as_ref().map(Lane::as_str))),
        (":priority", Value::Integer(priority.0.into())),
    ]
}

/// Steps as a JSON array.
pub(crate) fn steps_text(needs: &[StepId]) -> String {
    serde_json::Value::from_iter(needs.iter().map(StepId::as_str)).to_string()
}

/// Reads a task from the columns that `tasks` selects.
pub(crate) fn read_task(cells: &mut Cells<'_>) -> Result<Task, Corrupt> {
    let key = TaskKey::new(&*cells.text()?, &*cells.text()?);
    let code = cells.text()?;
    let category = read_category(cells)?;
    let why = cells.text_if_any()?.unwrap_or_default().into_owned();
    let at = cells.instant_if_any()?;
    let state = state(&code, category, why, at)?;
    let step_version = cells.whole()?;
    let needs: Vec<String> = serde_json::from_str(&cells.text()?).map_err(|error| Corrupt(error.to_string()))?;
    let recipe = Recipe {
        step_version,
        needs: needs.into_iter().map(StepId::from).collect(),
        outside: read_fingerprint(cells)?,
        lane: cells.text_if_any()?.map(|lane| Lane::from(&*lane)),
        priority: Priority(cells.whole()?),
    };
    Ok(Task {
        key,
        state,
        recipe,
        fingerprint: read_fingerprint(cells)?,
        wanted: read_fingerprint(cells)?,
        output: cells.whole_if_any()?.map(OutputId),
        failures: cells.whole()?,
        wanted_since: cells.instant_if_any()?,
        updated_at: cells.instant()?,
        revision: cells.whole()?,
    })
}

fn state(
    code: &str,
    category: Option<FailureCategory>,
    why: String,
    at: Option<Timestamp>,
) -> Result<TaskState, Corrupt> {
    Ok(match (code, category, at) {
        ("planned", None, None) => TaskState::Planned,
        ("not_yet", None, until) => TaskState::NotYet { until, why },
        ("nothing", None, None) => TaskState::Nothing { why },
        ("ready", None, Some(since)) => TaskState::Ready { since },
        ("running", None, None) => TaskState::Running,
        ("done", None, None) => TaskState::Done,
        ("empty_ok", None, None) => TaskState::EmptyOk { why },
        ("retry_at", Some(category), Some(at)) => TaskState::RetryAt { at, category, why },
        ("snoozed", None, Some(until)) => TaskState::Snoozed { until, why },
        ("dead", Some(category), None) => TaskState::Dead { category, why },
        ("cancelled", None, None) => TaskState::Cancelled { why },
        _ => return Err(Corrupt(format!("{code:?} ({category:?}, {at:?}) is no state of a task"))),
    })
}

/// Reads an attempt from the columns that `newest_attempts` selects.
pub(crate) fn read_attempt(cells: &mut Cells<'_>) -> Result<Attempt, Corrupt> {
    let id = AttemptId(cells.whole()?);
    let key = TaskKey::new(&*cells.text()?, &*cells.text()?);
    let worker = WorkerId::new(&*cells.text()?);
    let (ready_at, started_at, ended_at) = (cells.instant()?, cells.instant()?, cells.instant_if_any()?);
    let outcome = read_outcome(cells)?;
    let message = cells.text_if_any()?.map(Cow::into_owned);
    let (number, lease_until) = (cells.whole()?, cells.instant()?);
    let stage = cells.text_if_any()?.map(Cow::into_owned);
    let (done, total, progressed_at) = (cells.whole_if_any()?, cells.whole_if_any()?, cells.instant_if_any()?);
    let progress = stage.zip(progressed_at).map(|(stage, at)| Progress {
        stage,
        done: done.unwrap_or_default(),
        total: total.unwrap_or_default(),
        at,
    });
    let rows_written = cells.whole()?;
    let mut duration = || cells.whole().map(SignedDuration::from_micros);
    let timing = Timing { fetch: duration()?, compute: duration()?, write: duration()? };
    Ok(Attempt {
        id,
        key,
        worker,
        ready_at,
        started_at,
        ended_at,
        outcome,
        message,
        number,
        lease_until,
        progress,
        rows_written,
        timing,
    })
}

/// Reads an outcome from its name and category.
pub(crate) fn read_outcome(cells: &mut Cells<'_>) -> Result<AttemptOutcome, Corrupt> {
    let code = cells.text()?;
    let category = read_category(cells)?;
    AttemptOutcome::from_code(&code, category)
        .ok_or_else(|| Corrupt(format!("{code:?} ({category:?}) is no outcome of an attempt")))
}

fn read_category(cells: &mut Cells<'_>) -> Result<Option<FailureCategory>, Corrupt> {
    let Some(code) = cells.text_if_any()? else { return Ok(None) };
    FailureCategory::from_code(&code).map(Some).ok_or_else(|| Corrupt(format!("{code:?} is no failure category")))
}

fn read_fingerprint(cells: &mut Cells<'_>) -> Result<Option<Fingerprint>, Corrupt> {
    let Some(bytes) = cells.blob_if_any()? else { return Ok(None) };
    let bytes = bytes.as_ref().try_into().map_err(|_| Corrupt(format!("{} bytes are no fingerprint", bytes.len())))?;
    Ok(Some(Fingerprint::from_bytes(bytes)))
}

/// A breaker's columns after its name.
pub(crate) fn breaker(breaker: &Breaker) -> Named<'_> {
    let (failures, until, since, times, why, by) = match breaker {
        Breaker::Closed { failures } => (*failures, None, None, 0, None, None),
        Breaker::Open { until, since, times, why } | Breaker::Probing { until, since, times, why } => {
            (0, Some(*until), Some(*since), *times, Some(why.as_str()), None)
        }
        Breaker::Held { since, by, why } => (0, None, Some(*since), 0, Some(why.as_str()), Some(by.as_str())),
    };
    vec![
        (":state", text(breaker.code())),
        (":failures", Value::Integer(failures.into())),
        (":until", instant(until)),
        (":since", instant(since)),
        (":times", Value::Integer(times.into())),
        (":why", text_if_any(why)),
        (":held_by", text_if_any(by)),
    ]
}

/// The columns by which a breaker is recognised as the one that was read.
pub(crate) fn breaker_was(was: &Breaker) -> Named<'_> {
    let named = breaker(was).into_iter();
    named
        .filter_map(|(name, value)| match name {
            ":state" => Some((":was_state", value)),
            ":failures" => Some((":was_failures", value)),
            ":until" => Some((":was_until", value)),
            ":times" => Some((":was_times", value)),
            _ => None,
        })
        .collect()
}

/// Reads a breaker with the name of what it guards.
pub(crate) fn read_breaker(cells: &mut Cells<'_>) -> Result<(StepId, Breaker), Corrupt> {
    let name = StepId::from(&*cells.text()?);
    let code = cells.text()?;
    let failures = cells.whole()?;
    let (until, since, times) = (cells.instant_if_any()?, cells.instant_if_any()?, cells.whole()?);
    let why = cells.text_if_any()?.unwrap_or_default().into_owned();
    let by = cells.text_if_any()?.map(Cow::into_owned);
    let breaker = match (&*code, until, since) {
        ("closed", None, None) => Breaker::Closed { failures },
        ("held", None, Some(since)) => Breaker::Held { since, by: by.unwrap_or_default(), why },
        ("open", Some(until), Some(since)) => Breaker::Open { until, since, times, why },
        ("probing", Some(until), Some(since)) => Breaker::Probing { until, since, times, why },
        _ => return Err(Corrupt(format!("{code:?} is no state of a breaker"))),
    };
    Ok((name, breaker))
}
