//! What holds of every report: order, repetition, intervals, keys, alarms.

use serde_json::Value;

use super::invented::{contenders, season};
use super::*;

fn json(backtest: &Backtest) -> String {
    serde_json::to_string(&Report::of(backtest)).unwrap()
}

#[test]
fn the_order_of_rows_and_books_changes_no_byte() {
    let forwards = season(40, 1);
    let mut backwards = forwards.clone();
    backwards.rows.reverse();
    for row in &mut backwards.rows {
        row.books.reverse();
    }
    assert_eq!(json(&forwards), json(&backwards));
    assert_eq!(json(&forwards), json(&forwards));
}

#[test]
fn the_agreed_keys_are_there() {
    let report: Value = serde_json::from_str(&json(&season(5, 1))).unwrap();
    for key in ["schema_version", "season", "market", "n_slates", "edition", "as_of", "populations"] {
        assert!(report.get(key).is_some(), "{key}");
    }
    let populations = &report["populations"];
    for key in ["n", "mae", "rmse", "bias", "crps", "cover80", "pit_max_dev"] {
        assert!(populations["p10"]["systems"]["ewma"].get(key).is_some(), "{key}");
    }
    for key in ["n", "mae", "log_loss", "brier", "ece"] {
        assert!(populations["lined"]["systems"]["ewma"].get(key).is_some(), "{key}");
    }
    for key in ["n", "log_loss", "brier", "ece"] {
        assert!(populations["lined"]["market"][key].is_number(), "{key}");
    }
    assert_eq!(report["schema_version"], 1);
    assert_eq!(populations["p10"]["n"], 75);
    assert_eq!(populations["lined"]["systems"]["ewma"]["crps"], Value::Null);
}

#[test]
fn intervals_hold_the_truth_nineteen_times_of_twenty() {
    // The ensemble says the very law that counts are drawn from, so its true bias is zero.
    let holds = |seed: u64| {
        let report = Report::of(&season(40, seed));
        let Interval { low, high } = report.populations.p10.systems["ensemble_v1"].counts.interval.bias.unwrap();
        low <= 0.0 && 0.0 <= high
    };
    let held = (0..60).filter(|seed| holds(*seed)).count();
    assert!((50..=60).contains(&held), "{held} of 60");
}

#[test]
fn errors_shared_by_a_date_widen_the_interval() {
    let said = |error: f64| vec![Some(Said::point(20.0 + error))];
    let rows = |error: fn(u32, u32) -> bool| {
        let all = (0..30).flat_map(|date| (0..10).map(move |player| (date, player)));
        all.map(|(date, player)| row(day(date as i32), player, 20, said(if error(date, player) { 4.0 } else { 0.0 })))
            .collect::<Vec<_>>()
    };
    let width = |rows| {
        let report = Report::of(&backtest(vec![contenders()[1]], rows));
        let Interval { low, high } = report.populations.p10.systems["ewma"].counts.interval.mae.unwrap();
        high - low
    };
    // Whole dates wrong, or half of the players of every date.
    assert!(width(rows(|date, _| date % 2 == 0)) > 1.0);
    assert!(width(rows(|_, player| player % 2 == 0)) < 1e-9);
}

#[test]
fn a_single_date_has_no_interval() {
    let report = Report::of(&season(1, 1));
    let counts = &report.populations.p10.systems["ewma"].counts;
    assert!(counts.mae.is_some() && counts.interval.mae.is_none());
}

#[test]
fn an_honest_season_raises_no_alarm_and_a_leaked_one_does() {
    // Invented counts are easier than real ones, so that the baselines alarm too: only the system that leaks is looked at.
    let mut honest = season(110, 7);
    for row in &mut honest.rows {
        row.said[0] = None;
        for book in &mut row.books {
            (book.over[0], book.bet) = (None, Some(book.fair_over));
        }
    }
    let figures = |backtest: &Backtest| -> Vec<(AlarmKind, String)> {
        Report::of(backtest).alarms.into_iter().map(|alarm| (alarm.figure, alarm.whose)).collect()
    };
    let own = |alarms: Vec<(AlarmKind, String)>| -> Vec<(AlarmKind, String)> {
        alarms.into_iter().filter(|(_, whose)| whose.contains("ensemble") || whose.contains("published")).collect()
    };
    assert!(own(figures(&honest)).is_empty());
    let mut leaked = honest;
    for row in &mut leaked.rows {
        row.said[0] = Some(Said::point(f64::from(row.count)));
        for book in &mut row.books {
            let over = if 2 * i32::from(row.count) > book.line.halves() { 0.9 } else { 0.1 };
            (book.over[0], book.bet) = (Some(over), Some(over));
        }
    }
    let alarms = own(figures(&leaked));
    for figure in [AlarmKind::P10Mae, AlarmKind::LinedMae, AlarmKind::LogLoss, AlarmKind::Roi, AlarmKind::SideHitRate] {
        assert!(alarms.contains(&(figure, "ensemble_v1".to_owned())) || figure == AlarmKind::Roi, "{figure:?}");
    }
    for whose in ["ensemble_v1, best price", "published, best price", "published, posted prices, edge 6+"] {
        assert!(alarms.contains(&(AlarmKind::Roi, whose.to_owned())), "{whose}: {alarms:?}");
    }
    assert!(alarms.contains(&(AlarmKind::SideHitRate, "published, best price".to_owned())));
    leaked.market = Market::Rebounds;
    assert!(figures(&leaked).is_empty(), "limits of other markets are not known");
}
