//! Drift: fields that a source was never known to send, and those that it sends no more.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Check, Judgement, Verdict};
use crate::RawPayload;
use crate::source::{Fields, Parsed, Source};

/// So many new fields are named; the others are counted.
const NAMED: usize = 5;

/// What the names of a payload's fields tell. What a row cannot do without is the parser's business; a field that it reads
/// and can do without would otherwise be missed in silence.
pub(super) fn judge(source: &dyn Source, payload: &RawPayload, parsed: &Parsed, judgement: &mut Judgement) {
    let Fields { wanted, known } = source.fields();
    if wanted.is_empty() && known.is_empty() {
        return;
    }
    let pages: Result<Vec<Value>, _> = serde_json::Deserializer::from_slice(&payload.body).into_iter().collect();
    let Ok(pages) = pages else { return };
    let mut sent = BTreeSet::new();
    pages.iter().for_each(|page| names(page, &mut sent));
    let known: BTreeSet<&str> = known.split_whitespace().collect();
    let new: Vec<&str> = sent.difference(&known).copied().collect();
    if !known.is_empty() && !new.is_empty() {
        let more = if new.len() > NAMED { ", …" } else { "" };
        let named = new[..new.len().min(NAMED)].join(", ");
        judgement.add(
            Check::Drift,
            Verdict::Accept,
            format!("fields it was not known to send: {} ({named}{more})", new.len()),
        );
    }
    let gone: Vec<&str> = wanted.iter().filter(|name| !sent.contains(*name)).copied().collect();
    if parsed.rows_read > 0 && !gone.is_empty() {
        let detail = format!("fields that are read and that no row has: {} ({})", gone.len(), gone.join(", "));
        judgement.add(Check::Drift, Verdict::Degrade, detail);
    }
}

/// The names of all fields, and of the columns of tables that tell theirs in a list called `headers`.
fn names<'v>(value: &'v Value, into: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(fields) => {
            into.extend(fields.keys().map(String::as_str));
            if let Some(Value::Array(headers)) = fields.get("headers") {
                into.extend(headers.iter().filter_map(Value::as_str));
            }
            fields.values().for_each(|value| names(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| names(value, into)),
        _ => {}
    }
}
