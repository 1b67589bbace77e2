//! Processes that die while they work: what they had settled is there, what they had not is not, and work goes on.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::SignedDuration;
use pipeline::{Rows, Step};
use runtime::{AttemptOutcome, FailureCategory, HEARTBEAT, TaskKey, TaskState, Work};
use store::Store;

use crate::attempts::{claim, claim_of, document, done, newest_attempt, now, offer, page, reap, settle, task};
use crate::files::{count, fresh};
use crate::toy_steps::{Toy, outcomes, ready};

/// Names the directory in which the process that dies is to work.
const DIRECTORY: &str = "TIPOFF_TEST_CRASH_IN";
/// Rows of each settlement: enough for many pages of the journal.
const ROWS: usize = 200;

fn key(number: usize) -> TaskKey {
    TaskKey::new("publish", format!("edition {number}"))
}

/// Not a test of its own: the process that the tests below start and kill.
#[test]
#[ignore = "runs only as the process that is killed"]
fn settles_until_it_is_killed() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let store = Store::create(Path::new(&directory)).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for number in 0.. {
        let rows = (0..ROWS).map(|row| document(&format!("{row}.json"), &"x".repeat(100))).collect();
        runtime.block_on(settle(&store, "publish", &key(number).partition.to_string(), Rows::Documents(rows)));
        writeln!(std::io::stdout(), "settled {number}").unwrap();
    }
}

/// Lets a process settle so many tasks and kills it at its work; returns how many it said it had settled.
fn kill_after(settlements: usize, directory: &Path) -> usize {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crashes::settles_until_it_is_killed", "--ignored", "--nocapture"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut settled = lines.map_while(Result::ok).filter(|line| line.starts_with("settled "));
    let mut said = settled.by_ref().take(settlements).count();
    child.kill().unwrap();
    child.wait().unwrap();
    // It may have gone on for a moment before the signal reached it.
    said += settled.count();
    said
}

#[tokio::test]
async fn a_killed_process_leaves_whole_settlements_only() {
    let directory = tempfile::tempdir().unwrap();
    let said = kill_after(20, directory.path());
    assert!(said >= 20, "it settled only {said}");
    let store = Store::create(directory.path()).unwrap();
    let mut whole = 0;
    for number in 0..count(directory.path(), "task") as usize {
        let task = task(&store, &key(number)).await;
        let rows = match task.output {
            Some(output) => store.views.rows(Step::Publish, output).await.unwrap(),
            None => Rows::Documents(Vec::new()),
        };
        let Rows::Documents(rows) = rows else { panic!("these are {}", rows.kind()) };
        match task.state {
            TaskState::Done => assert_eq!(rows.len(), ROWS, "edition {number} is torn"),
            _ => assert_eq!(rows.len(), 0, "edition {number} has rows and no verdict"),
        }
        whole += usize::from(task.state == TaskState::Done);
    }
    assert!(whole >= said, "{said} were said to be settled, {whole} are there");
    assert_eq!(count(directory.path(), "published_document") as usize, whole * ROWS, "nobody else owns rows");
    reap(&store, now()).await;
    let next = claim(&store, &key(whole)).await;
    assert!(store.ledger.settle(done(&next, page("1")), now()).await.is_ok(), "the work goes on");
}

#[tokio::test]
async fn a_task_of_a_dead_process_is_lost_and_can_be_claimed_again() {
    let (directory, store) = fresh();
    let good = settle(&store, "publish", "edition 0", page("1")).await;
    let dead = claim(&store, &key(0)).await;
    let worker = store.worker.clone();
    drop(store);
    let store = Store::create(directory.path()).unwrap();
    assert_ne!(store.worker, worker, "no process ever bears the name of another");
    assert_eq!(task(&store, &key(0)).await.state, TaskState::Running);
    assert_eq!(reap(&store, now()).await, [key(0)], "at once, and not when its lease runs out");
    let lost = task(&store, &key(0)).await;
    let why = format!("its process ({worker}) died while it ran");
    let at = now() + SignedDuration::from_secs(10);
    assert_eq!(lost.state, TaskState::RetryAt { at, category: FailureCategory::Lost, why: why.clone() });
    assert_eq!((lost.output, lost.failures), (good.output, 1), "its last good output stays");
    let history = newest_attempt(&store, &key(0)).await;
    assert_eq!((history.id, history.outcome), (dead.attempt, AttemptOutcome::Failed(FailureCategory::Lost)));
    assert_eq!((history.ended_at, history.message, history.worker), (Some(now()), Some(why), worker));
    assert!(claim_of(&store, &[&key(0)]).await.is_empty(), "the retry is not due yet");
    let again = store.ledger.claim(&offer(&store, Work::Anything), at).await.unwrap();
    let [again] = again.try_into().unwrap();
    assert!(again.attempt > dead.attempt);
    assert_eq!(newest_attempt(&store, &key(0)).await.number, 2);
    assert!(store.ledger.settle(done(&dead, page("ghost")), at).await.is_err());
    assert_eq!(store.ledger.settle(done(&again, page("2")), at).await.unwrap().rows_written, 1);
}

#[tokio::test]
async fn nothing_is_lost_when_nothing_ran() {
    let (_directory, store) = fresh();
    settle(&store, "publish", "edition 0", page("1")).await;
    assert_eq!(reap(&store, now() + HEARTBEAT).await, []);
    assert_eq!(task(&store, &key(0)).await.state, TaskState::Done);
    assert_eq!(newest_attempt(&store, &key(0)).await.outcome, AttemptOutcome::Done);
}

#[tokio::test]
async fn every_task_of_a_dead_process_is_closed() {
    let (directory, store) = fresh();
    for number in 0..3 {
        claim(&store, &key(number)).await;
    }
    drop(store);
    let store = Store::create(directory.path()).unwrap();
    assert_eq!(reap(&store, now()).await, [key(0), key(1), key(2)]);
    assert_eq!(reap(&store, now()).await, []);
    assert_eq!(store.ledger.unsettled().await.unwrap().len(), 3);
}

#[tokio::test]
async fn the_worker_goes_on_where_a_dead_process_stopped() {
    let (directory, store) = fresh();
    let toys = [("roast", Toy::Says("roast")), ("grind", Toy::Says("grind"))];
    let plan = [ready("roast", &[], "beans"), ready("grind", &["roast"], "mill")];
    outcomes(&store, &toys, &plan[..1]).await;
    claim(&store, &crate::toy_steps::key("grind")).await;
    drop(store);
    let store = Store::create(directory.path()).unwrap();
    reap(&store, now()).await;
    let told = outcomes(&store, &toys, &plan).await;
    assert_eq!(told, ["roast Unchanged done", "grind Ran done"]);
}
