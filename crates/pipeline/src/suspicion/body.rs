//! What the bytes tell before anybody parses them: pages and errors that came with status 200.

use serde_json::Value;

use super::{Check, Finding, Verdict};
use crate::RawPayload;

/// What an error is called in answers that hold nothing else.
const ERROR_KEYS: [&str; 7] = ["error", "errors", "error_code", "message", "detail", "fault", "status_code"];

/// Data lies deeper than an error's few words.
const ERROR_IS_SHORTER_THAN: usize = 2_000;

/// A page or an error where data should be.
pub(super) fn strange(payload: &RawPayload) -> Option<Finding> {
    let block = |detail: String| Finding { check: Check::ErrorPage, verdict: Verdict::Block, detail };
    let body = payload.body.trim_ascii();
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    match body.first() {
        None => Some(block("there is nothing in it".to_owned())),
        Some(b'<') => Some(block(format!("a page instead of data: {}", beginning(body)))),
        Some(b'{') if body.len() < ERROR_IS_SHORTER_THAN && is_an_error(body) => {
            Some(block(format!("an error instead of data: {}", beginning(body))))
        }
        Some(_) => None,
    }
}

fn is_an_error(body: &[u8]) -> bool {
    let Ok(Value::Object(said)) = serde_json::from_slice(body) else { return false };
    let names_one = said.keys().any(|key| ERROR_KEYS.contains(&key.to_lowercase().as_str()));
    let is_data = |value: &Value| value.as_array().is_some_and(|rows| rows.iter().any(Value::is_object));
    names_one
        && !said.iter().any(|(key, value)| !ERROR_KEYS.contains(&key.as_str()) && (value.is_object() || is_data(value)))
}

/// The first words, as they may be shown.
fn beginning(body: &[u8]) -> String {
    let text: String =
        String::from_utf8_lossy(&body[..body.len().min(400)]).split_whitespace().collect::<Vec<_>>().join(" ");
    text.chars().take(80).collect()
}
