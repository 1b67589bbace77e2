//! The plots of a backtest's page. Each is nothing where the report has nothing to show.

use pipeline::backtest::{CalibrationBin, CountFigures, Interval, Report, Slice};

use super::canvas::{Axis, Canvas, Failed, MARKET, OURS, named, plot, span};
use super::tables::{percent, signed, signed_percent};

/// A bucket of fewer bets says nothing, and its interval would flatten the others.
const MIN_BETS: usize = 30;

/// The page's plots as SVG.
pub(super) struct Plots {
    pub(super) reliability: Option<String>,
    pub(super) pit: Option<String>,
    pub(super) months: Option<String>,
    pub(super) edges: Option<String>,
    pub(super) course: Option<String>,
}

/// A plot, or nothing to show.
type Drawn = Result<Option<String>, Failed>;

impl Plots {
    /// Of a report and the system that the page follows.
    pub(super) fn of(report: &Report, headline: &str) -> Result<Self, Failed> {
        Ok(Self {
            reliability: reliability(report)?,
            pit: pit(report, headline)?,
            months: months(report, headline)?,
            edges: edges(report)?,
            course: course(report)?,
        })
    }
}

/// What was said against what happened: the published probability with what chance explains, and the price.
fn reliability(report: &Report) -> Drawn {
    let (ours, price) = (&report.populations.lined.published.reliability, &report.populations.lined.market.reliability);
    if ours.is_empty() {
        return Ok(None);
    }
    let all = ours.iter().chain(price);
    let values = all.flat_map(|bin| [bin.said, bin.happened, bin.by_chance.low, bin.by_chance.high]);
    let span = span(values, 0.05);
    let text = |value: f64| format!("{:.0} %", value * 100.0);
    let x = Axis { span: span.clone(), name: "said: probability of the over", ticks: 8, text: &text };
    let y = Axis { span: span.clone(), name: "happened", ticks: 8, text: &text };
    let points = |bins: &[CalibrationBin]| bins.iter().map(|bin| (bin.said, bin.happened)).collect::<Vec<_>>();
    let svg = plot(&x, &y, |canvas| {
        canvas.guide((span.start, span.start), (span.end, span.end))?;
        for CalibrationBin { said, by_chance: Interval { low, high }, .. } in ours {
            canvas.whisker(*said, *low, *high, OURS)?;
        }
        canvas.points(points(price), MARKET)?;
        canvas.points(points(ours), OURS)
    })?;
    Ok(Some(svg))
}

/// How evenly the counts fill the tenths of the headline's laws.
fn pit(report: &Report, headline: &str) -> Drawn {
    let Some(shares) = report.populations.p10.systems.get(headline).and_then(|system| system.counts.pit) else {
        return Ok(None);
    };
    let names: Vec<String> = (0..10).map(|tenth| format!("{}-{}", tenth * 10, (tenth + 1) * 10)).collect();
    let name_at = |place| named(&names, place);
    let text = |value: f64| format!("{:.0} %", value * 100.0);
    let x = Axis::of_names(&names, "tenth of the law, in per cent", &name_at);
    let highest = shares.iter().fold(0.15_f64, |highest, share| highest.max(*share));
    let y = Axis { span: 0.0..highest * 1.06, name: "share of the counts", ticks: 6, text: &text };
    let svg = plot(&x, &y, |canvas| {
        for (tenth, share) in shares.iter().enumerate() {
            canvas.column(tenth as f64, *share, OURS)?;
        }
        canvas.guide((x.span.start, 0.1), (x.span.end, 0.1))
    })?;
    Ok(Some(svg))
}

/// The headline's error and the line's, month by month.
fn months(report: &Report, headline: &str) -> Drawn {
    let slices = &report.populations.lined.population.by_month;
    let of = |id: &str| -> Vec<(f64, f64, Interval)> {
        let figures = |slice: &Slice| -> Option<(f64, Interval)> {
            let CountFigures { mae, interval, .. } = slice.systems.get(id)?;
            let mae = (*mae)?;
            Some((mae, interval.mae.unwrap_or(Interval { low: mae, high: mae })))
        };
        let placed = |(at, slice)| figures(slice).map(|(mae, interval)| (at as f64, mae, interval));
        slices.iter().enumerate().filter_map(placed).collect()
    };
    let (ours, line) = (of(headline), of("book_line"));
    if ours.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> = slices.iter().map(|slice| slice.name.clone()).collect();
    let name_at = |place| named(&names, place);
    let text = |value: f64| format!("{value:.1}");
    let x = Axis::of_names(&names, "", &name_at);
    let values = ours.iter().chain(&line).flat_map(|(_, mae, interval)| [*mae, interval.low, interval.high]);
    let y = Axis { span: span(values, 0.4), name: "mean absolute error", ticks: 6, text: &text };
    let svg = plot(&x, &y, |canvas| {
        for (months, color, shift) in [(&line, MARKET, 0.06), (&ours, OURS, -0.06)] {
            canvas.line(months.iter().map(|(at, mae, _)| (at + shift, *mae)).collect(), color)?;
            for (at, _, Interval { low, high }) in months {
                canvas.whisker(at + shift, *low, *high, color)?;
            }
            canvas.points(months.iter().map(|(at, mae, _)| (at + shift, *mae)), color)?;
        }
        Ok(())
    })?;
    Ok(Some(svg))
}

/// What bets returned, by how much edge they seemed to have.
fn edges(report: &Report) -> Drawn {
    let (best, posted) = (&report.bets.best.by_edge, &report.bets.posted.by_edge);
    let of = |buckets: &[pipeline::backtest::EdgeBucket]| -> Vec<(f64, f64, Option<Interval>)> {
        let placed = |(at, bucket): (usize, &pipeline::backtest::EdgeBucket)| {
            let all = Some(&bucket.bets.all).filter(|all| all.n >= MIN_BETS)?;
            Some((at as f64, all.roi?, all.interval.roi))
        };
        buckets.iter().enumerate().filter_map(placed).collect()
    };
    let (best_returns, posted_returns) = (of(best), of(posted));
    if best_returns.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> = best.iter().map(|bucket| format!("{} (n {})", bucket.edge, bucket.bets.all.n)).collect();
    let name_at = |place| named(&names, place);
    let text = |value: f64| format!("{} %", signed(Some(value * 100.0), 0));
    let x = Axis::of_names(&names, "edge in percentage points (bets at the best price)", &name_at);
    let ends = |(_, roi, interval): &(f64, f64, Option<Interval>)| {
        interval.map_or([*roi, *roi], |Interval { low, high }| [low, high])
    };
    let values = best_returns.iter().chain(&posted_returns).flat_map(ends).chain([0.0]);
    let y = Axis { span: span(values, 0.1), name: "return on the stakes", ticks: 6, text: &text };
    let svg = plot(&x, &y, |canvas| {
        canvas.guide((x.span.start, 0.0), (x.span.end, 0.0))?;
        for (returns, color, shift) in [(&posted_returns, MARKET, 0.08), (&best_returns, OURS, -0.08)] {
            returns_of(canvas, returns, color, shift)?;
        }
        Ok(())
    })?;
    Ok(Some(svg))
}

fn returns_of(
    canvas: &mut Canvas,
    returns: &[(f64, f64, Option<Interval>)],
    color: plotters::style::RGBColor,
    shift: f64,
) -> Result<(), Failed> {
    for (at, _, interval) in returns {
        if let Some(Interval { low, high }) = interval {
            canvas.whisker(at + shift, *low, *high, color)?;
        }
    }
    canvas.points(returns.iter().map(|(at, roi, _)| (at + shift, *roi)), color)
}

/// The profit date by date, and how deep it lies below its height.
fn course(report: &Report) -> Drawn {
    let days = &report.bets.course;
    let (Some(first), Some(last)) = (days.first(), days.last().filter(|day| day.n > 0)) else {
        return Ok(None);
    };
    let after = |day: &pipeline::backtest::CourseDay| f64::from(day.date.days_since(first.date));
    let profit: Vec<(f64, f64)> = days.iter().map(|day| (after(day), day.profit)).collect();
    let below: Vec<(f64, f64)> =
        days.iter().map(|day| (after(day), day.peak)).chain(profit.iter().rev().copied()).collect();
    let date_at = |days: f64| first.date.plus_days(days.round() as i32).to_string();
    let units = |value: f64| format!("{value:.0}");
    let x = Axis { span: 0.0..after(last).max(1.0), name: "", ticks: 6, text: &date_at };
    let values = days.iter().flat_map(|day| [day.profit, day.peak]).chain([0.0]);
    let y = Axis { span: span(values, 4.0), name: "units", ticks: 6, text: &units };
    let svg = plot(&x, &y, |canvas| {
        canvas.area(below, MARKET)?;
        canvas.guide((x.span.start, 0.0), (x.span.end, 0.0))?;
        canvas.line(profit, OURS)
    })?;
    Ok(Some(svg))
}

/// What the page says in words of the recommended bets.
pub(super) fn verdict(report: &Report) -> String {
    let all = &report.bets.best.recommended.all;
    let Some(Interval { low, high }) = all.interval.roi else {
        return "Too few bets to say anything about a return.".to_owned();
    };
    let judged = match (low > 0.0, high < 0.0) {
        (true, _) => "The interval lies above zero.",
        (_, true) => "The interval lies below zero: these bets lose money.",
        _ => "The interval holds zero: this could be luck, good or bad.",
    };
    format!(
        "{} bets, {} won against {} needed, a return of {} [{} to {}]. {judged}",
        all.n,
        percent(all.hit_rate),
        percent(all.break_even),
        signed_percent(all.roi),
        signed_percent(Some(low)),
        signed_percent(Some(high)),
    )
}
