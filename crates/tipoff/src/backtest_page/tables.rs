//! The tables of a backtest's report as words, the same on the page and in the terminal.

use pipeline::backtest::{
    BySide, CountFigures, Estimate, Interval, LessPrice, LineFigures, Lined, Placed, Population, Report, Slice, Tally,
};

/// A table of words.
pub(crate) struct FigureTable {
    /// Its heading.
    pub(crate) title: &'static str,
    /// The first column names what the row is about; the others are numbers.
    pub(crate) columns: Vec<String>,
    /// The rows, as long as the columns.
    pub(crate) rows: Vec<Vec<String>>,
}

const NOTHING: &str = "–";

/// Everything a report has tables of.
pub(crate) struct Tables {
    /// Errors of counts of everybody who plays.
    pub(crate) p10: FigureTable,
    /// Errors of counts of everybody with a line.
    pub(crate) lined: FigureTable,
    /// Probabilities of the over.
    pub(crate) probabilities: FigureTable,
    /// Bets on the published probability.
    pub(crate) bets: FigureTable,
    /// Bets on each contender's own probability.
    pub(crate) own_bets: FigureTable,
    /// Mean absolute errors of parts of `p10`.
    pub(crate) p10_slices: Vec<FigureTable>,
    /// Mean absolute errors of parts of `lined`.
    pub(crate) lined_slices: Vec<FigureTable>,
}

impl Tables {
    /// The tables of a report.
    pub(crate) fn of(report: &Report) -> Self {
        let (p10, lined) = (&report.populations.p10, &report.populations.lined);
        Self {
            p10: counts(report, p10, "Everybody who plays ten minutes or more", "less EWMA"),
            lined: counts(report, &lined.population, "Everybody with a line", "less the line"),
            probabilities: probabilities(report, lined),
            bets: bets(report),
            own_bets: own_bets(report, lined),
            p10_slices: slices(report, &[("month", &p10.by_month), ("minutes", &p10.by_minutes)]),
            lined_slices: slices(
                report,
                &[
                    ("month", &lined.population.by_month),
                    ("minutes", &lined.population.by_minutes),
                    ("line", &lined.by_line),
                ],
            ),
        }
    }
}

fn table(title: &'static str, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> FigureTable {
    let columns = columns.iter().map(|column| (*column).to_owned()).collect();
    FigureTable { title, columns, rows: rows.into_iter().collect() }
}

fn counts(report: &Report, population: &Population, title: &'static str, less: &str) -> FigureTable {
    let columns = ["system", "rows", "MAE", "95 %", less, "95 %", "RMSE", "bias", "CRPS", "80 % cover", "PIT"];
    let row = |id: &String| {
        let figures = &population.systems[id];
        let CountFigures { n, mae, rmse, bias, crps, cover80, pit_max_dev, interval, .. } = &figures.counts;
        let paired = figures.paired.as_ref().and_then(|paired| paired.mae);
        vec![
            id.clone(),
            n.to_string(),
            plain(*mae, 3),
            span(interval.mae, 3),
            signed(paired.map(|paired| paired.value), 3),
            difference(paired, 3),
            plain(*rmse, 3),
            signed(*bias, 2),
            plain(*crps, 3),
            percent(*cover80),
            plain(*pit_max_dev, 3),
        ]
    };
    table(title, &columns, report.contenders.iter().map(row))
}

fn probabilities(report: &Report, lined: &Lined) -> FigureTable {
    let columns = ["probability", "prices", "log loss", "less the price", "95 %", "Brier", "ECE", "ECE by chance"];
    let row = |name: &str, n: usize, less: Option<&LessPrice>, figures: [Option<f64>; 4]| {
        let less = less.and_then(|less| less.log_loss);
        let [log_loss, brier, ece, by_chance] = figures;
        vec![
            name.to_owned(),
            n.to_string(),
            plain(log_loss, 5),
            signed(less.map(|less| less.value), 5),
            difference(less, 5),
            plain(brier, 5),
            plain(ece, 4),
            plain(by_chance, 4),
        ]
    };
    let priced = |name, priced: &pipeline::backtest::PricedFigures, less| {
        let figures = &priced.figures;
        row(name, priced.n, less, [figures.log_loss, figures.brier, figures.ece, figures.ece_by_chance])
    };
    let first = [
        priced("the price, no-vig", &lined.market, None),
        priced("published", &lined.published, Some(&lined.published.figures.less_price)),
    ];
    let own = with_lines(report, lined).map(|(id, lines)| {
        let figures = &lines.probabilities;
        let four = [figures.log_loss, figures.brier, figures.ece, figures.ece_by_chance];
        row(id, lines.n_prices, Some(&figures.less_price), four)
    });
    table("How good the probabilities are", &columns, first.into_iter().chain(own))
}

/// Contenders with a probability of their own.
fn with_lines<'a>(report: &'a Report, lined: &'a Lined) -> impl Iterator<Item = (&'a str, &'a LineFigures)> {
    let lines = |id: &'a String| Some((id.as_str(), lined.population.systems[id].lines.as_ref()?));
    report.contenders.iter().filter_map(lines).filter(|(_, lines)| lines.n_prices > 0)
}

const BET_COLUMNS: [&str; 9] =
    ["bets", "n", "won-lost-pushed", "hit rate", "needed", "return", "95 %", "units", "closing value"];

fn tally(name: String, tally: &Tally) -> Vec<String> {
    vec![
        name,
        tally.n.to_string(),
        format!("{}-{}-{}", tally.wins, tally.losses, tally.pushes),
        percent(tally.hit_rate),
        percent(tally.break_even),
        signed_percent(tally.roi),
        tally.interval.roi.map_or(NOTHING.to_owned(), |Interval { low, high }| {
            format!("{} to {}", signed_percent(Some(low)), signed_percent(Some(high)))
        }),
        signed(tally.profit, 1),
        signed_percent(tally.closing_value),
    ]
}

fn bets(report: &Report) -> FigureTable {
    let sides = |name: &str, bets: &BySide| {
        [("", &bets.all), (", over", &bets.over), (", under", &bets.under)]
            .map(|(side, bets)| tally(format!("{name}{side}"), bets))
    };
    let placed = |name: &str, placed: &Placed| {
        let buckets =
            placed.by_edge.iter().map(|bucket| tally(format!("{name}, edge {}", bucket.edge), &bucket.bets.all));
        sides(name, &placed.recommended).into_iter().chain(buckets).collect::<Vec<_>>()
    };
    let rows = [placed("best price", &report.bets.best), placed("every book", &report.bets.posted)];
    table("What betting on the published probability came to", &BET_COLUMNS, rows.into_iter().flatten())
}

fn own_bets(report: &Report, lined: &Lined) -> FigureTable {
    let rows = with_lines(report, lined).map(|(id, lines)| tally(id.to_owned(), &lines.best));
    table("What betting on a system's own probability came to, at the best price", &BET_COLUMNS, rows)
}

/// Mean absolute errors: a column a contender.
fn slices(report: &Report, parts: &[(&'static str, &[Slice])]) -> Vec<FigureTable> {
    let title = |part| match part {
        "month" => "MAE by month",
        "minutes" => "MAE by minutes of the last ten games",
        _ => "MAE by line",
    };
    let row = |slice: &Slice| {
        let maes = report.contenders.iter().map(|id| plain(slice.systems[id].mae, 2));
        [slice.name.clone(), slice.n.to_string()].into_iter().chain(maes).collect()
    };
    let table = |(part, slices): &(&'static str, &[Slice])| {
        let columns = [(*part).to_owned(), "rows".to_owned()].into_iter().chain(report.contenders.iter().cloned());
        FigureTable { title: title(part), columns: columns.collect(), rows: slices.iter().map(row).collect() }
    };
    parts.iter().map(table).collect()
}

/// A number to so many decimals.
fn plain(value: Option<f64>, decimals: usize) -> String {
    value.map_or(NOTHING.to_owned(), |value| format!("{value:.decimals$}"))
}

/// A number with its sign; a zero has none.
pub(super) fn signed(value: Option<f64>, decimals: usize) -> String {
    let text = value.map(|value| format!("{value:+.decimals$}"));
    let unsigned = |text: String| match text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        true => text,
        false => text[1..].to_owned(),
    };
    text.map_or(NOTHING.to_owned(), unsigned)
}

/// A share in per cent.
pub(super) fn percent(value: Option<f64>) -> String {
    value.map_or(NOTHING.to_owned(), |value| format!("{:.1} %", value * 100.0))
}

/// A share in per cent with its sign.
pub(super) fn signed_percent(value: Option<f64>) -> String {
    value.map_or(NOTHING.to_owned(), |value| format!("{} %", signed(Some(value * 100.0), 1)))
}

/// An interval of a level.
fn span(interval: Option<Interval>, decimals: usize) -> String {
    interval.map_or(NOTHING.to_owned(), |Interval { low, high }| format!("{low:.decimals$} to {high:.decimals$}"))
}

/// An interval of a difference.
fn difference(estimate: Option<Estimate>, decimals: usize) -> String {
    let interval = estimate.and_then(|estimate| estimate.interval);
    interval.map_or(NOTHING.to_owned(), |Interval { low, high }| {
        format!("{} to {}", signed(Some(low), decimals), signed(Some(high), decimals))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_with_sign_and_without_noise() {
        assert_eq!(signed(Some(0.1234), 3), "+0.123");
        assert_eq!(signed(Some(-0.000_01), 3), "0.000");
        assert_eq!(signed_percent(Some(-0.0413)), "-4.1 %");
        assert_eq!(span(Some(Interval { low: 4.7, high: 4.75 }), 2), "4.70 to 4.75");
        assert_eq!((plain(None, 2), percent(None), difference(None, 2)), ("–".into(), "–".into(), "–".into()));
    }
}
