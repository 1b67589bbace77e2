//! Metrics for Prometheus: everything is read from the store when somebody asks, so every process tells the same and none
//! has to remember. Labels are names that the code knows; nothing about people, games or days is one.

mod families;
mod providers;
mod reading;
#[cfg(test)]
mod tests;
mod text;

use jiff::Timestamp;

use crate::App;

/// What [`render`] writes: Prometheus' text.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Everything there is to measure now, as Prometheus' text; `serving_since` is when the serving process started, where
/// one is asked.
///
/// # Errors
/// When the store fails.
pub async fn render(app: &App, serving_since: Option<Timestamp>) -> anyhow::Result<String> {
    Ok(text::of(families::all(&app.reading().await?, serving_since)))
}

/// What is measured under one name.
#[derive(Debug)]
struct Metric {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    samples: Vec<Sample>,
}

/// How values of a metric follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// They come and go.
    Gauge,
    /// They only grow, but for a fresh start.
    Counter,
}

/// One value.
#[derive(Debug)]
struct Sample {
    labels: Vec<(&'static str, String)>,
    value: f64,
}
