//! Days of providers as rows: their columns in order, both ways, for every dialect.

use jiff::SignedDuration;
use pipeline::ports::{ProviderDay, Quota};
use pipeline::source::Provider;

use super::tasks::Named;
use super::{Cells, Columns, Corrupt, Value};

/// The columns of a provider's day.
pub(crate) fn provider_day(day: &ProviderDay) -> Named<'_> {
    let count = |count: u64| Value::Integer(count as i64);
    let if_any = |value: Option<i64>| value.map_or(Value::Null, Value::Integer);
    let problem = day.problem.as_ref();
    vec![
        (":provider", Value::Text(day.provider.name().into())),
        (":day", Value::Text(day.day.to_string().into())),
        (":asked", count(day.asked)),
        (":answered", count(day.answered)),
        (":unchanged", count(day.unchanged)),
        (":missing", count(day.missing)),
        (":refused", count(day.refused)),
        (":failed", count(day.failed)),
        (":bytes", count(day.bytes)),
        (":took", Value::Integer(day.took.as_micros() as i64)),
        (":answered_at", if_any(day.answered_at.map(jiff::Timestamp::as_microsecond))),
        (":failed_at", if_any(problem.map(|(at, _)| at.as_microsecond()))),
        (":problem", problem.map_or(Value::Null, |(_, problem)| Value::Text(problem.as_str().into()))),
        (":quota_used", if_any(day.quota.map(|quota| quota.used as i64))),
        (":quota_left", if_any(day.quota.map(|quota| quota.left as i64))),
    ]
}

/// Columns: as [`provider_day`] has them.
pub(crate) fn read_provider_day(row: &dyn Columns) -> Result<ProviderDay, Corrupt> {
    let mut cells = Cells::from(row, 0);
    let name = cells.text()?;
    let provider = Provider::named(&name).ok_or_else(|| Corrupt(format!("{name:?} is no provider")))?;
    Ok(ProviderDay {
        provider,
        day: cells.parse()?,
        asked: cells.whole()?,
        answered: cells.whole()?,
        unchanged: cells.whole()?,
        missing: cells.whole()?,
        refused: cells.whole()?,
        failed: cells.whole()?,
        bytes: cells.whole()?,
        took: SignedDuration::from_micros(cells.whole()?),
        answered_at: cells.instant_if_any()?,
        problem: cells.instant_if_any()?.zip(cells.text_if_any()?.map(std::borrow::Cow::into_owned)),
        quota: match (cells.whole_if_any()?, cells.whole_if_any()?) {
            (Some(used), Some(left)) => Some(Quota { used, left }),
            _ => None,
        },
    })
}
