//! Rows and verdict are one transaction: both are there or neither, and only who holds the task may write.

use domain::TeamOffenseGameSummary;
use pipeline::rows::{Consolidation, ConsolidationSummary};
use pipeline::{Rows, Step};
use runtime::state::Ending;
use runtime::{AttemptOutcome, LedgerError, OutputId, TaskKey, TaskState, Work};
use store::Store;

use crate::attempts::{
    attempt, claim, claim_of, document, done, ended, make_ready, newest_attempt, now, offer, page, settle, task,
};
use crate::night::{after_games, offense, seen, team};
use crate::place::Place;

fn key() -> TaskKey {
    TaskKey::new("publish", "edition")
}

fn is_refused<T>(outcome: &Result<T, LedgerError>) -> bool {
    matches!(outcome, Err(LedgerError::Refused(_)))
}

fn is_fenced<T>(outcome: &Result<T, LedgerError>, expected: &TaskKey) -> bool {
    matches!(outcome, Err(LedgerError::Fenced(key)) if key == expected)
}

async fn body_of(store: &Store, output: Option<OutputId>) -> Vec<u8> {
    match store.views.rows(Step::Publish, output.unwrap()).await.unwrap() {
        Rows::Documents(mut documents) => documents.remove(0).body,
        other => panic!("these are {}", other.kind()),
    }
}

/// A good row, and one without the number that its table insists on.
fn half_good() -> Rows {
    let bad = TeamOffenseGameSummary { team: team("DEN"), pace: f64::NAN, ..offense() };
    Rows::TeamOffenseGameSummaries(vec![seen(offense(), after_games()), seen(bad, after_games())])
}

pub(crate) async fn rows_and_verdict_are_there_together(place: Place) {
    let store = place.open().await;
    let lease = claim(&store, &key()).await;
    let number = lease.attempt;
    assert_eq!(task(&store, &key()).await.state, TaskState::Running);
    assert_eq!(newest_attempt(&store, &key()).await.outcome, AttemptOutcome::Open);
    let two = Rows::Documents(vec![document("a.json", "1"), document("b.json", "2")]);
    let later = now() + jiff::SignedDuration::from_mins(5);
    let settled = store.ledger.settle(done(&lease, two), later).await.unwrap();
    assert_eq!((settled.output, settled.rows_written), (Some(OutputId(number.0)), 2));
    let after = task(&store, &key()).await;
    assert_eq!((after.state, after.output, after.fingerprint), (TaskState::Done, settled.output, Some(lease.wanted())));
    assert_eq!(after.revision, lease.task.revision + 1);
    let history = newest_attempt(&store, &key()).await;
    assert_eq!((history.id, history.outcome, history.rows_written), (number, AttemptOutcome::Done, 2));
    assert_eq!((history.started_at, history.ended_at, history.message), (now(), Some(later), None));
    assert_eq!((place.count("attempt").await, place.count("published_document").await), (1, 2));
}

pub(crate) async fn a_refused_row_leaves_nothing_of_its_attempt(place: Place) {
    let store = place.open().await;
    let held = claim(&store, &key()).await;
    let refused = store.ledger.settle(done(&held, half_good()), now()).await;
    assert!(is_refused(&refused), "{refused:?}");
    for table in ["team_offense_game_summary", "fact_revision"] {
        assert_eq!(place.count(table).await, 0, "{table}");
    }
    assert_eq!(task(&store, &key()).await.state, TaskState::Running, "whoever holds it still can close it");
    assert_eq!(newest_attempt(&store, &key()).await.outcome, AttemptOutcome::Open);
    let settled = store.ledger.settle(done(&held, page("1")), now()).await.unwrap();
    assert_eq!(settled.rows_written, 1);
}

pub(crate) async fn a_key_twice_in_one_output_is_refused_as_a_whole(place: Place) {
    let store = place.open().await;
    let summary = ConsolidationSummary {
        expected_players: 1,
        completed_players: 1,
        skipped_players: 0,
        missing_players: 0,
        predictions: 2,
    };
    let prediction = crate::night::prediction();
    let twice = Consolidation { predictions: vec![prediction.clone(), prediction], scenarios: Vec::new(), summary };
    let refused = attempt(&store, &key(), Rows::Consolidation(twice)).await;
    assert!(is_refused(&refused), "{refused:?}");
    for table in ["prediction", "consolidation_summary"] {
        assert_eq!(place.count(table).await, 0, "{table}");
    }
}

pub(crate) async fn a_lost_lease_stores_nothing(place: Place) {
    let store = place.open().await;
    let lost = claim(&store, &key()).await;
    store.ledger.settle(ended(&lost, &Ending::lost("killed"), now()), now()).await.unwrap();
    let held = claim(&store, &key()).await;
    assert!(held.attempt > lost.attempt, "the number is the fence");
    let late = store.ledger.settle(done(&lost, page("late")), now()).await;
    assert!(is_fenced(&late, &key()), "{late:?}");
    assert_eq!(place.count("published_document").await, 0);
    assert_eq!(task(&store, &key()).await.state, TaskState::Running, "the newer attempt goes on");
    let settled = store.ledger.settle(done(&held, page("in time")), now()).await.unwrap();
    assert_eq!(body_of(&store, settled.output).await, b"in time");
}

pub(crate) async fn an_attempt_is_settled_once_and_who_says_the_same_again_is_told_what_came_of_it(place: Place) {
    let store = place.open().await;
    let lease = claim(&store, &key()).await;
    let first = store.ledger.settle(done(&lease, page("first")), now()).await.unwrap();
    let again = store.ledger.settle(done(&lease, page("first")), now()).await.unwrap();
    assert_eq!((again.output, again.rows_written), (first.output, 1));
    let other = store.ledger.settle(ended(&lease, &Ending::lost("killed"), now()), now()).await;
    assert!(is_fenced(&other, &key()), "{other:?}");
    assert_eq!(place.count("published_document").await, 1);
    assert_eq!(body_of(&store, first.output).await, b"first");
    let after = task(&store, &key()).await;
    assert_eq!((after.state, after.output), (TaskState::Done, first.output));
    assert_eq!(after.revision, lease.task.revision + 1, "it was written once");
}

pub(crate) async fn every_verdict_may_be_said_twice(place: Place) {
    let store = place.open().await;
    let why = || "x".to_owned();
    let endings = [
        Ending::Nothing { why: why() },
        Ending::TooEarly { until: now(), why: why() },
        Ending::Returned,
        Ending::Cancelled { why: why() },
        Ending::lost("killed"),
    ];
    for (ending, number) in endings.iter().zip(0..) {
        let key = TaskKey::new("publish", format!("edition {number}"));
        let lease = claim(&store, &key).await;
        for _ in 0..2 {
            let settled = store.ledger.settle(ended(&lease, ending, now()), now()).await.unwrap();
            assert_eq!((settled.output, settled.rows_written), (None, 0), "{ending:?}");
        }
        let rows = store.ledger.settle(done(&lease, page("1")), now()).await;
        assert!(is_fenced(&rows, &key), "{ending:?}: {rows:?}");
    }
}

pub(crate) async fn a_task_is_held_by_one_attempt_at_a_time(place: Place) {
    let store = place.open().await;
    let held = claim(&store, &key()).await;
    assert!(claim_of(&store, &[&key()]).await.is_empty());
    assert_eq!(place.count("attempt").await, 1, "a claim that was refused is no attempt");
    assert!(store.ledger.settle(done(&held, page("1")), now()).await.is_ok());
}

pub(crate) async fn one_of_many_claims_wins(place: Place) {
    let store = place.open().await;
    make_ready(&store, &key()).await;
    let mut claims = tokio::task::JoinSet::new();
    for number in 0..16 {
        let ledger = store.ledger.clone();
        let work = if number % 2 == 0 { Work::Anything } else { Work::Of(vec![key()]) };
        let wanted = offer(&store, work);
        claims.spawn(async move { ledger.claim(&wanted, now()).await.unwrap().len() });
    }
    let won: usize = claims.join_all().await.into_iter().sum();
    assert_eq!(won, 1);
}

pub(crate) async fn what_nobody_planned_cannot_be_claimed(place: Place) {
    let store = place.open().await;
    settle(&store, "publish", "another edition", page("1")).await;
    assert!(claim_of(&store, &[&key()]).await.is_empty());
    assert_eq!(place.count("attempt").await, 1);
}

pub(crate) async fn an_unchanged_output_is_not_written_again(place: Place) {
    let store = place.open().await;
    let first = settle(&store, "publish", "edition", page("1")).await;
    let second = settle(&store, "publish", "edition", page("1")).await;
    assert_eq!((second.output, second.rows_written), (first.output, 0));
    assert_eq!(place.count("published_document").await, 1);
    assert_eq!(place.count("attempt").await, 2, "it was attempted all the same");
    assert_eq!(newest_attempt(&store, &key()).await.outcome, AttemptOutcome::Done);
    assert_eq!(task(&store, &key()).await.output, first.output);
    drop(store);
    let store = place.open().await;
    let third = settle(&store, "publish", "edition", page("1")).await;
    assert_eq!((third.output, third.rows_written), (first.output, 0), "and a new process knows that too");
}

pub(crate) async fn a_changed_output_leaves_the_earlier_one_readable(place: Place) {
    let store = place.open().await;
    let first = settle(&store, "publish", "edition", page("1")).await;
    let second = settle(&store, "publish", "edition", page("2")).await;
    let back = settle(&store, "publish", "edition", page("1")).await;
    assert_eq!([first.rows_written, second.rows_written, back.rows_written], [1, 1, 1]);
    assert!(first.output < second.output && second.output < back.output);
    assert_eq!(body_of(&store, first.output).await, b"1");
    assert_eq!(body_of(&store, second.output).await, b"2");
    assert_eq!(task(&store, &key()).await.output, back.output);
}

pub(crate) async fn the_same_rows_of_another_task_are_an_output_of_their_own(place: Place) {
    let store = place.open().await;
    let here = settle(&store, "publish", "edition", page("1")).await;
    let there = settle(&store, "publish", "another edition", page("1")).await;
    assert_eq!(there.rows_written, 1);
    assert_ne!(here.output, there.output);
}

pub(crate) async fn an_output_without_rows_is_an_output(place: Place) {
    let store = place.open().await;
    let settled = settle(&store, "publish", "edition", Rows::Documents(Vec::new())).await;
    assert_eq!(settled.rows_written, 0);
    let rows = store.views.rows(Step::Publish, settled.output.unwrap()).await.unwrap();
    assert!(matches!(rows, Rows::Documents(documents) if documents.is_empty()));
    assert_eq!(task(&store, &key()).await.state, TaskState::Done);
}
