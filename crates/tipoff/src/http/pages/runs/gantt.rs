//! Attempts against time: a bar each, in the parts its time went to. Its colours are the style sheet's.

use std::fmt::Write;

use jiff::{SignedDuration, Timestamp};
use runtime::judge::Parts;
use runtime::{Attempt, AttemptOutcome};

use crate::http::pages::words::{clock, span};

/// What began longer before the newest attempt is another evening's work.
const EVENING: SignedDuration = SignedDuration::from_hours(3);

const NAMES: f64 = 230.0;
const BARS: f64 = 640.0;
const WIDTH: f64 = NAMES + BARS + 130.0;
const ROW: f64 = 20.0;
const HEAD: f64 = 22.0;

/// A bar this short would not be seen.
const LEAST: f64 = 1.0;

/// The picture, with words for those who do not see it; nothing without attempts.
pub(super) fn drawn(attempts: &[Attempt], now: Timestamp) -> Option<String> {
    let newest = attempts.iter().map(|attempt| attempt.started_at).max()?;
    let mut shown: Vec<&Attempt> =
        attempts.iter().filter(|attempt| newest.duration_since(attempt.started_at) < EVENING).collect();
    shown.sort_by_key(|attempt| (attempt.started_at, attempt.id));
    let begin = shown.iter().map(|attempt| attempt.ready_at.max(newest - EVENING)).min()?;
    let end = shown.iter().map(|attempt| attempt.ended_at.unwrap_or(now)).max()?;
    let long = end.duration_since(begin).as_secs_f64().max(0.001);
    let place = |instant: Timestamp| NAMES + instant.duration_since(begin).as_secs_f64().max(0.0) / long * BARS;
    let height = HEAD + ROW * shown.len() as f64 + 4.0;
    let mut svg = format!(
        r#"<svg class="gantt" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{} attempts from {} to {}, in the order in which they began; the table below lists attempts with their times">"#,
        shown.len(),
        clock(begin, now),
        clock(end, now)
    );
    for tick in 0..=4 {
        let (x, at) =
            (NAMES + BARS * f64::from(tick) / 4.0, begin + SignedDuration::from_secs_f64(long * f64::from(tick) / 4.0));
        let _ = write!(svg, r#"<line class="rule" x1="{x:.1}" x2="{x:.1}" y1="{HEAD}" y2="{height}"/>"#);
        let _ = write!(svg, r#"<text x="{x:.1}" y="14" text-anchor="middle">{}</text>"#, clock(at, now));
    }
    for (row, attempt) in shown.iter().enumerate() {
        let y = HEAD + ROW * row as f64;
        let _ = write!(svg, r#"<text x="0" y="{:.1}">{}</text>"#, y + 14.0, attempt.key.step);
        let ended = bars(&mut svg, attempt, y + 4.0, place, now);
        let took = attempt.ended_at.unwrap_or(now).duration_since(attempt.started_at);
        let _ = write!(svg, r#"<text x="{:.1}" y="{:.1}">{}</text>"#, ended + 5.0, y + 14.0, span(took));
    }
    svg.push_str("</svg>");
    Some(svg)
}

/// An attempt's bars: waited, fetched, computed, wrote; returns where they end.
fn bars(svg: &mut String, attempt: &Attempt, y: f64, place: impl Fn(Timestamp) -> f64, now: Timestamp) -> f64 {
    let Parts { fetch, compute, write, .. } = attempt.into();
    let (started, ended) = (attempt.started_at, attempt.ended_at.unwrap_or(now));
    let mut bar = |class: &str, from: Timestamp, to: Timestamp| {
        let (from, to) = (place(from), place(to));
        let width = (to - from).max(LEAST);
        let _ = write!(svg, r#"<rect class="{class}" x="{from:.1}" y="{y:.1}" width="{width:.1}" height="12"/>"#);
        from + width
    };
    bar("wait", attempt.ready_at.min(started), started);
    match attempt.outcome {
        AttemptOutcome::Failed(_) => bar("failed", started, ended),
        _ if attempt.ended_at.is_none() => bar("compute", started, ended),
        _ => {
            bar("fetch", started, started + fetch);
            bar("compute", started + fetch, started + fetch + compute);
            bar("write", (ended - write).max(started + fetch + compute), ended)
        }
    }
}
