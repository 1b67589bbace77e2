//! What makes the file safe: its journal, its rules, and rows that nobody can change afterwards.

use std::collections::BTreeMap;

use pipeline::Rows;
use pipeline::rows::{Consolidation, ConsolidationSummary};
use pipeline::source::Facts;
use runtime::{StepId, TaskKey};

use crate::attempts::{claim_of, entered, learn, now, page, settle, write};
use crate::files::{beside, count, fresh};
use crate::night::{game, seen};

#[test]
fn the_journal_is_written_ahead() {
    let (directory, _store) = fresh();
    let mode: String = beside(directory.path()).query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    assert!(directory.path().join("tipoff.db-wal").exists());
}

#[test]
fn every_table_is_strict() {
    let (directory, _store) = fresh();
    let connection = beside(directory.path());
    let text = "SELECT name FROM pragma_table_list
                WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND NOT strict";
    let mut statement = connection.prepare(text).unwrap();
    let lax: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(lax, Vec::<String>::new());
}

#[tokio::test]
async fn an_attempt_reads_only_outputs_that_exist() {
    let (directory, store) = fresh();
    let key = TaskKey::new("publish", "edition");
    let mut task = entered(&key);
    task.recipe.needs = vec!["forecast".into()];
    write(&store, task).await;
    assert!(claim_of(&store, &[&key]).await.is_empty(), "nothing is there to be read");
    assert_eq!(count(directory.path(), "attempt"), 0);
    let made = settle(&store, "forecast", "edition", page("1")).await.output.unwrap();
    let [lease] = claim_of(&store, &[&key]).await.try_into().unwrap();
    assert_eq!(lease.inputs, BTreeMap::from([(StepId::from("forecast"), made)]));
    let connection = beside(directory.path());
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    let noted: i64 = connection.query_row("SELECT output_id FROM attempt_input", [], |row| row.get(0)).unwrap();
    assert_eq!(noted, made.0);
    assert!(connection.execute("UPDATE attempt_input SET output_id = 4711", []).is_err());
}

#[tokio::test]
async fn nothing_stored_points_nowhere() {
    let (directory, store) = fresh();
    learn(&store, now(), Facts { games: vec![seen(game(), now())], ..Facts::default() }).await;
    settle(&store, "publish", "edition", page("1")).await;
    let connection = beside(directory.path());
    let dangling = connection.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap();
    assert!(!dangling);
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}

#[tokio::test]
async fn what_was_published_cannot_be_changed_even_from_outside() {
    let (directory, store) = fresh();
    settle(&store, "publish", "edition", page("1")).await;
    let summary = ConsolidationSummary {
        expected_players: 1,
        completed_players: 1,
        skipped_players: 0,
        missing_players: 0,
        predictions: 1,
    };
    let merged = Consolidation { predictions: vec![crate::night::prediction()], scenarios: Vec::new(), summary };
    settle(&store, "consolidate", "edition", Rows::Consolidation(merged)).await;
    let connection = beside(directory.path());
    for statement in [
        "UPDATE published_document SET body = x''",
        "DELETE FROM published_document",
        "UPDATE prediction SET mean = 1.0",
        "DELETE FROM prediction",
    ] {
        let error = connection.execute(statement, []).unwrap_err();
        assert!(error.to_string().contains("are append-only"), "{statement}: {error}");
    }
}
