//! Leaks that are planted for real, and what refuses them.

use domain::{Cutoff, Edition, Market};
use predict::inputs::Sight;

use super::{Quiet, january, learned, models, world};
use crate::learn::{Checkpoint, Depth, Learned, artifacts, checkpoints, learn, panel};
use crate::rows::ModelArtifact;
use crate::steps::publish::guard;
use crate::steps::train::training_slates;

/// The first cutoff of the month.
fn cutoff() -> Cutoff {
    Edition::morning(january(), None).cutoff
}

/// Learned for January from results known at a cutoff, by checkpoints of results known at another; those may be rearranged.
fn learned_at(results: Cutoff, checked: Cutoff, arrange: fn(&mut Vec<Checkpoint>)) -> Learned {
    let past = world().past(&(training_slates(january()).start().plus_days(0)..=january()));
    let rows = past.rows((Market::Points, Sight::Morning), |_| Depth::Formulas, &Quiet);
    let known = past.results(Market::Points, checked);
    let months = [january().plus_days(-10), january()];
    let mut all: Vec<Checkpoint> =
        months.iter().flat_map(|month| checkpoints(&rows, &known, Sight::Morning, *month).unwrap()).collect();
    arrange(&mut all);
    let results = past.results(Market::Points, results);
    learn((Market::Points, Sight::Morning), &rows, &results, &all).unwrap().expect("there is enough to learn from")
}

fn refused(artifacts: &[ModelArtifact]) -> bool {
    panel(artifacts, cutoff()).is_err_and(|error| error.to_string().contains("past the cutoff"))
}

#[test]
fn what_was_learned_from_the_graded_night_is_not_asked_about_it() {
    let midnight = Cutoff::at(january().at(0, 0));
    let morning_after = Cutoff::at(january().plus_days(1).at(6, 0));
    assert!(!refused(&artifacts(&learned_at(midnight, midnight, |_| {})).unwrap()));
    assert!(refused(&artifacts(&learned_at(morning_after, midnight, |_| {})).unwrap()), "results");
    assert!(refused(&artifacts(&learned_at(midnight, morning_after, |_| {})).unwrap()), "checkpoints");
}

#[test]
fn laws_fitted_on_the_graded_night_are_refused_without_any_trees() {
    let mut artifacts = models(&world(), january());
    artifacts.retain(|artifact| artifact.body.is_empty());
    assert!(!refused(&artifacts));
    artifacts[0].trained_through = cutoff().instant() + jiff::SignedDuration::from_secs(1);
    assert!(refused(&artifacts));
}

#[test]
fn a_box_score_that_is_said_to_be_known_before_its_game_is_too_good_to_be_true() {
    let mut leaky = world();
    assert_eq!(guard::leaked(&artifacts(&learned(&leaky, january())).unwrap()), None);
    for fact in &mut leaky.players {
        fact.known_at = fact.value.slate.at(12, 0);
    }
    let problem = guard::leaked(&models(&leaky, january())).unwrap();
    assert!(problem.contains("xgboost_v1 misses") && problem.contains("it must have seen them"), "{problem}");
}
