//! The plots of the systems' page, on the axes that a backtest's page is drawn with.

use crate::app::ReliabilityBin;
use crate::backtest_page::canvas::{Axis, Failed, MARKET, OURS, named, plot, span};

/// What was said against what happened.
pub(super) fn reliability(bins: &[ReliabilityBin]) -> Result<Option<String>, Failed> {
    if bins.is_empty() {
        return Ok(None);
    }
    let span = span(bins.iter().flat_map(|bin| [bin.said, bin.happened]), 0.1);
    let text = |value: f64| format!("{:.0} %", value * 100.0);
    let x = Axis { span: span.clone(), name: "said: probability of the over", ticks: 8, text: &text };
    let y = Axis { span: span.clone(), name: "happened", ticks: 8, text: &text };
    let svg = plot(&x, &y, |canvas| {
        canvas.guide((span.start, span.start), (span.end, span.end))?;
        canvas.points(bins.iter().map(|bin| (bin.said, bin.happened)), OURS)
    })?;
    Ok(Some(named_picture(&svg, "What was said against what happened; the table beside it has the numbers")))
}

/// Mean absolute errors by month: ours and the line's.
pub(super) fn months(months: &[(String, f64, f64)]) -> Result<Option<String>, Failed> {
    if months.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> = months.iter().map(|(name, ..)| name.clone()).collect();
    let name_at = |place| named(&names, place);
    let text = |value: f64| format!("{value:.1}");
    let x = Axis::of_names(&names, "", &name_at);
    let values = months.iter().flat_map(|(_, ours, line)| [*ours, *line]);
    let y = Axis { span: span(values, 0.4), name: "mean absolute error", ticks: 6, text: &text };
    let svg = plot(&x, &y, |canvas| {
        let of = |value: fn(&(String, f64, f64)) -> f64| {
            months.iter().enumerate().map(move |(at, month)| (at as f64, value(month))).collect::<Vec<_>>()
        };
        for (points, color) in [(of(|month| month.2), MARKET), (of(|month| month.1), OURS)] {
            canvas.line(points.clone(), color)?;
            canvas.points(points, color)?;
        }
        Ok(())
    })?;
    let said: Vec<String> =
        months.iter().map(|(name, ours, line)| format!("{name}: {ours:.2}, the line {line:.2}")).collect();
    Ok(Some(named_picture(&svg, &format!("Mean absolute error by month. {}", said.join("; ")))))
}

/// A picture with words for those who do not see it.
fn named_picture(svg: &str, words: &str) -> String {
    svg.replacen("<svg ", &format!(r#"<svg role="img" aria-label="{words}" "#), 1)
}
