//! Many rows: more than one chunk, and, when asked for, as many as a season's import.

use std::time::Instant;

use domain::{HalfPoints, Known, PlayerId, PropLine};
use pipeline::Rows;
use pipeline::source::{Facts, Rejects};

use super::night::*;
use super::{Both, batch, payload};
use crate::postgres;

fn lines(count: u32) -> Vec<Known<PropLine>> {
    let line = |number: u32| PropLine {
        player: PlayerId::new(number % 500),
        line: HalfPoints::from_halves(i32::try_from(number / 500).unwrap()),
        ..prop_line()
    };
    (0..count).map(|number| recalled(line(number), at("2025-01-15T17:00:00Z"))).collect()
}

#[tokio::test]
async fn chunks_know_of_each_other() {
    let Some(both) = Both::fresh().await else { return };
    let one = payload("one", at("2025-01-15T17:00:00Z"), b"one");
    both.settle("land", "one", &[], &Rows::Payloads(vec![one.clone()])).await;
    let mut prop_lines = lines(25_000);
    // Said again, and contradicted, in the second chunk.
    prop_lines.extend(lines(10));
    let dearer = PropLine { over: odds(1.5), ..prop_lines[0].unseal().clone() };
    prop_lines.push(recalled(dearer, at("2025-01-15T17:00:00Z")));
    let facts = Facts { prop_lines, ..Facts::default() };
    let rows = batch(&one, at("2025-01-15T18:00:00Z"), facts, Rejects::default());
    let (_, written) = both.settle("process", "one", &[], &rows).await;
    assert_eq!(written.rows, 25_001);
    both.assert_same_tables().await;
}

/// Not part of the tests: how long a large payload takes to settle, and to settle again.
#[tokio::test]
#[ignore = "a measurement"]
async fn how_long_six_hundred_thousand_lines_take() {
    let Some(both) = Both::fresh().await else { return };
    let one = payload("one", at("2025-01-15T17:00:00Z"), b"one");
    both.settle("land", "one", &[], &Rows::Payloads(vec![one.clone()])).await;
    let facts = Facts { prop_lines: lines(600_000), ..Facts::default() };
    let rows = batch(&one, at("2025-01-15T18:00:00Z"), facts, Rejects::default());
    let mut client = both.postgres.client().await.unwrap();
    for _ in 0..2 {
        let started = Instant::now();
        let transaction = postgres::begin(&mut client).await.unwrap();
        let written = postgres::settle::write(&transaction, runtime::AttemptId(1), &rows, None).await.unwrap();
        transaction.commit().await.unwrap();
        println!("{} rows in {:?}", written.rows, started.elapsed());
    }
}
