//! Probabilities against prices, and what bets come to, by hand.

use super::*;

fn lined(slate: GameDate, player: u32, count: u16, books: Vec<BookRow>) -> GradedRow {
    let mut row = row(slate, player, count, Vec::new());
    (row.line, row.books) = (Some(20.5), books);
    row
}

#[test]
fn three_bets_come_to_what_they_do_on_paper() {
    let even = (2.0, 1.8);
    let rows = vec![
        // Over at 2.00 with 60 %: an edge of ten points, won.
        lined(day(0), 1, 25, vec![book("fanduel", 20.5, even, 0.60)]),
        // Under at 1.80 with 65 %: an edge of 9.4 points, lost.
        lined(day(1), 2, 30, vec![book("fanduel", 20.5, even, 0.35)]),
        // Over at 2.00 with 53 %: three points, pushed.
        lined(day(2), 3, 20, vec![book("fanduel", 20.0, even, 0.53)]),
        // 51 %: a point, no bet to recommend; 48 %: none at all.
        lined(day(2), 4, 25, vec![book("fanduel", 20.5, even, 0.51)]),
        lined(day(2), 5, 25, vec![book("fanduel", 20.5, even, 0.48)]),
    ];
    let bets = Report::of(&backtest(Vec::new(), rows)).bets;
    let Tally { n, wins, losses, pushes, hit_rate, profit, roi, break_even, .. } = bets.best.recommended.all.clone();
    assert_eq!((n, wins, losses, pushes), (3, 1, 1, 1));
    close(hit_rate, 0.5);
    close(profit, 0.0);
    close(roi, 0.0);
    close(break_even, (0.5 + 1.0 / 1.8 + 0.5) / 3.0);
    close(bets.best.recommended.over.profit, 1.0);
    close(bets.best.recommended.under.roi, -1.0);
    let by_edge: Vec<(&str, usize)> = bets.best.by_edge.iter().map(|bucket| (bucket.edge, bucket.bets.all.n)).collect();
    assert_eq!(by_edge, [("0-2", 1), ("2-4", 1), ("4-6", 0), ("6+", 2)]);
    let course: Vec<(usize, f64, f64)> = bets.course.iter().map(|day| (day.n, day.profit, day.peak)).collect();
    assert_eq!(course, [(1, 1.0, 1.0), (2, 0.0, 1.0), (3, 0.0, 1.0)]);
    assert_eq!(bets.max_drawdown, 1.0);
}

#[test]
fn the_best_price_is_one_bet_a_player() {
    let rows = vec![lined(
        day(0),
        1,
        25,
        vec![
            book("betmgm", 20.5, (1.9, 1.9), 0.58),
            book("caesars", 20.5, (2.1, 1.7), 0.58),
            book("fanduel", 26.5, (1.9, 1.9), 0.42),
        ],
    )];
    let bets = Report::of(&backtest(Vec::new(), rows)).bets;
    assert_eq!(bets.posted.recommended.all.n, 3);
    close(bets.posted.recommended.all.profit, 0.9 + 1.1 + 0.9);
    assert_eq!(bets.best.recommended.all.n, 1);
    close(bets.best.recommended.all.profit, 1.1);
}

#[test]
fn closing_value_is_on_the_side_of_the_bet() {
    let closing = |bet, closing| {
        let mut book = book("fanduel", 20.5, (2.0, 2.0), bet);
        book.closing_fair_over = closing;
        vec![book]
    };
    let rows = vec![
        lined(day(0), 1, 25, closing(0.60, Some(0.53))),
        lined(day(1), 2, 25, closing(0.40, Some(0.49))),
        lined(day(2), 3, 25, closing(0.40, None)),
    ];
    let all = Report::of(&backtest(Vec::new(), rows)).bets.best.recommended.all;
    assert_eq!((all.n, all.n_closing), (3, 2));
    close(all.closing_value, 0.02);
}

#[test]
fn a_price_is_scored_without_pushes() {
    let coin = (1.9, 1.9);
    let rows = vec![
        lined(day(0), 1, 25, vec![book("fanduel", 20.5, coin, 0.8), book("betmgm", 25.0, coin, 0.1)]),
        lined(day(1), 2, 15, vec![book("fanduel", 20.5, coin, 0.6)]),
    ];
    let lined = Report::of(&backtest(Vec::new(), rows)).populations.lined;
    assert_eq!((lined.market.n, lined.published.n), (2, 2));
    close(lined.market.figures.log_loss, 2.0_f64.ln());
    close(lined.market.figures.brier, 0.25);
    close(lined.market.figures.ece, 0.0);
    close(lined.published.figures.brier, (0.04 + 0.36) / 2.0);
    close(lined.published.figures.log_loss, -(0.8_f64.ln() + 0.4_f64.ln()) / 2.0);
    let less = lined.published.figures.less_price.brier.unwrap();
    close(Some(less.value), 0.2 - 0.25);
}

#[test]
fn without_lines_there_is_nothing_to_tell() {
    let report = Report::of(&backtest(Vec::new(), vec![row(day(0), 1, 9, Vec::new())]));
    let market = &report.populations.lined.market;
    assert_eq!((market.n, market.figures.log_loss, market.figures.ece), (0, None, None));
    assert!(market.reliability.is_empty() && report.bets.course.is_empty() && report.alarms.is_empty());
    assert_eq!(report.bets.best.recommended.all.roi, None);
}
