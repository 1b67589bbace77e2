//! How results came in: which payloads told of a game first, when they landed and were parsed, and what was done then.

use domain::{Edition, Game, Provenance};
use jiff::{SignedDuration, Timestamp};
use pipeline::source::Facts;
use pipeline::{Partition, RawPayload, Rows, Step};
use runtime::TaskKey;
use store::{Arrival, Store};

use crate::attempts::{batch, claim, done, fresh, now, page, payload, settle};
use crate::night::{after_games, game, recalled, score, scored, seen, slate};

fn minute(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

/// A successful attempt that ended at a minute.
async fn at(store: &Store, step: Step, partition: &str, minutes: i64, rows: Rows) {
    let lease = claim(store, &TaskKey::new(step.name(), partition)).await;
    store.ledger.settle(done(&lease, rows), minute(minutes)).await.unwrap();
}

/// A payload that landed at a minute.
async fn land(store: &Store, subject: &str, minutes: i64) -> RawPayload {
    let raw = payload(subject, now(), subject.as_bytes());
    at(store, Step::Land, subject, minutes, Rows::Payloads(vec![raw.clone()])).await;
    raw
}

/// A payload parsed at a minute by a version of its parser.
async fn parse(store: &Store, raw: &RawPayload, parser: u32, minutes: i64, facts: Facts) {
    let partition = Partition::Payload { source: raw.source.clone(), parser, hash: raw.hash() }.to_string();
    at(store, Step::Process, &partition, minutes, batch(raw.hash(), minute(minutes), facts)).await;
}

async fn arrivals(store: &Store) -> Vec<Arrival> {
    store.views.arrivals(slate()..=slate()).await.unwrap()
}

#[tokio::test]
async fn each_payload_that_told_first_is_there_once_with_its_instants() {
    let (_directory, store) = fresh();
    assert_eq!(arrivals(&store).await, []);
    let (one, two) = (land(&store, "one", 1).await, land(&store, "two", 2).await);
    let games = vec![seen(game(), now())];
    parse(&store, &one, 1, 3, Facts { games, scores: vec![seen(score(110, 99), after_games())], ..Facts::default() })
        .await;
    let box_scores = vec![recalled(scored(31), after_games())];
    parse(&store, &two, 1, 4, Facts { box_scores, ..Facts::default() }).await;
    let arrival = |landed, processed, provenance| Arrival {
        game: game(),
        known_at: after_games(),
        provenance,
        fetched_at: now(),
        landed_at: minute(landed),
        processed_at: Some(minute(processed)),
    };
    let expected = [arrival(1, 3, Provenance::Observed), arrival(2, 4, Provenance::Reconstructed)];
    assert_eq!(arrivals(&store).await, expected);

    // A correction told later, not first; nor does parsing a payload again move when it was first parsed.
    let three = land(&store, "three", 50).await;
    let facts = Facts { scores: vec![seen(score(111, 99), after_games())], ..Facts::default() };
    parse(&store, &three, 1, 51, facts).await;
    parse(&store, &one, 1, 52, Facts { scores: vec![seen(score(110, 99), after_games())], ..Facts::default() }).await;
    assert_eq!(arrivals(&store).await, expected);
    assert_eq!(store.views.newest_landing().await.unwrap(), Some(minute(50)));
}

#[tokio::test]
async fn a_game_counts_for_the_slate_it_was_moved_to() {
    let (_directory, store) = fresh();
    assert_eq!(store.views.newest_landing().await.unwrap(), None);
    let one = land(&store, "one", 1).await;
    let moved = Game { slate: slate().plus_days(1), tipoff: None, ..game() };
    let games = vec![seen(game(), now()), seen(moved.clone(), minute(1))];
    parse(&store, &one, 1, 3, Facts { games, scores: vec![seen(score(110, 99), after_games())], ..Facts::default() })
        .await;
    assert_eq!(arrivals(&store).await, []);
    let later = store.views.arrivals(slate()..=moved.slate).await.unwrap();
    assert_eq!(later.into_iter().map(|arrival| arrival.game).collect::<Vec<_>>(), [moved]);
}

#[tokio::test]
async fn what_was_done_about_slates_and_their_editions_is_told_in_order() {
    let (_directory, store) = fresh();
    let edition = |days: i32| Partition::Edition(Edition::morning(slate().plus_days(days), None)).to_string();
    let day = |days: i32| Partition::Slate(slate().plus_days(days)).to_string();
    at(&store, Step::Grade, &edition(1), 1, page("grades")).await;
    at(&store, Step::PlayerGameSummary, &day(0), 2, page("summaries")).await;
    at(&store, Step::PlayerGameSummary, &day(0), 3, page("corrected summaries")).await;
    for days in [-1, 2] {
        at(&store, Step::Grade, &edition(days), 4, page("grades")).await;
        at(&store, Step::PlayerGameSummary, &day(days), 5, page("summaries")).await;
    }
    at(&store, Step::Publish, &edition(1), 6, page("page")).await;
    settle(&store, "grade", "edition of nonsense", page("nothing")).await;
    let steps = [Step::Grade, Step::PlayerGameSummary];
    let completions = store.views.completions(&steps, slate()..=slate().plus_days(1)).await.unwrap();
    let told: Vec<_> = completions.iter().map(|done| (done.step, done.partition.to_string(), done.ended_at)).collect();
    let expected = [
        (Step::Grade, edition(1), minute(1)),
        (Step::PlayerGameSummary, day(0), minute(2)),
        (Step::PlayerGameSummary, day(0), minute(3)),
    ];
    assert_eq!(told, expected);
}
