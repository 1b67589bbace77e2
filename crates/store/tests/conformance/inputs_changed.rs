//! A second run does what has changed and nothing else.

use runtime::{PlannedTask, Readiness, TaskKey};

use crate::attempts::{settle, task};
use crate::place::Place;
use crate::toy_steps::{Toy, key, outcomes, page_of, ready, state};

const TOYS: [(&str, Toy); 4] = [
    ("roast", Toy::Says("roast")),
    ("grind", Toy::Says("grind")),
    ("brew", Toy::Says("brew")),
    ("bake", Toy::Says("bake")),
];

const UNCHANGED: [&str; 4] =
    ["roast Unchanged done", "grind Unchanged done", "brew Unchanged done", "bake Unchanged done"];

/// Roast, grind and brew need each other in this order; baking needs nobody.
fn plan(beans: &str) -> [PlannedTask; 4] {
    [
        ready("roast", &[], beans),
        ready("grind", &["roast"], "mill"),
        ready("brew", &["grind"], "water"),
        ready("bake", &[], "flour"),
    ]
}

pub(crate) async fn unchanged_inputs_are_not_run_again(place: Place) {
    let store = place.open().await;
    outcomes(&store, &TOYS, &plan("beans")).await;
    assert_eq!(outcomes(&store, &TOYS, &plan("beans")).await, UNCHANGED);
    drop(store);
    let store = place.open().await;
    assert_eq!(outcomes(&store, &TOYS, &plan("beans")).await, UNCHANGED, "a new process knows that too");
    assert_eq!(place.count("attempt").await, 4);
}

pub(crate) async fn a_changed_input_reruns_its_task_and_what_depends_on_a_changed_output(place: Place) {
    let store = place.open().await;
    outcomes(&store, &TOYS, &plan("beans")).await;
    let mut toys = TOYS;
    toys[0].1 = Toy::Says("dark roast");
    let told = outcomes(&store, &toys, &plan("other beans")).await;
    assert_eq!(told, ["roast Ran done", "grind Ran done", "brew Ran done", "bake Unchanged done"]);
    assert_eq!(page_of(&store, "brew").await, "brew <grind: grind <roast: dark roast>>");
}

pub(crate) async fn a_rerun_with_the_same_output_leaves_its_dependants_alone(place: Place) {
    let store = place.open().await;
    outcomes(&store, &TOYS, &plan("beans")).await;
    let before = task(&store, &key("roast")).await;
    let told = outcomes(&store, &TOYS, &plan("other beans")).await;
    assert_eq!(told, ["roast Ran done", "grind Unchanged done", "brew Unchanged done", "bake Unchanged done"]);
    let after = task(&store, &key("roast")).await;
    assert_eq!(after.output, before.output);
    assert_ne!(after.fingerprint, before.fingerprint);
    assert_eq!(outcomes(&store, &TOYS, &plan("other beans")).await, UNCHANGED, "the new inputs are remembered");
}

pub(crate) async fn a_change_stops_where_an_output_stays_the_same(place: Place) {
    let store = place.open().await;
    let mut toys = TOYS;
    toys[1].1 = Toy::Repeats("fine");
    outcomes(&store, &toys, &plan("beans")).await;
    toys[0].1 = Toy::Says("dark roast");
    let told = outcomes(&store, &toys, &plan("other beans")).await;
    assert_eq!(told, ["roast Ran done", "grind Ran done", "brew Unchanged done", "bake Unchanged done"]);
}

pub(crate) async fn a_new_version_of_a_step_runs_again(place: Place) {
    let store = place.open().await;
    outcomes(&store, &TOYS, &plan("beans")).await;
    let mut newer = plan("beans");
    newer[3].step_version = 2;
    let told = outcomes(&store, &TOYS, &newer).await;
    assert_eq!(told[..3], UNCHANGED[..3]);
    assert_eq!(told[3], "bake Ran done");
}

pub(crate) async fn a_failure_is_tried_again_and_keeps_the_last_good_output_meanwhile(place: Place) {
    let store = place.open().await;
    outcomes(&store, &TOYS, &plan("beans")).await;
    let good = task(&store, &key("roast")).await;
    let mut toys = TOYS;
    toys[0].1 = Toy::Fails("burnt");
    let told = outcomes(&store, &toys, &plan("other beans")).await;
    assert_eq!(told, ["roast Ran dead", "grind Unchanged done", "brew Unchanged done", "bake Unchanged done"]);
    let burnt = task(&store, &key("roast")).await;
    assert_eq!((burnt.output, burnt.fingerprint), (good.output, good.fingerprint));
    let told = outcomes(&store, &TOYS, &plan("beans")).await;
    assert_eq!(told, ["roast Ran done", "grind Unchanged done", "brew Unchanged done", "bake Unchanged done"]);
    assert_eq!(task(&store, &key("roast")).await.output, good.output);
}

pub(crate) async fn what_had_nothing_to_do_is_asked_again_when_its_inputs_change(place: Place) {
    let store = place.open().await;
    let mut toys = TOYS;
    toys[0].1 = Toy::Idles("no beans");
    let told = outcomes(&store, &toys, &plan("no beans")).await;
    assert_eq!(told, ["roast Ran empty_ok", "grind Ran done", "brew Ran done", "bake Ran done"]);
    let told = outcomes(&store, &TOYS, &plan("no beans")).await;
    assert_eq!(told[0], "roast Unchanged empty_ok");
    assert_eq!(told[1..], UNCHANGED[1..]);
    let told = outcomes(&store, &TOYS, &plan("beans")).await;
    assert_eq!(told, ["roast Ran done", "grind Ran done", "brew Ran done", "bake Unchanged done"]);
}

pub(crate) async fn what_was_planned_as_nothing_to_do_runs_once_it_is_ready(place: Place) {
    let store = place.open().await;
    let nothing = Readiness::Nothing { why: "closed on Mondays".into() };
    let closed = PlannedTask { readiness: nothing, ..ready("roast", &[], "beans") };
    assert_eq!(outcomes(&store, &TOYS, &[closed]).await, ["roast NotReady nothing"]);
    assert_eq!(outcomes(&store, &TOYS, &plan("beans")).await[0], "roast Ran done");
}

pub(crate) async fn an_upstream_that_falls_silent_changes_what_depends_on_it(place: Place) {
    let store = place.open().await;
    outcomes(&store, &TOYS, &plan("beans")).await;
    let mut toys = TOYS;
    toys[0].1 = Toy::Idles("no beans");
    let told = outcomes(&store, &toys, &plan("no beans")).await;
    assert_eq!(told, ["roast Ran empty_ok", "grind Ran done", "brew Ran done", "bake Unchanged done"]);
    assert_eq!(page_of(&store, "brew").await, "brew <grind: grind>");
}

pub(crate) async fn the_same_step_on_another_day_is_another_task(place: Place) {
    let store = place.open().await;
    settle(&store, "roast", "tuesday", crate::attempts::page("roast")).await;
    let told = outcomes(&store, &TOYS, &[ready("grind", &["roast"], "mill")]).await;
    assert_eq!(told, ["grind NotReady not_yet"], "Tuesday's roast is not what Monday's grind needs");
    assert!(state(&store, "grind").await.why().unwrap().contains("not planned"));
    let tuesday = task(&store, &TaskKey::new("roast", "tuesday")).await;
    assert!(tuesday.output.is_some());
}
