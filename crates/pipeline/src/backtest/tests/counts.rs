//! Errors of counts, laws, pairs and slices, by hand.

use predict::{CountLaw, SystemId};

use super::*;

const EWMA: Contender = Contender::Baseline(Baseline::Ewma);
const SEASON_MEAN: Contender = Contender::Baseline(Baseline::SeasonMean);
const ENSEMBLE: Contender = Contender::System(SystemId::Ensemble);

fn says(numbers: [Option<f64>; 2]) -> Vec<Option<Said>> {
    numbers.map(|number| number.map(Said::point)).to_vec()
}

#[test]
fn errors_are_those_on_paper() {
    let rows = vec![
        row(day(0), 1, 10, says([Some(12.0), Some(11.0)])),
        row(day(0), 2, 20, says([Some(16.0), Some(20.0)])),
        row(day(1), 3, 30, says([None, Some(25.0)])),
        row(day(2), 4, 6, says([Some(6.0), None])),
    ];
    let report = Report::of(&backtest(vec![SEASON_MEAN, EWMA], rows));
    let p10 = &report.populations.p10;
    let mean = &p10.systems["season_mean"];
    assert_eq!((p10.n, mean.counts.n), (4, 3));
    close(mean.counts.mae, 2.0);
    close(mean.counts.rmse, (20.0_f64 / 3.0).sqrt());
    close(mean.counts.bias, -2.0 / 3.0);
    assert_eq!((mean.counts.crps, mean.counts.cover80, mean.counts.pit_max_dev), (None, None, None));
    // Both answered about players 1 and 2: errors of 2 and 4 against 1 and 0.
    let paired = mean.paired.as_ref().unwrap();
    assert_eq!((paired.reference.as_str(), paired.n), ("ewma", 2));
    close(paired.mae.map(|mae| mae.value), 2.5);
    close(paired.rmse.map(|rmse| rmse.value), 10.0_f64.sqrt() - 0.5_f64.sqrt());
    assert!(paired.crps.is_none() && p10.systems["ewma"].paired.is_none());
}

#[test]
fn a_population_holds_its_own_rows() {
    let mut lined = row(day(0), 1, 10, says([Some(12.0), Some(10.5)]));
    (lined.in_p10, lined.line, lined.minutes) = (false, Some(17.5), 8.0);
    let mut february = row(day(40), 2, 10, says([Some(11.0), None]));
    february.minutes = 28.0;
    let report = Report::of(&backtest(vec![SEASON_MEAN, EWMA], vec![lined, february]));
    let names = |slices: &[Slice]| slices.iter().map(|slice| (slice.name.clone(), slice.n)).collect::<Vec<_>>();
    let one = |name: &str| vec![(name.to_owned(), 1)];
    assert_eq!(names(&report.populations.p10.by_month), one("2025-02"));
    assert_eq!(names(&report.populations.p10.by_minutes), one("28+"));
    let lined = &report.populations.lined;
    assert_eq!(names(&lined.by_line), one("17.5-24.5"));
    assert_eq!(names(&lined.population.by_minutes), one("<10"));
    close(lined.population.systems["season_mean"].counts.mae, 2.0);
    close(lined.by_line[0].systems["season_mean"].mae, 2.0);
}

#[test]
fn the_side_of_the_line_is_counted_where_there_is_one() {
    let lined = |player, count, line, said| {
        let mut row = row(day(0), player, count, vec![Some(Said::point(said))]);
        row.line = Some(line);
        row
    };
    // Right over, wrong over, right under, forecast on the line, count on the line.
    let rows = vec![
        lined(1, 12, 10.5, 11.0),
        lined(2, 9, 10.5, 11.0),
        lined(3, 9, 10.5, 8.0),
        lined(4, 9, 10.5, 10.5),
        lined(5, 10, 10.0, 8.0),
    ];
    let report = Report::of(&backtest(vec![SEASON_MEAN], rows));
    let lines = report.populations.lined.population.systems["season_mean"].lines.as_ref().unwrap();
    assert_eq!(lines.n_sides, 3);
    close(lines.side_hit_rate, 2.0 / 3.0);
}

/// Counts drawn evenly from the law itself: as many of each as its mass says.
fn rows_of_law(law: &CountLaw, claimed: &CountLaw, times: f64) -> Vec<GradedRow> {
    let counts = law.mass().iter().enumerate();
    let counts = counts.flat_map(|(count, mass)| std::iter::repeat_n(count as u16, (mass * times).round() as usize));
    let rows = counts.enumerate().map(|(player, count)| {
        row(day(player as i32 % 7), player as u32, count, vec![Some(Said::law(claimed, count))])
    });
    rows.collect()
}

#[test]
fn counts_that_follow_their_law_fill_its_tenths_evenly() {
    let law = CountLaw::from_mass(vec![0.05, 0.1, 0.2, 0.3, 0.2, 0.1, 0.05]).unwrap();
    let sharper = CountLaw::from_mass(vec![0.0, 0.0, 0.2, 0.6, 0.2]).unwrap();
    let figures = |claimed| {
        let report = Report::of(&backtest(vec![ENSEMBLE], rows_of_law(&law, claimed, 20_000.0)));
        report.populations.p10.systems["ensemble_v1"].counts.clone()
    };
    let honest = figures(&law);
    assert!((honest.cover80.unwrap() - 0.8).abs() < 0.008, "{honest:?}");
    assert!(honest.pit_max_dev.unwrap() < 0.006, "{honest:?}");
    close(honest.pit.map(|shares| shares.iter().sum()), 1.0);
    let boastful = figures(&sharper);
    assert!(boastful.cover80.unwrap() < 0.7 && boastful.pit_max_dev.unwrap() > 0.05, "{boastful:?}");
    assert!(boastful.crps.unwrap() > honest.crps.unwrap());
}
