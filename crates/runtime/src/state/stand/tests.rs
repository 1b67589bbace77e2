//! What planning decides, case by case.

use super::*;
use crate::state::{FailureCategory, Lane, Priority};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn ready(inputs: &str) -> Readiness {
    Readiness::Ready { inputs: Fingerprint::of([inputs]) }
}

fn nothing(why: &str) -> Readiness {
    Readiness::Nothing { why: why.into() }
}

fn early(why: &str) -> Readiness {
    Readiness::NotYet { until: None, why: why.into() }
}

fn planned(step: &str, needs: &[&str], readiness: Readiness) -> PlannedTask {
    let needs = needs.iter().map(|need| StepId::from(*need)).collect();
    let key = TaskKey::new(step, "monday");
    PlannedTask { key, step_version: 1, needs, readiness, lane: None, priority: Priority(0) }
}

/// The task that a plan makes of nothing at second 0.
fn entered(planned: &PlannedTask, grid: &Grid) -> Task {
    stand(None, planned, grid, Asked::ByClock, at(0)).unwrap()
}

/// The same, as a run has left it.
fn left(planned: &PlannedTask, state: TaskState) -> Task {
    let task = entered(planned, &Grid::new());
    let fingerprint = state.is_settled().then_some(task.wanted).flatten();
    let wanted = if state.is_settled() { None } else { task.wanted };
    let output = (state == TaskState::Done).then_some(OutputId(1));
    Task { state, fingerprint, wanted, output, revision: 3, ..task }
}

/// Where a task stands when it is planned again at second 9; nothing when the ledger need not change.
fn replanned(task: &Task, planned: &PlannedTask, asked: Asked) -> Option<TaskState> {
    stand(Some(task), planned, &Grid::new(), asked, at(9)).map(|task| task.state)
}

fn grid(tasks: impl IntoIterator<Item = Task>) -> Grid {
    tasks.into_iter().map(|task| (task.key.clone(), task)).collect()
}

fn waiting() -> [TaskState; 4] {
    let why = || "the mill is broken".to_owned();
    let category = FailureCategory::ProcessingError;
    [
        TaskState::RetryAt { at: at(20), category, why: why() },
        TaskState::Snoozed { until: at(20), why: why() },
        TaskState::Dead { category, why: why() },
        TaskState::Cancelled { why: why() },
    ]
}

#[test]
fn a_new_task_enters_the_grid_where_its_readiness_puts_it() {
    let entered = entered(&planned("roast", &[], ready("beans")), &Grid::new());
    assert_eq!(entered.state, TaskState::Ready { since: at(0) });
    assert_eq!(entered.wanted, Some(entered.recipe.fingerprint(&"roast".into(), &BTreeMap::new())));
    assert_eq!((entered.wanted_since, entered.failures, entered.revision), (Some(at(0)), 0, 0));
    let state = |readiness| stand(None, &planned("roast", &[], readiness), &Grid::new(), Asked::ByClock, at(0));
    assert_eq!(state(nothing("no beans")).unwrap().state, TaskState::Nothing { why: "no beans".into() });
    let until = Some(at(60));
    let not_yet = Readiness::NotYet { until, why: "green".into() };
    assert_eq!(state(not_yet).unwrap().state, TaskState::NotYet { until, why: "green".into() });
}

#[test]
fn the_same_plan_changes_nothing() {
    for readiness in [ready("beans"), nothing("no beans"), early("green")] {
        let plan = planned("roast", &[], readiness);
        assert_eq!(replanned(&entered(&plan, &Grid::new()), &plan, Asked::ByClock), None);
    }
    let plan = planned("roast", &[], ready("beans"));
    for state in [TaskState::Done, TaskState::EmptyOk { why: "no beans".into() }].into_iter().chain(waiting()) {
        assert_eq!(replanned(&left(&plan, state), &plan, Asked::ByClock), None);
    }
}

#[test]
fn planning_again_never_undoes_work() {
    let plan = planned("roast", &[], ready("beans"));
    let done = left(&plan, TaskState::Done);
    assert_eq!(replanned(&done, &planned("roast", &[], nothing("no beans")), Asked::ByClock), Some(TaskState::Done));
    let later =
        stand(Some(&done), &planned("roast", &[], early("green")), &Grid::new(), Asked::ByClock, at(9)).unwrap();
    assert_eq!((later.output, later.fingerprint, later.updated_at), (done.output, done.fingerprint, at(0)));
}

#[test]
fn what_runs_is_left_alone_whatever_the_plan_says() {
    let running = left(&planned("roast", &[], ready("beans")), TaskState::Running);
    for readiness in [ready("beans"), ready("other beans"), nothing("no beans"), early("green")] {
        assert_eq!(replanned(&running, &planned("roast", &[], readiness), Asked::ByPerson), None);
    }
}

#[test]
fn a_decision_of_planning_alone_makes_way_for_work() {
    let plan = planned("roast", &[], ready("beans"));
    let since = at(9);
    for state in [TaskState::Planned, TaskState::NotYet { until: None, why: "green".into() }] {
        assert_eq!(replanned(&left(&plan, state), &plan, Asked::ByClock), Some(TaskState::Ready { since }));
    }
    let none = entered(&planned("roast", &[], nothing("no beans")), &Grid::new());
    assert_eq!(replanned(&none, &plan, Asked::ByClock), Some(TaskState::Ready { since }), "no run has come to that");
}

#[test]
fn a_reason_is_kept_up_to_date() {
    let task = entered(&planned("roast", &[], early("2 sacks missing")), &Grid::new());
    let newer =
        stand(Some(&task), &planned("roast", &[], early("1 sack missing")), &Grid::new(), Asked::ByClock, at(9));
    let newer = newer.unwrap();
    assert_eq!(newer.state, TaskState::NotYet { until: None, why: "1 sack missing".into() });
    assert_eq!(newer.updated_at, at(9));
}

#[test]
fn other_inputs_make_it_ready_with_all_its_retries() {
    let plan = planned("roast", &[], ready("beans"));
    for state in [TaskState::Done, TaskState::EmptyOk { why: "no beans".into() }].into_iter().chain(waiting()) {
        let task = Task { failures: 3, wanted_since: Some(at(0)), ..left(&plan, state) };
        let other = planned("roast", &[], ready("other beans"));
        let task = stand(Some(&task), &other, &Grid::new(), Asked::ByClock, at(9)).unwrap();
        assert_eq!(task.state, TaskState::Ready { since: at(9) });
        assert_eq!((task.failures, task.wanted_since), (0, Some(at(9))));
    }
    let bumped = PlannedTask { step_version: 2, ..plan.clone() };
    let redone = replanned(&left(&plan, TaskState::Done), &bumped, Asked::ByClock);
    assert_eq!(redone, Some(TaskState::Ready { since: at(9) }), "new code is a new input");
}

#[test]
fn a_person_asks_again_for_what_did_not_succeed() {
    let plan = planned("roast", &[], ready("beans"));
    for state in waiting() {
        let task = Task { failures: 3, ..left(&plan, state) };
        let task = stand(Some(&task), &plan, &Grid::new(), Asked::ByPerson, at(9)).unwrap();
        assert_eq!((task.state, task.failures), (TaskState::Ready { since: at(9) }, 0));
    }
    assert_eq!(replanned(&left(&plan, TaskState::Done), &plan, Asked::ByPerson), None);
}

#[test]
fn a_task_waits_for_its_upstream_and_says_where_that_stands() {
    let plan = planned("grind", &["roast"], ready(""));
    let waits = |upstream: Option<Task>| entered(&plan, &grid(upstream)).state;
    let not_yet = |why: &str| TaskState::NotYet { until: None, why: why.into() };
    assert_eq!(waits(None), not_yet("waits for roast, which is not planned"));
    let roast = planned("roast", &[], ready("beans"));
    assert_eq!(waits(Some(left(&roast, TaskState::Running))), not_yet("waits for roast, which is running"));
    let [retried, ..] = waiting();
    assert_eq!(
        waits(Some(left(&roast, retried))),
        not_yet("waits for roast, which is retry at (the mill is broken)"),
        "with its reason"
    );
    assert_eq!(waits(Some(left(&roast, TaskState::Done))), TaskState::Ready { since: at(0) });
    let empty = TaskState::EmptyOk { why: "no beans".into() };
    assert_eq!(waits(Some(left(&roast, empty))), TaskState::Ready { since: at(0) }, "nothing is an answer");
}

#[test]
fn a_new_output_upstream_makes_a_done_task_ready_and_the_same_one_does_not() {
    let roast = left(&planned("roast", &[], ready("beans")), TaskState::Done);
    let upstream = grid([roast.clone()]);
    let grind = entered(&planned("grind", &["roast"], ready("")), &upstream);
    let ground = Task { state: TaskState::Done, fingerprint: grind.wanted, output: Some(OutputId(2)), ..grind };
    assert_eq!(advance(&ground, &upstream, at(9)), None);
    let anew = grid([Task { output: Some(OutputId(3)), ..roast.clone() }]);
    assert_eq!(advance(&ground, &anew, at(9)).unwrap().state, TaskState::Ready { since: at(9) });
    let under_way = grid([Task { state: TaskState::Running, ..roast }]);
    assert_eq!(advance(&ground, &under_way, at(9)), None, "what was made stands until it can be made anew");
}

#[test]
fn a_ready_task_whose_upstream_moves_waits_again() {
    let roast = left(&planned("roast", &[], ready("beans")), TaskState::Done);
    let grind = entered(&planned("grind", &["roast"], ready("")), &grid([roast.clone()]));
    let waits = advance(&grind, &grid([Task { state: TaskState::Ready { since: at(5) }, ..roast }]), at(9)).unwrap();
    assert_eq!(waits.state, TaskState::NotYet { until: None, why: "waits for roast, which is ready".into() });
    assert_eq!((waits.wanted, waits.failures), (None, 0));
}

#[test]
fn what_the_newest_plan_withholds_does_not_advance() {
    let withheld = entered(&planned("grind", &["roast"], early("green")), &Grid::new());
    let roast = left(&planned("roast", &[], ready("beans")), TaskState::Done);
    assert_eq!(advance(&withheld, &grid([roast]), at(9)), None);
}

#[test]
fn a_new_lane_or_priority_is_written_and_moves_nothing() {
    let plan = planned("roast", &[], ready("beans"));
    let task = entered(&plan, &Grid::new());
    let urgent = PlannedTask { lane: Some(Lane::from("oven")), priority: Priority(2), ..plan };
    let moved = stand(Some(&task), &urgent, &Grid::new(), Asked::ByClock, at(9)).unwrap();
    assert_eq!((moved.recipe.lane.as_ref(), moved.recipe.priority), (Some(&Lane::from("oven")), Priority(2)));
    assert_eq!((moved.state, moved.wanted, moved.updated_at), (task.state, task.wanted, at(0)));
}
