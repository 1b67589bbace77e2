//! A plan of toy steps is executed in order; what fails, fails alone, and says so.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use runtime::{
    Asked, AttemptOutcome, Disposition, FailureCategory, FixedClock, LedgerError, PlannedTask, Readiness, TaskState,
    Work,
};

use crate::attempts::{claim_of, done, make_ready, newest_attempt, now, offer, page, task};
use crate::place::Place;
use crate::toy_steps::{
    Impatient, Notes, Toy, key, outcomes, outcomes_by_clock, page_of, ready, run, state, told, worker,
};

const ROAST_GRIND_BREW: [(&str, Toy); 3] =
    [("roast", Toy::Says("roast")), ("grind", Toy::Says("grind")), ("brew", Toy::Says("brew"))];

fn roast_grind_brew() -> [PlannedTask; 3] {
    [ready("roast", &[], "beans"), ready("grind", &["roast"], "mill"), ready("brew", &["roast", "grind"], "water")]
}

fn waits(why: &str) -> TaskState {
    TaskState::NotYet { until: None, why: why.into() }
}

pub(crate) async fn a_task_reads_what_the_tasks_it_needs_have_written(place: Place) {
    let store = place.open().await;
    let told = outcomes(&store, &ROAST_GRIND_BREW, &roast_grind_brew()).await;
    assert_eq!(told, ["roast Ran done", "grind Ran done", "brew Ran done"]);
    assert_eq!(page_of(&store, "brew").await, "brew <grind: grind <roast: roast>> <roast: roast>");
}

pub(crate) async fn many_independent_tasks_all_run_once(place: Place) {
    let store = place.open().await;
    let steps: Vec<String> = (0..40).map(|number| format!("step {number}")).collect();
    let toys: Vec<(&str, Toy)> = steps.iter().map(|step| (step.as_str(), Toy::Says("1"))).collect();
    let plan: Vec<PlannedTask> = steps.iter().map(|step| ready(step, &[], "x")).collect();
    let report = run(&store, &toys, &plan, &Arc::default()).await.unwrap();
    let order: Vec<&str> = report.tasks.iter().map(|task| task.key.step.as_str()).collect();
    assert_eq!(order, steps, "reports come in the plan's order");
    assert!(report.tasks.iter().all(|task| task.state == TaskState::Done && task.rows_written == 1));
    assert_eq!(place.count("attempt").await, 40);
}

pub(crate) async fn a_failing_step_stops_only_what_needs_it(place: Place) {
    let store = place.open().await;
    let toys = [
        ("roast", Toy::Fails("the beans are green")),
        ("grind", Toy::Says("grind")),
        ("brew", Toy::Says("brew")),
        ("bake", Toy::Says("bake")),
    ];
    let [roast, grind, brew] = roast_grind_brew();
    let plan = [roast, grind, brew, ready("bake", &[], "flour")];
    let told = outcomes(&store, &toys, &plan).await;
    assert_eq!(told, ["roast Ran dead", "grind NotReady not_yet", "brew NotReady not_yet", "bake Ran done"]);
    let why = "waits for roast, which is dead (the beans are green)";
    assert_eq!([state(&store, "grind").await, state(&store, "brew").await], [waits(why), waits(why)]);
    let failed = TaskState::Dead { category: FailureCategory::UpstreamFailure, why: "the beans are green".into() };
    assert_eq!(state(&store, "roast").await, failed);
    let mended = outcomes(&store, &ROAST_GRIND_BREW, &roast_grind_brew()).await;
    assert_eq!(mended, ["roast Ran done", "grind Ran done", "brew Ran done"], "and the next run goes on from there");
}

pub(crate) async fn a_panicking_step_is_a_failed_attempt_with_its_message(place: Place) {
    let store = place.open().await;
    let toys = [("roast", Toy::Panics("the roaster is on fire")), ("bake", Toy::Says("bake"))];
    let told = outcomes(&store, &toys, &[ready("roast", &[], "beans"), ready("bake", &[], "flour")]).await;
    assert_eq!(told, ["roast Ran dead", "bake Ran done"]);
    let history = newest_attempt(&store, &key("roast")).await;
    assert_eq!(history.outcome, AttemptOutcome::Failed(FailureCategory::ProcessingError));
    assert_eq!(history.message.as_deref(), Some("the step panicked: the roaster is on fire"));
    assert_eq!(history.ended_at, Some(now()));
}

pub(crate) async fn refused_rows_close_the_attempt_as_failed_and_the_plan_goes_on(place: Place) {
    let store = place.open().await;
    let toys = [("roast", Toy::Clashes), ("grind", Toy::Says("grind")), ("bake", Toy::Says("bake"))];
    let plan = [ready("roast", &[], "beans"), ready("grind", &["roast"], "mill"), ready("bake", &[], "flour")];
    let told = outcomes(&store, &toys, &plan).await;
    assert_eq!(told, ["roast Ran dead", "grind NotReady not_yet", "bake Ran done"]);
    assert_eq!(place.count("published_document").await, 1, "only what was baked");
    assert_eq!(place.count("attempt").await, 2);
    let history = newest_attempt(&store, &key("roast")).await;
    assert_eq!(history.outcome, AttemptOutcome::Failed(FailureCategory::ProcessingError));
    assert!(history.message.unwrap().contains("published_document"), "it says which table refused");
}

pub(crate) async fn a_step_nobody_knows_is_a_failed_attempt(place: Place) {
    let store = place.open().await;
    assert_eq!(outcomes(&store, &[], &[ready("roast", &[], "beans")]).await, ["roast Ran dead"]);
    assert_eq!(state(&store, "roast").await.why(), Some("no step named roast"));
}

pub(crate) async fn what_had_nothing_to_do_keeps_nobody_waiting(place: Place) {
    let store = place.open().await;
    let toys = [("roast", Toy::Idles("no beans today")), ("grind", Toy::Says("grind")), ("brew", Toy::Says("brew"))];
    let told = outcomes(&store, &toys, &roast_grind_brew()).await;
    assert_eq!(told, ["roast Ran empty_ok", "grind Ran done", "brew Ran done"]);
    assert_eq!(state(&store, "roast").await, TaskState::EmptyOk { why: "no beans today".into() });
    assert_eq!(page_of(&store, "brew").await, "brew <grind: grind>", "it is given nothing of that step");
}

pub(crate) async fn what_is_not_ready_says_why_and_is_not_attempted(place: Place) {
    let store = place.open().await;
    let [roast, grind, brew] = roast_grind_brew();
    let early = Readiness::NotYet { until: Some(now()), why: "the shop opens at nine".into() };
    let nothing = Readiness::Nothing { why: "closed on Mondays".into() };
    let plan = [
        PlannedTask { readiness: early, ..roast },
        grind,
        brew,
        PlannedTask { readiness: nothing, ..ready("bake", &[], "flour") },
        ready("sell", &["bake"], "till"),
    ];
    let toys = [("sell", Toy::Says("sell"))];
    let told = outcomes(&store, &toys, &plan).await;
    let expected =
        ["roast NotReady not_yet", "grind NotReady not_yet", "brew NotReady not_yet", "bake NotReady nothing"];
    assert_eq!(told[..4], expected);
    assert_eq!(told[4], "sell Ran done");
    let open = TaskState::NotYet { until: Some(now()), why: "the shop opens at nine".into() };
    assert_eq!(state(&store, "roast").await, open);
    let why = "waits for roast, which is not yet (the shop opens at nine)";
    assert_eq!(state(&store, "grind").await, waits(why));
    assert_eq!(place.count("attempt").await, 1);
}

pub(crate) async fn what_needs_an_unplanned_step_waits_for_it(place: Place) {
    let store = place.open().await;
    let told = outcomes(&store, &ROAST_GRIND_BREW, &[ready("grind", &["roast"], "mill")]).await;
    assert_eq!(told, ["grind NotReady not_yet"]);
    assert_eq!(state(&store, "grind").await, waits("waits for roast, which is not planned"));
}

pub(crate) async fn the_observer_is_told_in_order(place: Place) {
    let store = place.open().await;
    let notes: Arc<Notes> = Arc::default();
    let toys = [("roast", Toy::Beats), ("grind", Toy::Fails("blunt")), ("brew", Toy::Says("brew"))];
    let report = run(&store, &toys, &roast_grind_brew(), &notes).await.unwrap();
    assert!(report.made_attempts());
    let expected = [
        "3 ready",
        "roast monday started",
        "roast monday 1/2 halves",
        "roast monday 2/2 halves",
        "roast monday done",
        "grind monday started",
        "grind monday dead",
    ];
    assert_eq!(notes.take(), expected);
    let plan = [ready("roast", &[], "beans")];
    let report = run(&store, &toys, &plan, &notes).await.unwrap();
    assert_eq!(notes.take(), ["0 ready"]);
    assert!(!report.made_attempts());
    assert_eq!(report.tasks[0].disposition, Disposition::Unchanged);
}

pub(crate) async fn a_task_somebody_else_holds_is_waited_for(place: Place) {
    let store = place.open().await;
    let other = place.open().await;
    let worker = worker(&store, &ROAST_GRIND_BREW, Arc::new(Impatient), &Arc::default());
    let plan = roast_grind_brew();
    worker.enter(&plan, Asked::ByClock).await.unwrap();
    let [held] = claim_of(&other, &[&key("roast")]).await.try_into().unwrap();
    let settle = async { other.ledger.settle(done(&held, page("their roast")), now()).await.unwrap() };
    let (report, _) = tokio::join!(biased; worker.run(&plan, Asked::ByClock), settle);
    let expected = ["roast Unchanged done", "grind Ran done", "brew Ran done"];
    assert_eq!(told(&report.unwrap()), expected);
    let told = page_of(&store, "brew").await;
    assert_eq!(told, "brew <grind: grind <roast: their roast>> <roast: their roast>");
    assert_eq!(place.count("attempt").await, 3);
}

pub(crate) async fn a_plan_is_entered_while_somebody_works_on_it(place: Place) {
    let store = place.open().await;
    let other = place.open().await;
    let worker = worker(&store, &ROAST_GRIND_BREW, Arc::new(FixedClock(now())), &Arc::default());
    worker.enter(&roast_grind_brew(), Asked::ByClock).await.unwrap();
    claim_of(&other, &[&key("roast")]).await;
    let running = task(&store, &key("roast")).await;
    let newer = [ready("roast", &[], "other beans"), ready("bake", &[], "flour")];
    let entered = tokio::time::timeout(Duration::from_secs(30), worker.enter(&newer, Asked::ByPerson)).await;
    entered.expect("it waits for nobody").unwrap();
    assert_eq!(task(&store, &key("roast")).await, running);
    assert_eq!(state(&store, "bake").await, TaskState::Ready { since: now() });
}

pub(crate) async fn a_store_that_only_reads_executes_nothing(place: Place) {
    let store = place.open().await;
    let reader = place.look().await;
    let outcome = run(&reader, &ROAST_GRIND_BREW, &roast_grind_brew(), &Arc::default()).await;
    assert!(matches!(outcome, Err(LedgerError::Unavailable(_))), "{outcome:?}");
    assert_eq!(store.ledger.tasks(&[key("roast").partition]).await.unwrap(), []);
    make_ready(&store, &key("roast")).await;
    assert!(reader.ledger.claim(&offer(&reader, Work::Anything), now()).await.is_err());
    assert_eq!(state(&store, "roast").await, TaskState::Ready { since: now() });
}

pub(crate) async fn what_failed_is_tried_again_by_whoever_asks_and_not_by_the_clock(place: Place) {
    let store = place.open().await;
    let toys = [("roast", Toy::Fails("green")), ("bake", Toy::Stumbles("no gas"))];
    let plan = [ready("roast", &[], "beans"), ready("bake", &[], "flour")];
    let expected = ["roast Ran dead", "bake Ran retry_at"];
    assert_eq!(outcomes_by_clock(&store, &toys, &plan).await, expected);
    let at = now() + SignedDuration::from_secs(10);
    let later = TaskState::RetryAt { at, category: FailureCategory::UpstreamFailure, why: "no gas".into() };
    assert_eq!(state(&store, "bake").await, later);
    let idle = ["roast NotReady dead", "bake NotReady retry_at"];
    assert_eq!(outcomes_by_clock(&store, &toys, &plan).await, idle);
    assert_eq!(place.count("attempt").await, 2);
    let mended = [("roast", Toy::Says("roast")), ("bake", Toy::Says("bake"))];
    assert_eq!(outcomes(&store, &mended, &plan).await, ["roast Ran done", "bake Ran done"]);
    assert_eq!(newest_attempt(&store, &key("bake")).await.number, 1, "it is an original again");
}
