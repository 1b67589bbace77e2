//! What faults do to an answer's content. Rows are the entries of the innermost lists, whoever the provider is.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::FaultKind;

/// Does to an answer what a fault of its content does; other faults leave it as it is.
pub(super) fn spoil(answer: &mut Value, kind: FaultKind, now: Timestamp) {
    match kind {
        FaultKind::RenamedField => rename_rows(answer),
        FaultKind::WrongUnits => each_number(answer, &mut scale),
        FaultKind::Duplicated => {
            each_list(answer, &mut |rows| *rows = rows.iter().flat_map(|row| [row.clone(), row.clone()]).collect());
        }
        FaultKind::OutOfOrder => each_list(answer, &mut |rows| rows.reverse()),
        FaultKind::Empty => each_list(answer, &mut Vec::clear),
        FaultKind::InPlay => in_play(answer, now),
        FaultKind::Latency(_)
        | FaultKind::Status(_)
        | FaultKind::TooMany(_)
        | FaultKind::Hang
        | FaultKind::SlowLoris
        | FaultKind::Truncated
        | FaultKind::Html
        | FaultKind::Stale
        | FaultKind::Redirect
        | FaultKind::Bomb => {}
    }
}

fn is_list(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().any(|item| item.is_object() || item.is_array()))
}

fn holds_lists(value: &Value) -> bool {
    match value {
        Value::Array(items) => is_list(value) || items.iter().any(holds_lists),
        Value::Object(fields) => fields.values().any(holds_lists),
        _ => false,
    }
}

/// Whether a value is a list whose entries hold no other.
fn is_innermost(value: &Value) -> bool {
    is_list(value) && !value.as_array().into_iter().flatten().any(holds_lists)
}

fn each_list(value: &mut Value, change: &mut dyn FnMut(&mut Vec<Value>)) {
    let is_innermost = is_innermost(value);
    match value {
        Value::Array(rows) if is_innermost => change(rows),
        Value::Array(items) => items.iter_mut().for_each(|item| each_list(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| each_list(field, change)),
        _ => {}
    }
}

fn rename_rows(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rename_rows),
        Value::Object(fields) => {
            for (name, mut field) in std::mem::take(fields) {
                let name = if is_innermost(&field) { format!("{name}V2") } else { name };
                rename_rows(&mut field);
                fields.insert(name, field);
            }
        }
        _ => {}
    }
}

fn each_number(value: &mut Value, change: &mut dyn FnMut(&str, f64) -> f64) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_number(item, change)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_f64() {
                    Some(number) => {
                        let changed = change(name, number);
                        // A whole number stays one.
                        *field = if field.is_f64() { json!(changed) } else { json!(changed as i64) };
                    }
                    None => each_number(field, change),
                }
            }
        }
        _ => {}
    }
}

fn scale(name: &str, number: f64) -> f64 {
    match name {
        "point" | "points" | "pts" => number * 10.0,
        "price" => number * 100.0,
        name if name.ends_with("Percentage") => number * 100.0,
        _ => number,
    }
}

/// The game has begun, and books expect what is left of it.
fn in_play(answer: &mut Value, now: Timestamp) {
    let begun = (now - SignedDuration::from_hours(1)).to_string();
    if let Some(start) = answer.get_mut("commence_time") {
        *start = json!(begun);
        each_number(answer, &mut |name, number| if name == "point" { (number / 2.0).floor() + 0.5 } else { number });
    }
}
