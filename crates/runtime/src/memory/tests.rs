//! The ledger as its port describes it, method by method.

use jiff::SignedDuration;

use super::*;
use crate::state::{Asked, Ending, Grid, StepPolicy, decide, stand};
use crate::{Fingerprint, Lane, PlannedTask, Priority, Readiness, Work, WorkerId};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn key(step: &str) -> TaskKey {
    TaskKey::new(step, "monday")
}

/// A ready task that entered the grid at a second.
fn ready(step: &str, second: i64, change: impl FnOnce(&mut PlannedTask)) -> Task {
    let readiness = Readiness::Ready { inputs: Fingerprint::of(["beans"]) };
    let key = key(step);
    let mut planned =
        PlannedTask { key, step_version: 1, needs: Vec::new(), readiness, lane: None, priority: Priority(5) };
    change(&mut planned);
    let needs = std::mem::take(&mut planned.needs);
    let mut task = stand(None, &planned, &Grid::new(), Asked::ByClock, at(second)).unwrap();
    task.recipe.needs = needs;
    task
}

async fn with(tasks: &[Task]) -> MemoryLedger<&'static str> {
    let ledger = MemoryLedger::default();
    assert_eq!(ledger.put(tasks).await.unwrap().len(), tasks.len());
    ledger
}

fn offer(work: Work) -> Claim {
    let worker = WorkerId::new("one");
    Claim { worker, work, at_most: 9, barred: Vec::new(), probed: Vec::new(), lease_until: at(115) }
}

async fn claimed(ledger: &MemoryLedger<&'static str>, claim: &Claim) -> Vec<Lease> {
    ledger.claim(claim, at(100)).await.unwrap()
}

fn steps(leases: &[Lease]) -> Vec<&str> {
    leases.iter().map(|lease| lease.task.key.step.as_str()).collect()
}

fn settlement(lease: &Lease, ending: &Ending, rows: Option<&'static str>) -> Settlement<&'static str> {
    let verdict = decide(lease, ending, &StepPolicy::default(), RetryLoad::default(), at(110));
    Settlement {
        attempt: lease.attempt,
        outcome: verdict.outcome,
        message: verdict.message.clone(),
        task: verdict.apply(lease, at(110)),
        rows: rows.map(Arc::new),
        timing: Default::default(),
    }
}

#[tokio::test]
async fn the_most_urgent_is_claimed_first_then_the_oldest_then_the_first_that_entered() {
    let urgent = |planned: &mut PlannedTask| planned.priority = Priority(1);
    let tasks = [ready("d", 3, |_| ()), ready("c", 3, |_| ()), ready("b", 2, |_| ()), ready("a", 9, urgent)];
    let ledger = with(&tasks).await;
    let later = ready("e", 101, |_| ());
    ledger.put(&[later]).await.unwrap();
    assert_eq!(steps(&claimed(&ledger, &Claim { at_most: 3, ..offer(Work::Anything) }).await), ["a", "b", "d"]);
    assert_eq!(steps(&claimed(&ledger, &offer(Work::Anything)).await), ["c"], "what is not ready yet waits");
}

#[tokio::test]
async fn what_is_offered_by_name_is_claimed_in_that_order_and_nothing_else() {
    let ledger = with(&[ready("a", 1, |_| ()), ready("b", 2, |_| ()), ready("c", 3, |_| ())]).await;
    let work = Work::Of(vec![key("c"), key("missing"), key("a")]);
    assert_eq!(steps(&claimed(&ledger, &offer(work)).await), ["c", "a"]);
}

#[tokio::test]
async fn barred_steps_are_left_alone_and_probed_ones_tried_once() {
    let tuesday = |planned: &mut PlannedTask| planned.key.partition = "tuesday".into();
    let tasks = [ready("a", 1, |_| ()), ready("b", 1, |_| ()), ready("b", 1, tuesday), ready("c", 1, |_| ())];
    let ledger = with(&tasks).await;
    let claim = Claim { barred: vec!["a".into()], probed: vec!["b".into()], ..offer(Work::Anything) };
    assert_eq!(steps(&claimed(&ledger, &claim).await), ["b", "c"]);
}

#[tokio::test]
async fn a_lane_holds_one_attempt_at_a_time() {
    let oven = |planned: &mut PlannedTask| planned.lane = Some(Lane::from("oven"));
    let ledger = with(&[ready("a", 1, oven), ready("b", 2, oven), ready("c", 3, |_| ())]).await;
    let leases = claimed(&ledger, &offer(Work::Anything)).await;
    assert_eq!(steps(&leases), ["a", "c"]);
    assert_eq!(steps(&claimed(&ledger, &offer(Work::Of(vec![key("b")]))).await), [""; 0]);
    ledger.settle(settlement(&leases[0], &Ending::Rows, Some("x")), at(110)).await.unwrap();
    assert_eq!(steps(&claimed(&ledger, &offer(Work::Anything)).await), ["b"]);
}

#[tokio::test]
async fn a_task_whose_upstream_is_being_made_anew_is_not_claimed_and_reads_what_stands_else() {
    let reads = |planned: &mut PlannedTask| planned.needs = vec!["a".into()];
    let ledger = with(&[ready("a", 1, |_| ()), ready("b", 1, reads)]).await;
    let first = claimed(&ledger, &offer(Work::Anything)).await;
    assert_eq!(steps(&first), ["a"]);
    ledger.settle(settlement(&first[0], &Ending::Rows, Some("x")), at(110)).await.unwrap();
    let second = claimed(&ledger, &offer(Work::Anything)).await;
    assert_eq!(second[0].inputs, BTreeMap::from([("a".into(), OutputId(1))]));
}

#[tokio::test]
async fn a_claim_opens_a_numbered_attempt_and_takes_its_task() {
    let task = Task { failures: 2, ..ready("a", 1, |_| ()) };
    let ledger = with(&[task]).await;
    let lease = claimed(&ledger, &offer(Work::Anything)).await.remove(0);
    let open = ledger.open_attempts().await.unwrap().remove(0);
    assert_eq!(open.lease.task, lease.task);
    assert_eq!((&lease.task.state, lease.task.revision), (&TaskState::Running, 2));
    let Attempt { number, ready_at, started_at, lease_until, outcome, .. } = open.attempt;
    assert_eq!((number, ready_at, started_at, lease_until), (3, at(1), at(100), at(115)));
    assert_eq!(outcome, AttemptOutcome::Open);
    let load = ledger.retry_load(&"a".into(), at(0)).await.unwrap();
    assert_eq!(load, RetryLoad { originals: 0, retries: 1 });
    assert_eq!(ledger.retry_load(&"a".into(), at(101)).await.unwrap(), RetryLoad::default());
}

#[tokio::test]
async fn a_task_is_written_only_over_the_revision_it_was_made_from_and_while_nobody_holds_it() {
    let ledger = with(&[ready("a", 1, |_| ())]).await;
    assert_eq!(ledger.put(&[ready("a", 2, |_| ())]).await.unwrap(), [], "whoever was first stays");
    let stood = ledger.tasks(&["monday".into()]).await.unwrap().remove(0);
    let moved = ledger.put(&[Task { failures: 1, ..stood.clone() }]).await.unwrap();
    assert_eq!((moved[0].revision, moved[0].failures), (2, 1));
    assert_eq!(ledger.put(&[stood]).await.unwrap(), [], "that is old");
    let lease = claimed(&ledger, &offer(Work::Anything)).await.remove(0);
    assert_eq!(ledger.put(&[lease.task]).await.unwrap(), [], "an attempt is open");
}

#[tokio::test]
async fn an_attempt_is_settled_once_and_saying_so_again_is_no_error() {
    let ledger = with(&[ready("a", 1, |_| ())]).await;
    let lease = claimed(&ledger, &offer(Work::Anything)).await.remove(0);
    let settled = ledger.settle(settlement(&lease, &Ending::Rows, Some("x")), at(110)).await.unwrap();
    assert_eq!((settled.output, settled.rows_written), (Some(OutputId(1)), 1));
    let stands = ledger.tasks(&["monday".into()]).await.unwrap();
    let again = ledger.settle(settlement(&lease, &Ending::Rows, Some("y")), at(120)).await.unwrap();
    assert_eq!(again, settled);
    let otherwise = ledger.settle(settlement(&lease, &Ending::lost("gone"), None), at(120)).await;
    assert!(matches!(otherwise, Err(LedgerError::Fenced(fenced)) if fenced == key("a")));
    assert_eq!(ledger.tasks(&["monday".into()]).await.unwrap(), stands);
    assert_eq!(ledger.output(OutputId(1)).as_deref(), Some(&"x"));
    assert_eq!(ledger.attempts()[0].ended_at, Some(at(110)));
}

#[tokio::test]
async fn beats_renew_what_is_open_and_tell_what_is_not() {
    let ledger = with(&[ready("a", 1, |_| ()), ready("b", 1, |_| ())]).await;
    let leases = claimed(&ledger, &offer(Work::Anything)).await;
    ledger.settle(settlement(&leases[0], &Ending::Rows, Some("x")), at(110)).await.unwrap();
    let beat = |attempt| Beat { attempt, lease_until: at(130), progress: None };
    let gone = ledger.beat(&[leases[0].attempt, leases[1].attempt, AttemptId(77)].map(beat)).await.unwrap();
    assert_eq!(gone, [leases[0].attempt, AttemptId(77)]);
    assert_eq!(ledger.lease_until(), Some(at(130)));
}

#[tokio::test]
async fn a_breaker_moves_only_from_where_it_was_read() {
    let ledger = MemoryLedger::<()>::default();
    let (closed, failed) = (Breaker::default(), Breaker::Closed { failures: 1 });
    let moved = async |from: &Breaker, to: &Breaker| ledger.move_breaker(&"a".into(), from, to).await.unwrap();
    assert_eq!(moved(&failed, &closed).await, Moved::No);
    assert_eq!(moved(&closed, &failed).await, Moved::Yes);
    assert_eq!(moved(&closed, &failed).await, Moved::No);
    assert_eq!(ledger.breakers().await.unwrap(), BTreeMap::from([("a".into(), failed.clone())]));
    assert_eq!(moved(&failed, &closed).await, Moved::Yes);
    assert!(ledger.breakers().await.unwrap().is_empty());
}

#[tokio::test]
async fn who_waits_for_a_change_hears_of_it() {
    let ledger = MemoryLedger::<()>::default();
    let put = async { ledger.put(&[]).await.unwrap() };
    tokio::join!(ledger.changed(SignedDuration::MAX), put);
    ledger.changed(SignedDuration::ZERO).await;
}
