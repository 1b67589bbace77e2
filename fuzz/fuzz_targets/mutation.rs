//! JSON changed as JSON: fields gone, twice, of another kind, of absurd size, or in each other's place.

use fastrand::Rng;
use serde_json::{Value, json};

/// The same JSON with one to four changes; nothing where it is no JSON.
pub fn of_json(bytes: &[u8], chance: &mut Rng) -> Option<Vec<u8>> {
    let mut json: Value = serde_json::from_slice(bytes).ok()?;
    for _ in 0..chance.usize(1..=4) {
        let at = chance.usize(..count(&json));
        let other = node(&mut json.clone(), chance.usize(..count(&json))).clone();
        change(node(&mut json, at), other, chance);
    }
    serde_json::to_vec(&json).ok()
}

/// How many nodes there are, the root among them.
fn count(json: &Value) -> usize {
    1 + children(json).map(count).sum::<usize>()
}

fn children(json: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match json {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(fields) => Box::new(fields.values()),
        _ => Box::new(std::iter::empty()),
    }
}

/// A node by its number, counted from the root downwards.
fn node(json: &mut Value, at: usize) -> &mut Value {
    if at == 0 {
        return json;
    }
    let mut left = at - 1;
    let inner: Box<dyn Iterator<Item = &mut Value>> = match json {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(fields) => Box::new(fields.values_mut()),
        _ => unreachable!("only what has children counts for more than one"),
    };
    for child in inner {
        let size = count(child);
        if left < size {
            return node(child, left);
        }
        left -= size;
    }
    unreachable!("numbers are below the count")
}

/// Changes a node. `other` is another one of the same document.
fn change(node: &mut Value, other: Value, chance: &mut Rng) {
    match (chance.u8(..4), &mut *node) {
        (0, Value::Array(items)) if !items.is_empty() => {
            let at = chance.usize(..items.len());
            match chance.u8(..3) {
                0 => drop(items.remove(at)),
                1 => items.insert(at, items[at].clone()),
                _ => items.push(other),
            }
        }
        (0, Value::Object(fields)) if !fields.is_empty() => {
            let key = fields.keys().nth(chance.usize(..fields.len())).cloned().expect("it is one of them");
            match chance.u8(..3) {
                0 => drop(fields.remove(&key)),
                1 => drop(fields.insert(key, other)),
                _ => drop(fields.insert("unheard_of".to_owned(), other)),
            }
        }
        (1, Value::String(text)) => *text = reworded(text, chance),
        (1, Value::Number(number)) => {
            let of = number.as_f64().unwrap_or_default();
            let others = [json!(-of), json!(of * 10.0), json!(of / 100.0), json!(of + 0.5), json!(of as i64), json!(of.to_string())];
            *node = others[chance.usize(..others.len())].clone();
        }
        (2, _) => *node = other,
        _ => *node = absurd(chance),
    }
}

fn reworded(text: &str, chance: &mut Rng) -> String {
    let letters: Vec<char> = text.chars().collect();
    let cut = chance.usize(..=letters.len());
    let (head, tail): (String, String) = (letters[..cut].iter().collect(), letters[cut..].iter().collect());
    match chance.u8(..6) {
        0 => head,
        1 => tail,
        2 => format!("{head}é\u{301}{tail}"),
        3 => format!("{head}{}{tail}", chance.u8(..)),
        4 => text.repeat(chance.usize(2..40)),
        _ => text.to_uppercase(),
    }
}

/// Values that no field expects.
fn absurd(chance: &mut Rng) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e308),
        json!(-0.000_000_1),
        json!(""),
        json!("0"),
        json!("NaN"),
        json!("PT99999999999M61.999S"),
        json!("9999-12-31T23:59:60Z"),
        json!("-271821-04-20T00:00:00Z"),
        json!("99:99"),
        json!("\u{0}"),
        json!("<html><body>Forbidden</body></html>"),
        json!([]),
        json!({}),
        json!([[[[[[[[[[]]]]]]]]]]),
    ];
    values[chance.usize(..values.len())].clone()
}
