//! Raw payloads are kept byte for byte, once.

use jiff::SignedDuration;
use pipeline::ports::{LandedPayload, Turn};
use pipeline::rows::FactBatch;
use pipeline::source::{Facts, Reject, RejectReason, Rejects};
use pipeline::{Partition, PayloadHash, RawPayload, Rows};
use runtime::{LedgerError, Settled, TaskKey};
use store::{Store, UnresolvedName};

use crate::attempts::{attempt, batch, is_damage, now, payload, settle};
use crate::night::{conspicuous, game, seen};
use crate::place::Place;

async fn land(store: &Store, partition: &str, payloads: Vec<RawPayload>) -> Settled {
    settle(store, "land", partition, Rows::Payloads(payloads)).await
}

/// Bytes that no compression makes smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

pub(crate) async fn bytes_come_back_verbatim(place: Place) {
    let store = place.open().await;
    let mut bodies: Vec<Vec<u8>> = [0, 1, 255, 256, 257, 100_000].map(|length| vec![b'{'; length]).into();
    bodies.extend([255, 256, 100_000].map(noise));
    bodies.push((0..=u8::MAX).collect());
    bodies.push("\u{feff}{\"name\":\"Jokić\"}\r\n\0".repeat(50).into_bytes());
    let payloads: Vec<RawPayload> = bodies
        .iter()
        .map(|body| payload("größte Spiele?a=b&c", now() + SignedDuration::from_micros(1), body))
        .collect();
    let landed = land(&store, "all", payloads.clone()).await;
    assert_eq!(landed.rows_written, payloads.len() as u64);
    for original in payloads {
        let found = store.raw.payload(original.hash(), &original.source, None).await.unwrap();
        assert_eq!(found, Some(original));
    }
}

pub(crate) async fn the_same_bytes_are_stored_once(place: Place) {
    let store = place.open().await;
    let first = payload("box score", now(), b"{}");
    let again = payload("box score", now() + SignedDuration::from_hours(1), b"{}");
    assert_eq!(land(&store, "morning", vec![first.clone(), first.clone()]).await.rows_written, 1);
    assert_eq!(land(&store, "midday", vec![again]).await.rows_written, 0);
    assert_eq!((place.count("raw_payload").await, place.count("landing").await), (1, 1));
    let found = store.raw.payload(first.hash(), &first.source, None).await.unwrap();
    assert_eq!(found, Some(first), "it keeps its first instant");
}

pub(crate) async fn what_lands_again_after_something_else_is_news_again(place: Place) {
    let store = place.open().await;
    let at = |hours| now() + SignedDuration::from_hours(hours);
    let hurt = RawPayload { etag: Some("\"1\"".to_owned()), ..payload("injuries", at(0), b"[\"ankle\"]") };
    let well = RawPayload { etag: Some("\"2\"".to_owned()), ..payload("injuries", at(1), b"[]") };
    let again = RawPayload { fetched_at: at(2), ..hurt.clone() };
    let elsewhere = RawPayload { source: "archive_injuries".into(), etag: None, ..payload("list", at(3), b"[]") };
    for (partition, payload) in [("1", &hurt), ("2", &well), ("3", &again), ("4", &again), ("5", &elsewhere)] {
        land(&store, partition, vec![payload.clone()]).await;
    }
    assert_eq!((place.count("raw_payload").await, place.count("landing").await), (2, 4));
    let landed = store.raw.landed().await.unwrap();
    let turns: Vec<Turn> = landed.iter().map(|landing| landing.turn).collect();
    assert_eq!(turns, [Turn::First, Turn::First, Turn::Again, Turn::First], "other sources' bytes are other news");
    let mut found = Vec::new();
    for landing in &landed {
        let Partition::Payload { source, hash, again, .. } = landing.partition(1) else { unreachable!() };
        found.extend(store.raw.payload(hash, &source, again).await.unwrap());
    }
    assert_eq!(found, [hurt, well, again, elsewhere]);
    assert_eq!(store.raw.etag("archive_games", "injuries").await.unwrap().as_deref(), Some("\"1\""));
    assert_eq!(store.raw.etag("archive_injuries", "list").await.unwrap(), None);
    assert_eq!(store.raw.etag("archive_injuries", "another").await.unwrap(), None);
}

pub(crate) async fn other_bytes_of_the_same_subject_are_kept_beside_it(place: Place) {
    let store = place.open().await;
    let [early, late] = [b"1", b"2"].map(|body| payload("box score", now(), body));
    land(&store, "morning", vec![late.clone()]).await;
    land(&store, "midday", vec![early.clone()]).await;
    let listed = |raw: &RawPayload| LandedPayload {
        hash: raw.hash(),
        source: raw.source.clone(),
        subject: raw.subject.clone(),
        fetched_at: raw.fetched_at,
        turn: Turn::First,
    };
    assert_eq!(store.raw.landed().await.unwrap(), [listed(&late), listed(&early)], "in order of landing");
}

pub(crate) async fn a_payload_that_never_landed_is_not_there(place: Place) {
    let store = place.open().await;
    assert_eq!(store.raw.payload(PayloadHash::of(b"nothing"), "archive_games", None).await.unwrap(), None);
    assert_eq!(store.raw.landed().await.unwrap(), []);
}

pub(crate) async fn a_damaged_payload_is_refused(place: Place) {
    let store = place.open().await;
    let whole = payload("box score", now(), b"{\"points\":31}");
    land(&store, "morning", vec![whole.clone()]).await;
    place.ask("UPDATE raw_payload SET body = substr(body, 2)").await;
    assert!(is_damage(&store.raw.payload(whole.hash(), &whole.source, None).await));
}

pub(crate) async fn parsed_payloads_tell_how_many_rows_nobody_could_place(place: Place) {
    let store = place.open().await;
    let raw = payload("box score", now(), b"{}");
    land(&store, "morning", vec![raw.clone()]).await;
    let mut rejects = Rejects::default();
    let reasons = [RejectReason::UnknownGame, RejectReason::UnresolvedPlayer, RejectReason::Malformed];
    for (reason, row) in reasons.into_iter().chain([RejectReason::UnknownGame]).zip(0..) {
        rejects.push(Reject { reason, row, detail: format!("row {row}") });
    }
    let batch = FactBatch {
        payload: raw.hash(),
        landed_at: now(),
        facts: Facts::default(),
        rows_read: 4,
        rejects,
        findings: vec![conspicuous()],
    };
    let partition = Partition::Payload { source: "archive_games".into(), parser: 1, hash: raw.hash(), again: None };
    settle(&store, "process", &partition.to_string(), Rows::Facts(Box::new(batch))).await;
    let parsed = store.raw.parsed().await.unwrap();
    assert_eq!(parsed.into_iter().collect::<Vec<_>>(), [(partition.clone(), 3)]);
    assert_eq!(place.count("reject").await, 4);
    let found = store.views.payload_findings(std::slice::from_ref(&partition)).await.unwrap();
    assert_eq!(found, [(partition.clone(), conspicuous())]);
    assert_eq!(store.views.payload_findings(&[]).await.unwrap(), [], "of those that are asked for");
    let unresolved = UnresolvedName { partition: partition.clone(), name: "row 1".to_owned(), times: 1 };
    assert_eq!(store.views.unresolved_names().await.unwrap(), [unresolved]);
    let reports = store.views.attempt_reports(std::slice::from_ref(&partition)).await.unwrap();
    let report = &reports[&(pipeline::Step::Process, partition)];
    assert_eq!((report.rows_read, report.rows_written), (4, 0));
    let rejects: Vec<(&str, u64)> = report.rejects.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
    assert_eq!(rejects, [("malformed", 1), ("unknown_game", 2), ("unresolved_player", 1)]);
}

pub(crate) async fn facts_of_a_payload_that_never_landed_are_not_stored(place: Place) {
    let store = place.open().await;
    let facts = Facts { games: vec![seen(game(), now())], ..Facts::default() };
    let nowhere = batch(PayloadHash::of(b"nothing"), now(), facts);
    let outcome = attempt(&store, &TaskKey::new("process", "payload"), nowhere).await;
    assert!(matches!(outcome, Err(LedgerError::Refused(_))), "{outcome:?}");
    assert_eq!(place.count("game").await, 0);
}
