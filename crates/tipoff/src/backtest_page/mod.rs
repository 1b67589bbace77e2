//! A backtest's report as one page that needs nothing else: tables, plots, and what they mean for somebody who bets.

pub(crate) mod canvas;
mod plots;
mod tables;
#[cfg(test)]
mod tests;

use anyhow::anyhow;
use askama::Template;
use pipeline::backtest::Report;
use predict::SystemId;

use plots::Plots;
pub(crate) use tables::{FigureTable, Tables};

#[derive(Template)]
#[template(path = "backtest.html")]
struct Page<'a> {
    report: &'a Report,
    headline: &'a str,
    verdict: String,
    tables: Tables,
    plots: Plots,
}

/// The page. The same report gives the same bytes.
///
/// # Errors
/// Where the page cannot be drawn.
pub(crate) fn page(report: &Report) -> anyhow::Result<String> {
    let headline = headline(report);
    let plots = Plots::of(report, headline).map_err(|error| anyhow!(error).context("cannot draw the page's plots"))?;
    let page = Page { report, headline, verdict: plots::verdict(report), tables: Tables::of(report), plots };
    Ok(page.render()?)
}

/// The system the page follows: the one documents show first, else the first there is.
fn headline(report: &Report) -> &str {
    let shown_first = SystemId::Ensemble.code();
    let ids = &report.contenders;
    ids.iter().find(|id| *id == shown_first).or(ids.first()).map_or(shown_first, String::as_str)
}
