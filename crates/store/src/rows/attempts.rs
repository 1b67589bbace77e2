//! What is written of attempts as they go on and end, and what a repeated settlement reads, for every dialect.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use runtime::{Beat, FailureCategory, OutputId, Settled, Settlement};

use super::tasks::{Named, micros, read_outcome};
use super::{Cells, Corrupt, Value};
use crate::settling::Written;

fn text_if_any(value: Option<&str>) -> Value<'_> {
    value.map_or(Value::Null, |text| Value::Text(text.into()))
}

fn whole_if_any(value: Option<i64>) -> Value<'static> {
    value.map_or(Value::Null, Value::Integer)
}

/// The columns that a beat renews.
pub(crate) fn beat(beat: &Beat) -> Named<'_> {
    let progress = beat.progress.as_ref();
    vec![
        (":attempt", Value::Integer(beat.attempt.0)),
        (":lease_until", Value::Integer(beat.lease_until.as_microsecond())),
        (":stage", text_if_any(progress.map(|progress| progress.stage.as_str()))),
        (":done", whole_if_any(progress.map(|progress| progress.done as i64))),
        (":total", whole_if_any(progress.map(|progress| progress.total as i64))),
        (":progressed_at", whole_if_any(progress.map(|progress| progress.at.as_microsecond()))),
    ]
}

/// The columns of an attempt that is closed.
pub(crate) fn closing<'a, R>(
    how: &'a Settlement<R>,
    written: &'a Written,
    write: SignedDuration,
    now: Timestamp,
) -> Named<'a> {
    vec![
        (":attempt", Value::Integer(how.attempt.0)),
        (":now", Value::Integer(now.as_microsecond())),
        (":outcome", Value::Text(how.outcome.code().into())),
        (":category", text_if_any(how.outcome.category().map(FailureCategory::code))),
        (":message", text_if_any(how.message.as_deref())),
        (":rows_read", whole_if_any(written.rows_read.map(|rows| rows as i64))),
        (":rows_written", Value::Integer(written.rows as i64)),
        (":fetch", Value::Integer(micros(how.timing.fetch))),
        (":compute", Value::Integer(micros(how.timing.compute))),
        (":write", Value::Integer(micros(write))),
        (":output_digest", written.digest.as_deref().map_or(Value::Null, |digest| Value::Blob(digest.into()))),
    ]
}

/// What a successful run adds to its step's day.
pub(crate) fn run_of_day<R>(how: &Settlement<R>, write: SignedDuration, now: Timestamp) -> Named<'static> {
    let at_work = how.timing.fetch + how.timing.compute + write;
    vec![
        (":attempt", Value::Integer(how.attempt.0)),
        (":day", Value::Text(now.to_zoned(TimeZone::UTC).date().to_string().into())),
        (":fetch", Value::Integer(micros(how.timing.fetch))),
        (":compute", Value::Integer(micros(how.timing.compute))),
        (":write", Value::Integer(micros(write))),
        (":square", Value::Real((at_work.as_secs_f64() * 1000.0).powi(2))),
        (":at_work", Value::Integer(micros(at_work))),
    ]
}

/// What had been settled, if the attempt was closed with this very outcome; reads the columns of `closed_attempt`.
pub(crate) fn read_settled<R>(cells: &mut Cells<'_>, how: &Settlement<R>) -> Result<Option<Settled>, Corrupt> {
    if read_outcome(cells)? != how.outcome {
        return Ok(None);
    }
    let output = cells.whole_if_any()?.map(OutputId);
    let rows_written = cells.whole()?;
    Ok(Some(Settled { output, rows_written, write: SignedDuration::from_micros(cells.whole()?) }))
}
