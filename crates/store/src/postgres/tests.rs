//! The Postgres store on a real server.

use super::*;
use crate::rows::every::{Stored, layout};

/// A new store and its URL; nothing where there is no server.
async fn fresh() -> Option<(Postgres, String)> {
    let url = crate::server::new_place()?;
    Some((Postgres::create(&url).await.unwrap(), url))
}

#[tokio::test]
async fn every_statement_prepares() {
    let Some((store, _)) = fresh().await else { return };
    let client = store.client().await.unwrap();
    for (name, text) in statements::EVERY {
        // Any column every table has will do where a record's columns go.
        let text = text.replace("{columns}", "1").replace("{key}", "t.known_at");
        client.prepare(&text).await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    }
}

#[test]
fn both_dialects_have_the_same_statements() {
    let names = |dialect: &str| {
        let folder = format!("{}/sql/{dialect}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        files.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn both_dialects_have_the_same_migrations() {
    let names = |migrations: &'static [crate::opening::Migration]| {
        migrations.iter().map(|(number, name, _)| (*number, *name)).collect::<Vec<_>>()
    };
    assert_eq!(names(crate::sqlite::MIGRATIONS), names(migrations::MIGRATIONS));
}

#[tokio::test]
async fn records_have_exactly_their_tables_columns() {
    let Some((store, _)) = fresh().await else { return };
    let client = store.client().await.unwrap();
    for (table, key, content, stored) in layout() {
        let text = "SELECT column_name::text FROM information_schema.columns
                    WHERE table_schema = current_schema() AND table_name = $1";
        let rows = client.query(text, &[&table]).await.unwrap();
        let mut columns: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let mut expected: Vec<&str> = key.iter().chain(content).copied().collect();
        match stored {
            Stored::Fact => expected.extend(crate::settling::VERSION_COLUMNS),
            Stored::Output => expected.push("output_id"),
        }
        columns.sort();
        expected.sort_unstable();
        assert_eq!(columns, expected, "{table}");
    }
}

#[tokio::test]
async fn every_text_is_ordered_by_its_bytes() {
    let Some((store, _)) = fresh().await else { return };
    let text = "SELECT table_name || '.' || column_name FROM information_schema.columns
                WHERE table_schema = current_schema() AND data_type = 'text' AND table_name <> 'schema_migration'
                  AND collation_name IS DISTINCT FROM 'C'";
    let rows = store.client().await.unwrap().query(text, &[]).await.unwrap();
    let others: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert!(others.is_empty(), "{others:?}");
}
