//! Payloads and facts, versions and rejects included.

use domain::{Appearance, Cutoff, DidNotPlay, HalfPoints, InjuryEventKind, Known, PlayerId, PropLine};
use jiff::{SignedDuration, Timestamp};
use pipeline::ports::{FactStore, HistoryScope, RawStore};
use pipeline::source::{Facts, Reject, RejectReason, Rejects};
use pipeline::{RawPayload, Rows};

use super::night::*;
use super::{Both, assert_same_answers, batch, payload};
use crate::error::Fault;
use crate::postgres;

fn now() -> Timestamp {
    at("2025-01-15T17:00:00Z")
}

fn hour(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

/// Facts of every kind, with what may be missing missing; the game starts at `tipoff` and its star scores `points`.
fn told(tipoff: &str, points: u16, known_at: Timestamp) -> Facts {
    let moved = domain::Game { tipoff: Some(at(tipoff)), ..game() };
    let untimed = domain::Game { id: "0042400407".parse().unwrap(), tipoff: None, ..game() };
    let absent = Appearance::Absent(DidNotPlay::from_code("dnp_coach").unwrap());
    let alternate = PropLine { line: HalfPoints::from_halves(-3), over: None, observed_at: None, ..prop_line() };
    let bare = domain::GameLine { book: "näher am Rand".into(), home_spread: None, home_win: None, ..game_line() };
    Facts {
        teams: vec![seen(team_name("BOS", "Boston Celtics"), known_at)],
        players: vec![seen(name(jokic(), "Nikola Jokić"), known_at), seen(name(PlayerId::new(u32::MAX), ""), known_at)],
        games: vec![recalled(moved, known_at), recalled(untimed, known_at)],
        scores: vec![recalled(score(points, u16::MAX), known_at)],
        box_scores: vec![recalled(scored(points), known_at), recalled(box_score(PlayerId::new(9), absent), known_at)],
        shots: vec![recalled(player_shots(), known_at)],
        prop_lines: vec![recalled(prop_line(), known_at), recalled(alternate, known_at)],
        game_lines: vec![seen(game_line(), known_at), seen(bare, known_at)],
        injuries: vec![recalled(injury("2025-01-14", InjuryEventKind::Out, "größerer Schaden"), known_at)],
        lineups: vec![seen(lineup_spot(), known_at)],
        aliases: aliases().map(|alias| seen(alias, known_at)).into(),
    }
}

fn early(points: u16) -> Facts {
    told("2025-01-16T00:30:00Z", points, now())
}

async fn land(both: &Both, subject: &str) -> RawPayload {
    let one = payload(subject, now(), subject.as_bytes());
    both.settle("land", subject, &[], &Rows::Payloads(vec![one.clone()])).await;
    one
}

async fn learn(both: &Both, payload: &RawPayload, landed_at: Timestamp, facts: Facts) -> u64 {
    let rows = batch(payload, landed_at, facts, Rejects::default());
    both.settle("process", &payload.subject, &[], &rows).await.1.rows
}

#[tokio::test]
async fn payloads_land_once_and_come_back() {
    let Some(both) = Both::fresh().await else { return };
    let bodies: [&[u8]; 4] = [b"", b"{}", &[b'{'; 100_000], &(0..=u8::MAX).collect::<Vec<_>>()];
    let subject = |body: &[u8]| format!("größte Spiele?a=b&c={}", body.len());
    let mut payloads: Vec<RawPayload> = bodies.map(|body| payload(&subject(body), now(), body)).into();
    payloads.push(payload("the same bytes", hour(1), b"{}"));
    let (_, written) = both.settle("land", "morning", &[], &Rows::Payloads(payloads.clone())).await;
    assert_eq!(written.rows, 5);
    payloads.push(payload("later", hour(2), b"late"));
    let (_, written) = both.settle("land", "midday", &[], &Rows::Payloads(payloads.clone())).await;
    assert_eq!(written.rows, 1);
    both.assert_same_tables().await;
    for one in &payloads {
        assert_eq!(both.postgres.payload(one.hash(), &one.source, None).await.unwrap().unwrap().body, one.body);
    }
    assert_eq!(
        both.postgres.payload(payload("", now(), b"nowhere").hash(), "archive_games", None).await.unwrap(),
        None
    );
    assert_eq!(both.postgres.landed().await.unwrap(), both.sqlite.landed().await.unwrap());
}

#[tokio::test]
async fn corrections_and_repetitions_leave_the_same_versions() {
    let Some(both) = Both::fresh().await else { return };
    let first = land(&both, "first").await;
    let second = land(&both, "second").await;
    assert_eq!(learn(&both, &first, now(), early(31)).await, 18);
    assert_eq!(learn(&both, &first, hour(1), early(31)).await, 0, "known already");
    let corrected = || told("2025-01-16T01:00:00Z", 32, hour(-9));
    assert_eq!(learn(&both, &second, hour(2), corrected()).await, 3, "tip-off, score and box score");
    assert_eq!(learn(&both, &second, hour(3), corrected()).await, 0);
    assert_eq!(learn(&both, &first, hour(4), early(31)).await, 0, "old bytes take nothing back");
    let third = land(&both, "third").await;
    assert_eq!(learn(&both, &third, hour(5), early(31)).await, 3, "newer bytes do");
    both.assert_same_tables().await;
    assert_reads_the_same(&both).await;
}

#[tokio::test]
async fn one_payload_may_say_two_things_of_one_key() {
    let Some(both) = Both::fresh().await else { return };
    let one = land(&both, "one").await;
    let contradicting = [31, 32, 32, 31].map(|points| seen(scored(points), now()));
    let facts = Facts { box_scores: contradicting.into(), ..Facts::default() };
    assert_eq!(learn(&both, &one, hour(1), facts).await, 3);
    both.assert_same_tables().await;
}

#[tokio::test]
async fn derived_facts_take_their_place_in_time() {
    let Some(both) = Both::fresh().await else { return };
    let of = |points, hours| seen(summary_of(points), hour(hours));
    let rows = |rows: Vec<Known<_>>| Rows::PlayerGameSummaries(rows);
    let derive = async |made: Rows| both.settle("player_game_summary", "slate 2025-01-15", &[], &made).await.1.rows;
    assert_eq!(derive(rows(vec![of(31, 0), of(32, 48)])).await, 2);
    assert_eq!(derive(rows(vec![of(31, 0), of(32, 48)])).await, 0);
    assert_eq!(derive(rows(vec![of(30, 24), of(31, 12), of(30, -1), of(30, 96)])).await, 3);
    let bare = domain::PlayerGameSummary { usage: None, zones: None, player: PlayerId::new(1), ..summary() };
    assert_eq!(derive(rows(vec![seen(bare, hour(0))])).await, 1);
    both.settle("offense", "here", &[], &Rows::TeamOffenseGameSummaries(vec![seen(offense(), hour(0))])).await;
    both.settle("defense", "here", &[], &Rows::TeamDefenseGameSummaries(vec![seen(defense(), hour(0))])).await;
    both.assert_same_tables().await;
    assert_reads_the_same(&both).await;
}

#[tokio::test]
async fn rejects_are_counted_and_described() {
    let Some(both) = Both::fresh().await else { return };
    let mut rejects = Rejects::default();
    let reasons = [RejectReason::UnknownGame, RejectReason::Malformed, RejectReason::UnknownGame];
    for (reason, row) in reasons.into_iter().zip(0..) {
        rejects.push(Reject { reason, row, detail: format!("Zeile {row}") });
    }
    let one = land(&both, "one").await;
    let partition =
        pipeline::Partition::Payload { source: "archive_games".into(), parser: 1, hash: one.hash(), again: None };
    let rows = batch(&one, now(), Facts::default(), rejects);
    let (_, written) = both.settle("process", &partition.to_string(), &[], &rows).await;
    assert_eq!((written.rows, written.rows_read), (0, Some(7)));
    both.assert_same_tables().await;
    let parsed = both.postgres.parsed().await.unwrap();
    assert_eq!(parsed, both.sqlite.parsed().await.unwrap());
    assert_eq!(parsed.into_values().collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn a_reject_may_quote_a_zero_byte() {
    let Some(both) = Both::fresh().await else { return };
    let mut rejects = Rejects::default();
    rejects.push(Reject { reason: RejectReason::Malformed, row: 0, detail: "a\0b".into() });
    let one = land(&both, "one").await;
    both.settle("process", "one", &[], &batch(&one, now(), Facts::default(), rejects)).await;
    let found = both.served("SELECT detail FROM reject").await;
    assert_eq!(found, [[crate::rows::Value::Text("a\u{fffd}b".into())]]);
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_and_nothing_is_written() {
    let Some(both) = Both::fresh().await else { return };
    let nowhere = payload("nowhere", now(), b"nowhere");
    let attempt = both.settle("publish", "edition", &[], &Rows::Documents(Vec::new())).await.0;
    let stray = both.write(attempt, &batch(&nowhere, now(), early(31), Rejects::default()), None).await;
    assert!(matches!(stray, Err(Fault::Refused(_))), "{stray:?}");
    let bad = domain::TeamOffenseGameSummary { team: team("DEN"), pace: f64::NAN, ..offense() };
    let half_good = Rows::TeamOffenseGameSummaries(vec![seen(offense(), now()), seen(bad, now())]);
    let refused = runtime::LedgerError::from(both.write(attempt, &half_good, None).await.unwrap_err());
    assert!(matches!(refused, runtime::LedgerError::Refused(_)), "{refused:?}");
    let zero = Facts { players: vec![seen(name(jokic(), "a\0b"), now())], ..Facts::default() };
    let one = land(&both, "one").await;
    let mut client = both.postgres.client().await.unwrap();
    let transaction = postgres::begin(&mut client).await.unwrap();
    let rows = batch(&one, now(), zero, Rejects::default());
    let outcome = postgres::settle::write(&transaction, runtime::AttemptId(attempt), &rows, None).await;
    let refused = runtime::LedgerError::from(outcome.unwrap_err());
    assert!(matches!(refused, runtime::LedgerError::Refused(_)), "{refused:?}");
    drop(transaction);
    both.assert_same_tables().await;
}

/// Waits until a session waits for a lock.
async fn until_it_waits(both: &Both, session: i32) {
    let client = both.postgres.client().await.unwrap();
    let text = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted)";
    while !client.query_one(text, &[&session]).await.unwrap().get::<_, bool>(0) {}
}

#[tokio::test]
async fn two_who_settle_the_same_at_once_add_it_once() {
    let Some(both) = Both::fresh().await else { return };
    let told = payload("one", now(), b"one");
    let landing = Rows::Payloads(vec![told.clone()]);
    let facts = batch(&told, now(), early(31), Rejects::default());
    let attempt = runtime::AttemptId(both.settle("publish", "edition", &[], &Rows::Documents(Vec::new())).await.0);
    for (rows, expected) in [(landing, 1), (facts, 18)] {
        let (mut one, mut other) = (both.postgres.client().await.unwrap(), both.postgres.client().await.unwrap());
        let session = other.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
        let first = postgres::begin(&mut one).await.unwrap();
        assert_eq!(postgres::settle::write(&first, attempt, &rows, None).await.unwrap().rows, expected);
        let second = postgres::begin(&mut other).await.unwrap();
        let commit = async {
            until_it_waits(&both, session).await;
            first.commit().await.unwrap();
        };
        let (second, ()) = tokio::join!(postgres::settle::write(&second, attempt, &rows, None), commit);
        assert_eq!(second.unwrap().rows, 0, "{}", rows.kind());
    }
}

/// Both are asked everything about the night, in the same words.
async fn assert_reads_the_same(both: &Both) {
    assert_same_answers(&answers(&both.postgres).await, &answers(&both.sqlite).await);
}

async fn answers<S: FactStore>(store: &S) -> Vec<String> {
    let night = slate().plus_days(-9)..=slate();
    let mut answers = vec![
        format!("{:?}", store.directory().await.unwrap()),
        format!("{:?}", store.slate_facts(slate()).await.unwrap()),
        format!("{:?}", store.revisions().await.unwrap()),
    ];
    for cutoff in [-20, -1, 0, 2, 24, 99].map(|hours| Cutoff::at(hour(hours))) {
        answers.push(format!("{:?}", store.games(night.clone(), cutoff).await.unwrap()));
        answers.push(format!("{:?}", store.prop_lines(night.clone(), cutoff).await.unwrap()));
        answers.push(format!("{:?}", store.lineups(slate(), cutoff).await.unwrap()));
        let scope = HistoryScope { from: slate().plus_days(-9), to: slate() };
        answers.push(format!("{:?}", store.history(&scope, cutoff).await.unwrap()));
    }
    answers
}
