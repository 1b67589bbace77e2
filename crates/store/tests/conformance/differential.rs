//! The same is said to every ledger, whatever it is, and every one answers the same.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};
use runtime::state::Ending;
use runtime::{
    Attempt, AttemptFilter, AttemptId, Beat, Breaker, Claim, Failure, FailureCategory, Fingerprint, HEARTBEAT, Lane,
    Lease, Partition, Priority, Progress, Recipe, Settlement, StepId, Task, TaskKey, TaskState, Timing, Which, Work,
    WorkerId,
};
use store::Store;

use crate::attempts::{ended, now, page};
use crate::place::Place;

const STEPS: [&str; 4] = ["a", "b", "c", "d"];
const PARTITIONS: [&str; 2] = ["monday", "tuesday"];

/// What is said.
#[derive(Debug, Clone)]
enum Word {
    Put(Vec<Wish>),
    Claim {
        work: Option<Vec<TaskKey>>,
        at_most: usize,
        barred: Vec<&'static str>,
        probed: Vec<&'static str>,
    },
    /// Of the leases there were, one, newest first.
    Settle {
        lease: usize,
        ending: Ending,
        body: &'static str,
    },
    Beat {
        leases: Vec<usize>,
        progress: Option<Progress>,
    },
    MoveBreaker {
        of: &'static str,
        from: Breaker,
        to: Breaker,
    },
}

/// How a task shall stand.
#[derive(Debug, Clone)]
struct Wish {
    key: TaskKey,
    state: TaskState,
    recipe: Recipe,
    failures: u32,
    /// Whether it was made from news.
    is_stale: bool,
}

fn at(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

fn keys() -> impl Strategy<Value = TaskKey> {
    (select(&STEPS[..]), select(&PARTITIONS[..])).prop_map(|(step, partition)| TaskKey::new(step, partition))
}

fn states() -> impl Strategy<Value = TaskState> {
    let why = || "größer".to_owned();
    let instant = (0..40_i64).prop_map(at).boxed();
    let category = FailureCategory::Timeout;
    prop_oneof![
        6 => instant.clone().prop_map(|since| TaskState::Ready { since }),
        1 => instant.clone().prop_map(move |at| TaskState::RetryAt { at, category, why: why() }),
        1 => instant.clone().prop_map(move |until| TaskState::Snoozed { until, why: why() }),
        1 => proptest::option::of(instant).prop_map(move |until| TaskState::NotYet { until, why: why() }),
        1 => Just(TaskState::Nothing { why: why() }),
        1 => Just(TaskState::EmptyOk { why: why() }),
        1 => Just(TaskState::Dead { category, why: why() }),
        1 => Just(TaskState::Cancelled { why: why() }),
    ]
}

fn recipes() -> impl Strategy<Value = Recipe> {
    let lanes = prop_oneof![3 => Just(None), 1 => Just(Some("oven")), 1 => Just(Some("counter"))];
    let needs = prop_oneof![3 => Just(Vec::new()), 1 => subsequence(&STEPS[..2], 1..=2)];
    (lanes, needs, 0..3_u8, 0..2_u32).prop_map(|(lane, needs, priority, step_version)| Recipe {
        step_version,
        needs: needs.into_iter().map(StepId::from).collect(),
        outside: (priority > 0).then(|| Fingerprint::of([[priority]])),
        lane: lane.map(Lane::from),
        priority: Priority(priority),
    })
}

fn wishes() -> impl Strategy<Value = Wish> {
    (keys(), states(), recipes(), 0..3_u32, proptest::bool::weighted(0.1))
        .prop_map(|(key, state, recipe, failures, is_stale)| Wish { key, state, recipe, failures, is_stale })
}

fn endings() -> impl Strategy<Value = Ending> {
    let failed = |persistent: bool| match persistent {
        true => Failure::permanent(FailureCategory::ConfigurationError, "no oven"),
        false => Failure::transient(FailureCategory::UpstreamFailure, "no flour"),
    };
    prop_oneof![
        5 => Just(Ending::Rows),
        1 => Just(Ending::Nothing { why: "closed".into() }),
        1 => (0..40_i64).prop_map(|minutes| Ending::TooEarly { until: at(minutes), why: "dark".into() }),
        1 => Just(Ending::Returned),
        1 => Just(Ending::Cancelled { why: "no".into() }),
        2 => any::<bool>().prop_map(move |persistent| Ending::Failed(failed(persistent))),
    ]
}

fn breakers() -> impl Strategy<Value = Breaker> {
    let (until, since, why) = (at(1), at(0), || "hot".to_owned());
    select(vec![
        Breaker::default(),
        Breaker::Closed { failures: 1 },
        Breaker::Open { until, since, times: 1, why: why() },
        Breaker::Probing { until: at(2), since, times: 1, why: why() },
        Breaker::Held { since, by: "the owner".into(), why: why() },
    ])
}

fn words() -> impl Strategy<Value = Word> {
    let some_steps = || prop_oneof![3 => Just(Vec::new()), 1 => subsequence(&STEPS[..], 0..3)];
    let work = prop_oneof![2 => Just(None), 1 => vec(keys(), 0..6).prop_map(Some)];
    let progress = (0..9_u64).prop_map(|done| Progress { stage: "loaves".into(), done, total: 9, at: at(3) });
    prop_oneof![
        4 => vec(wishes(), 1..6).prop_map(Word::Put),
        4 => (work, 0..5_usize, some_steps(), some_steps())
            .prop_map(|(work, at_most, barred, probed)| Word::Claim { work, at_most, barred, probed }),
        5 => (0..5_usize, endings(), select(&["1", "2"][..]))
            .prop_map(|(lease, ending, body)| Word::Settle { lease, ending, body }),
        1 => (vec(0..5_usize, 1..3), proptest::option::of(progress))
            .prop_map(|(leases, progress)| Word::Beat { leases, progress }),
        1 => (select(&STEPS[..2]), breakers(), breakers())
            .prop_filter("who changes nothing moves nothing", |(_, from, to)| from != to)
            .prop_map(|(of, from, to)| Word::MoveBreaker { of, from, to }),
    ]
}

/// What is known of a ledger from its answers.
#[derive(Default)]
struct Heard {
    leases: Vec<Lease>,
    minutes: i64,
}

impl Heard {
    fn lease(&self, newest: usize) -> Option<&Lease> {
        self.leases.iter().rev().nth(newest)
    }

    /// Says a word, and returns the answer.
    async fn say(&mut self, store: &Store, word: &Word) -> String {
        self.minutes += 1;
        let (ledger, now) = (&store.ledger, at(self.minutes));
        match word {
            Word::Put(wishes) => told(&ledger.put(&tasks(store, wishes, now).await).await),
            Word::Claim { work, at_most, barred, probed } => {
                let steps = |names: &[&str]| names.iter().map(|name| StepId::from(*name)).collect();
                let claim = Claim {
                    worker: WorkerId::new("me"),
                    work: work.clone().map_or(Work::Anything, Work::Of),
                    at_most: *at_most,
                    barred: steps(barred),
                    probed: steps(probed),
                    lease_until: now + HEARTBEAT,
                };
                let leases = ledger.claim(&claim, now).await.unwrap();
                self.leases.extend(leases.clone());
                format!("{leases:?}")
            }
            Word::Settle { lease, ending, body } => {
                let Some(lease) = self.lease(*lease) else { return String::new() };
                let rows = matches!(ending, Ending::Rows).then(|| Arc::new(page(body)));
                let timing = Timing { compute: SignedDuration::from_secs(1), ..Timing::default() };
                let settled = ledger.settle(Settlement { rows, timing, ..ended(lease, ending, now) }, now).await;
                // How long it took to write is no two stores' same.
                told(&settled.map(|settled| (settled.output, settled.rows_written)))
            }
            Word::Beat { leases, progress } => {
                let lease_until = now + HEARTBEAT;
                let attempts = leases.iter().filter_map(|newest| self.lease(*newest)).map(|lease| lease.attempt);
                let mut attempts: Vec<AttemptId> = attempts.chain([AttemptId(4711)]).collect();
                attempts.dedup();
                let beat = |attempt| Beat { attempt, lease_until, progress: progress.clone() };
                told(&ledger.beat(&attempts.into_iter().map(beat).collect::<Vec<_>>()).await)
            }
            Word::MoveBreaker { of, from, to } => told(&ledger.move_breaker(&(*of).into(), from, to).await),
        }
    }
}

/// An answer, but for the words in which a store fails.
fn told<T: Debug, E: std::fmt::Display>(answer: &Result<T, E>) -> String {
    match answer {
        Ok(answer) => format!("{answer:?}"),
        Err(error) => error.to_string(),
    }
}

/// The tasks as they are wished to stand, made from what the ledger has; each once.
async fn tasks(store: &Store, wishes: &[Wish], now: Timestamp) -> Vec<Task> {
    let known = store.ledger.tasks(&PARTITIONS.map(Partition::from)).await.unwrap();
    let mut wished = BTreeMap::new();
    for wish in wishes {
        let known = known.iter().find(|task| task.key == wish.key).cloned();
        let known = known.unwrap_or_else(|| Task::unplanned(wish.key.clone(), now));
        let revision = known.revision.saturating_sub(u64::from(wish.is_stale));
        let (state, recipe, failures) = (wish.state.clone(), wish.recipe.clone(), wish.failures);
        wished.insert(&wish.key, Task { state, recipe, failures, revision, updated_at: now, ..known });
    }
    wished.into_values().collect()
}

/// The same, but for how long it took to write.
fn timeless(attempt: &Attempt) -> Attempt {
    Attempt { timing: Timing { write: SignedDuration::ZERO, ..attempt.timing }, ..attempt.clone() }
}

/// Everything the ledger says when it is asked.
async fn look(store: &Store) -> Vec<String> {
    let ledger = &store.ledger;
    let partitions = PARTITIONS.map(Partition::from);
    let newest = ledger.newest_attempts(&partitions).await.unwrap();
    let mut answers = vec![
        format!("{:?}", ledger.tasks(&partitions).await.unwrap()),
        format!("{:?}", ledger.unsettled().await.unwrap()),
        format!("{:?}", ledger.open_attempts().await.unwrap()),
        format!("{:?}", newest.iter().map(timeless).collect::<Vec<_>>()),
        format!("{:?}", ledger.breakers().await.unwrap()),
    ];
    for step in STEPS {
        answers.push(format!("{:?}", ledger.retry_load(&step.into(), at(5)).await.unwrap()));
    }
    answers
}

/// What is remembered of attempts, before and after most is forgotten.
async fn remember(store: &Store) -> Vec<String> {
    let history = &store.history;
    let all = AttemptFilter { step: None, which: Which::All, since: at(0), at_most: 1_000 };
    let timed = |attempts: Vec<Attempt>| format!("{:?}", attempts.iter().map(timeless).collect::<Vec<_>>());
    let days = history.step_days("2025-01-01".parse().unwrap()).await.unwrap();
    vec![
        timed(history.attempts(&all).await.unwrap()),
        timed(history.newest_done().await.unwrap()),
        format!("{:?}", days.iter().map(|day| (&day.step, day.day, day.runs, day.sums.compute)).collect::<Vec<_>>()),
        format!("{:?}", history.broken_rules().await.unwrap()),
        format!("{}", history.prune(at(10_000)).await.unwrap()),
        timed(history.attempts(&all).await.unwrap()),
    ]
}

/// Says all words to every store.
async fn converse(places: &[Place], words: &[Word]) {
    let mut answers: Vec<Vec<String>> = Vec::new();
    for place in places {
        let (store, mut heard) = (place.open().await, Heard::default());
        let mut told = Vec::new();
        for (number, word) in words.iter().enumerate() {
            told.push(heard.say(&store, word).await);
            if number % 6 == 5 {
                told.extend(look(&store).await);
            }
        }
        told.extend(look(&store).await);
        if !matches!(place, Place::Memory { .. }) {
            told.extend(remember(&store).await);
        }
        answers.push(told);
    }
    for other in &answers[1..] {
        for (one, other) in answers[0].iter().zip(other) {
            assert_eq!(one, other);
        }
    }
    if let [_, embedded, served] = answers.as_slice() {
        assert_eq!(embedded, served, "and remember the same");
    }
}

#[test]
fn every_store_answers_the_same_to_whatever_is_said() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config { cases: 24, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&vec(words(), 1..60), |words| {
        let places = [Some(Place::in_memory()), Some(Place::on_sqlite()), Place::on_postgres()];
        let places: Vec<Place> = places.into_iter().flatten().collect();
        runtime.block_on(converse(&places, &words));
        Ok(())
    });
    outcome.unwrap();
}
