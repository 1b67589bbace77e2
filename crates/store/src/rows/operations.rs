//! Ticks and days of steps as rows: their columns in order, both ways, for every dialect.

use jiff::SignedDuration;
use runtime::judge::{Parts, StepDay};
use runtime::{MissedWhy, ScheduleId, SkippedWhy, StepId, TickDecision, TickRecord};

use super::tasks::{Named, micros};
use super::{Cells, Corrupt, Value};

/// A tick's columns.
pub(crate) fn tick(record: &TickRecord) -> Named<'_> {
    let (why, first, at_least, late_by) = match &record.decision {
        TickDecision::Begins { .. } | TickDecision::Fire { .. } => (None, None, None, None),
        TickDecision::FireLate { late_by, .. } => (None, None, None, Some(micros(*late_by))),
        TickDecision::Missed { why, .. } => (Some(why.code()), None, None, None),
        TickDecision::MissedMany { first, at_least, .. } => {
            (None, Some(first.as_microsecond()), Some(*at_least as i64), None)
        }
        TickDecision::Skipped { why, .. } => (Some(why.code()), None, None, None),
    };
    let number = |number: Option<i64>| number.map_or(Value::Null, Value::Integer);
    vec![
        (":schedule", Value::Text(record.schedule.as_str().into())),
        (":due", Value::Integer(record.decision.due().as_microsecond())),
        (":decision", Value::Text(record.decision.code().into())),
        (":why", why.map_or(Value::Null, |why| Value::Text(why.into()))),
        (":first", number(first)),
        (":at_least", number(at_least)),
        (":late_by", number(late_by)),
        (":decided_at", Value::Integer(record.decided_at.as_microsecond())),
    ]
}

/// Reads a tick.
pub(crate) fn read_tick(cells: &mut Cells<'_>) -> Result<TickRecord, Corrupt> {
    let schedule = ScheduleId::from(&*cells.text()?);
    let due = cells.instant()?;
    let code = cells.text()?;
    let why = cells.text_if_any()?;
    let (first, at_least, late_by) = (cells.instant_if_any()?, cells.whole_if_any()?, cells.whole_if_any()?);
    let decision = match (&*code, why.as_deref(), first, at_least, late_by) {
        ("begins", ..) => TickDecision::Begins { at: due },
        ("fire", ..) => TickDecision::Fire { due },
        ("fire_late", .., Some(late_by)) => {
            TickDecision::FireLate { due, late_by: SignedDuration::from_micros(late_by) }
        }
        ("missed", Some(why), ..) => {
            let why = MissedWhy::from_code(why).ok_or_else(|| Corrupt(format!("{why:?} is no reason to miss")))?;
            TickDecision::Missed { due, why }
        }
        ("missed_many", _, Some(first), Some(at_least), _) => TickDecision::MissedMany { first, last: due, at_least },
        ("skipped", Some(why), ..) => {
            let why = SkippedWhy::from_code(why).ok_or_else(|| Corrupt(format!("{why:?} is no reason to skip")))?;
            TickDecision::Skipped { due, why }
        }
        _ => return Err(Corrupt(format!("{code:?} is no decision about a tick"))),
    };
    Ok(TickRecord { schedule, decision, decided_at: cells.instant()? })
}

/// Reads a step's day.
pub(crate) fn read_step_day(cells: &mut Cells<'_>) -> Result<StepDay, Corrupt> {
    let step = StepId::from(&*cells.text()?);
    let day = cells.text()?;
    let day = day.parse().map_err(|error: jiff::Error| Corrupt(error.to_string()))?;
    let runs = cells.whole()?;
    let mut duration = || cells.whole().map(SignedDuration::from_micros);
    let sums = Parts { wait: duration()?, fetch: duration()?, compute: duration()?, write: duration()? };
    Ok(StepDay { step, day, runs, sums, squares: cells.real()?, longest: SignedDuration::from_micros(cells.whole()?) })
}
