//! Other processes: the living keep what they hold, the killed lose it at once, and the stopped when their lease runs out.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use runtime::{AttemptOutcome, FailureCategory, HEARTBEAT, Life, TaskKey, TaskState, WorkerId};
use store::Store;
use tempfile::TempDir;

use crate::attempts::{claim, claim_of, done, newest_attempt, now, page, reap, settle, task};
use crate::files::{count, fresh};

/// Names the directory in which the other process is to work.
const DIRECTORY: &str = "TIPOFF_TEST_HOLD_IN";

fn key() -> TaskKey {
    TaskKey::new("publish", "edition")
}

/// Not a test of its own: the process that the tests below start. It claims a task, and settles it when it is told to.
#[test]
#[ignore = "runs only as the other process"]
fn holds_a_task() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let store = Store::create(Path::new(&directory)).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let lease = runtime.block_on(claim(&store, &key()));
    // Output that is not captured, in lines that tests' own words do not begin.
    writeln!(std::io::stdout(), "\nother: {}", store.worker).unwrap();
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let settled = runtime.block_on(store.ledger.settle(done(&lease, page("other")), now()));
    writeln!(std::io::stdout(), "other: {}", if settled.is_ok() { "settled" } else { "fenced" }).unwrap();
}

/// Another process that holds the task.
struct Other {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    stdin: ChildStdin,
    worker: WorkerId,
}

impl Other {
    fn start(directory: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes::holds_a_task", "--ignored", "--nocapture"])
            .env(DIRECTORY, directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let worker = WorkerId::new(says(&mut lines));
        Self { stdin: process.stdin.take().unwrap(), process, lines, worker }
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Tells it to settle, and returns what came of that.
    fn settles(mut self) -> String {
        writeln!(self.stdin).unwrap();
        let said = says(&mut self.lines);
        assert!(self.process.wait().unwrap().success());
        said
    }
}

/// What it says next.
fn says(lines: &mut Lines<BufReader<ChildStdout>>) -> String {
    let mut said = lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("other: ").map(str::to_owned));
    said.next().expect("it said nothing more")
}

/// A store, and another process that holds a task of it.
fn held() -> (TempDir, Store, Other) {
    let (directory, store) = fresh();
    let other = Other::start(directory.path());
    (directory, store, other)
}

#[tokio::test]
async fn a_living_process_keeps_what_it_holds() {
    let (directory, store, other) = held();
    assert_eq!(store.liveness.of(&other.worker), Life::Unknown);
    assert_eq!(reap(&store, now()).await, []);
    assert!(claim_of(&store, &[&key()]).await.is_empty());
    settle(&store, "forecast", "edition", page("ours")).await;
    assert_eq!(other.settles(), "settled");
    assert_eq!(task(&store, &key()).await.state, TaskState::Done);
    assert_eq!(count(directory.path(), "published_document"), 2, "both wrote");
}

#[tokio::test]
async fn what_a_killed_process_held_is_lost_at_once() {
    let (_directory, store, mut other) = held();
    other.kill();
    assert_eq!(store.liveness.of(&other.worker), Life::Gone);
    let ours = claim(&store, &TaskKey::new("forecast", "edition")).await;
    assert_eq!(reap(&store, now()).await, [key()], "and what we hold ourselves is not");
    let lost = newest_attempt(&store, &key()).await;
    assert_eq!(lost.outcome, AttemptOutcome::Failed(FailureCategory::Lost));
    assert_eq!(lost.message, Some(format!("its process ({}) died while it ran", other.worker)));
    assert_eq!(task(&store, &key()).await.state.failure(), Some(FailureCategory::Lost));
    assert!(store.ledger.settle(done(&ours, page("ours")), now()).await.is_ok());
}

#[tokio::test]
async fn a_stopped_process_loses_its_task_with_its_lease_and_is_fenced_when_it_goes_on() {
    let (directory, store, other) = held();
    other.signal("STOP");
    assert_eq!(store.liveness.of(&other.worker), Life::Unknown, "it still has its lock");
    assert_eq!(reap(&store, now()).await, [], "it may only be slow");
    assert_eq!(reap(&store, now() + HEARTBEAT).await, [key()]);
    let message = newest_attempt(&store, &key()).await.message.unwrap();
    assert!(message.starts_with(&format!("nothing was heard of {} since its lease", other.worker)), "{message}");
    let ours = claim(&store, &key()).await;
    other.signal("CONT");
    assert_eq!(other.settles(), "fenced");
    assert_eq!(task(&store, &key()).await.state, TaskState::Running);
    assert_eq!(count(directory.path(), "published_document"), 0);
    assert!(store.ledger.settle(done(&ours, page("ours")), now()).await.is_ok());
}
