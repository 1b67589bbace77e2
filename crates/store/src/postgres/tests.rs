//! The Postgres store on a real server.

use super::*;
use pipeline::ports::{FactStore, StoreError};
use runtime::LedgerError;

use crate::rows::every::{Stored, layout};
use crate::views::Views;

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
        let (text, _) = named::numbered(&text);
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

/// The error of something that must not open.
async fn refusal(url: &str) -> [OpenError; 2] {
    [Postgres::create(url).await.err().unwrap(), Postgres::open(url).await.err().unwrap()]
}

/// A statement in the middle of somebody else's work.
async fn run(store: &Postgres, text: &str) {
    store.client().await.unwrap().batch_execute(text).await.unwrap();
}

async fn setting(store: &Postgres, name: &str) -> String {
    let client = store.client().await.unwrap();
    client.query_one("SELECT current_setting($1)", &[&name]).await.unwrap().get(0)
}

#[tokio::test]
async fn looking_makes_nothing_and_writes_nothing() {
    let Some(url) = crate::server::new_place() else { return };
    let missing = Postgres::open(&url).await.err().unwrap();
    assert!(matches!(missing, OpenError::NotThere(_)), "{missing:?}");
    let store = Postgres::create(&url).await.unwrap();
    let reader = Postgres::open(&url).await.unwrap();
    let outcome = reader.claim_world("mine").await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert_eq!(store.claim_world("theirs").await.unwrap(), "theirs");
    assert_eq!(store.claim_world("mine").await.unwrap(), "theirs", "the first mark stays");
}

#[tokio::test]
async fn a_store_from_the_future_is_refused() {
    let Some((store, url)) = fresh().await else { return };
    run(&store, "INSERT INTO schema_migration (number, name, checksum) VALUES (77, 'future', 'x')").await;
    for error in refusal(&url).await {
        assert!(matches!(error, OpenError::TooNew { found: 77, .. }), "{error:?}");
        assert!(!error.to_string().contains('@'), "{error}");
    }
}

#[tokio::test]
async fn another_first_schema_is_refused() {
    let Some((store, url)) = fresh().await else { return };
    run(&store, "UPDATE schema_migration SET checksum = 'x' WHERE number = 1").await;
    let error = Postgres::create(&url).await.err().unwrap();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("migration 1 (initial) is not the one that was applied"), "{cause}");
}

#[tokio::test]
async fn many_may_open_a_new_store_at_once() {
    let Some(url) = crate::server::new_place() else { return };
    let opened = futures::future::join_all((0..5).map(|_| Postgres::create(&url))).await;
    assert!(opened.iter().all(Result::is_ok), "{:?}", opened.iter().find_map(|store| store.as_ref().err()));
    assert_eq!(opened[0].as_ref().unwrap().revisions().await.unwrap(), []);
}

#[tokio::test]
async fn sessions_say_who_they_are_and_give_up_in_time() {
    let Some((store, url)) = fresh().await else { return };
    assert_eq!(setting(&store, "application_name").await, "tipoff");
    assert_eq!(setting(&store, "statement_timeout").await, "30s");
    let mut client = store.client().await.unwrap();
    let transaction = begin(&mut client).await.unwrap();
    let patience = transaction.query_one("SELECT current_setting('statement_timeout')", &[]).await.unwrap();
    assert_eq!(patience.get::<_, String>(0), "2min");
    let hurried = Postgres::create(&format!("{url}%20-c%20statement_timeout%3D7s")).await.unwrap();
    assert_eq!(setting(&hurried, "statement_timeout").await, "7s", "the URL decides");
}

#[tokio::test]
async fn a_lost_connection_is_told_once_and_replaced() {
    let Some((store, _)) = fresh().await else { return };
    let waiting = store.client().await.unwrap();
    let number = waiting.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get::<_, i32>(0);
    // One connection is cut off in the middle of its work, another while it lies idle; both are gone before the next.
    let idle = store.client().await.unwrap().query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get::<_, i32>(0);
    let killer = Postgres::create(&crate::server::new_place().unwrap()).await.unwrap();
    let sleeping = waiting.batch_execute("SELECT pg_sleep(60)");
    let killer = killer.client().await.unwrap();
    let both = format!("SELECT pg_terminate_backend({number}, 9000), pg_terminate_backend({idle}, 9000)");
    let (told, _) = tokio::join!(sleeping, killer.batch_execute(&both));
    let told = StoreError::from(Fault::from(told.unwrap_err()));
    assert!(matches!(told, StoreError::Unavailable(_)), "{told:?}");
    drop(waiting);
    for _ in 0..3 {
        assert_eq!(store.revisions().await.unwrap(), []);
    }
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_and_what_may_go_better_next_time_is_not() {
    let Some((store, _)) = fresh().await else { return };
    let client = store.client().await.unwrap();
    for (state, is_refused) in
        [("23505", true), ("23514", true), ("22021", true), ("40P01", false), ("40001", false), ("57P01", false)]
    {
        let text = format!("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$");
        let fault = Fault::from(client.batch_execute(&text).await.unwrap_err());
        assert_eq!(matches!(LedgerError::from(fault), LedgerError::Refused(_)), is_refused, "{state}");
    }
    let params: statements::Params<'_> = &[&crate::rows::Value::Text("x".into())];
    let misfit = client.execute("INSERT INTO probe (at) VALUES ($1)", params).await.unwrap_err();
    assert!(matches!(LedgerError::from(Fault::from(misfit)), LedgerError::Refused(_)));
}

#[tokio::test]
async fn no_two_workers_bear_one_name() {
    let Some((store, url)) = fresh().await else { return };
    let others = futures::future::join_all((0..3).map(|_| Postgres::create(&url))).await;
    let mut names: Vec<WorkerId> = others.iter().map(|other| other.as_ref().unwrap().worker()).collect();
    names.push(store.worker());
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 4, "{names:?}");
    let process = format!("-{}-", std::process::id());
    assert!(names.iter().all(|name| name.as_str().contains(&process)), "{names:?}");
}

#[tokio::test]
async fn no_server_is_told_without_the_password() {
    let url = "postgres://me:secret@127.0.0.1:1/nba";
    for error in refusal(url).await {
        let text = format!("{error} {error:?}");
        assert!(text.contains("postgres://127.0.0.1:1/nba"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}

#[tokio::test]
async fn what_was_published_is_never_changed() {
    let Some((store, _)) = fresh().await else { return };
    let client = store.client().await.unwrap();
    for table in ["prediction", "published_document", "grade"] {
        for text in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET slate = ''")] {
            let refused = client.batch_execute(&text).await.unwrap_err();
            assert!(refused.as_db_error().unwrap().message().contains("is append-only"), "{refused:?}");
        }
    }
}
