//! Leaks that are planted for real, and what refuses them.

use std::sync::Arc;

use domain::{Cutoff, Edition, GameDate, Market};
use predict::SystemId;
use predict::inputs::{Input, Sight};

use super::world::World;
use super::{Quiet, january, learned, models, rows, world};
use crate::learn::{Checkpoint, Depth, Learned, Learner, artifacts, panel};
use crate::ports::Unkept;
use crate::rows::ModelArtifact;
use crate::steps::publish::guard;
use crate::steps::train::training_slates;

const POINTS: (Market, Sight) = (Market::Points, Sight::Morning);
const LEARNER: Learner<'_> = Learner { market: POINTS.0, sight: POINTS.1, trained: &Unkept };

/// The first cutoff of the month.
fn cutoff() -> Cutoff {
    Edition::morning(january(), None).cutoff
}

/// Learned for January from results known at a cutoff, by checkpoints of results known at another.
fn learned_at(results: Cutoff, checked: Cutoff) -> Learned {
    let past = world().past(&(*training_slates(january()).start()..=january()));
    let rows = past.rows(POINTS, |_| Depth::Formulas, &Quiet);
    let checkpoints =
        LEARNER.checkpoints(&rows, &past.results(Market::Points, checked), january(), Vec::new()).unwrap();
    LEARNER.learn(&rows, &past.results(Market::Points, results), &checkpoints).unwrap().expect("there is enough")
}

fn refused(artifacts: &[ModelArtifact]) -> bool {
    panel(artifacts, cutoff()).is_err_and(|error| error.to_string().contains("past the cutoff"))
}

#[test]
fn what_was_learned_from_the_graded_night_is_not_asked_about_it() {
    let midnight = Cutoff::at(january().at(0, 0));
    let morning_after = Cutoff::at(january().plus_days(1).at(6, 0));
    assert!(!refused(&artifacts(Market::Points, &learned_at(midnight, midnight)).unwrap()));
    assert!(refused(&artifacts(Market::Points, &learned_at(morning_after, midnight)).unwrap()), "results");
    assert!(refused(&artifacts(Market::Points, &learned_at(midnight, morning_after)).unwrap()), "checkpoints");
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
    assert_eq!(guard::leaked(&artifacts(Market::Points, &learned(&leaky, january())).unwrap()), None);
    for fact in &mut leaky.players {
        fact.known_at = fact.value.slate.at(12, 0);
    }
    let problem = guard::leaked(&models(&leaky, january())).unwrap();
    assert!(problem.contains("xgboost_v1 misses") && problem.contains("it must have seen them"), "{problem}");
}

#[test]
fn checkpoints_in_the_wrong_order_are_asked_about_the_same_unseen_rows() {
    let past = world().past(&training_slates(january()));
    let rows = past.rows(POINTS, |_| Depth::Formulas, &Quiet);
    let results = past.results(Market::Points, Cutoff::at(january().at(0, 0)));
    // Of fewer rows, so that one knows less than the other.
    let fewer = rows.partition_point(|row| row.edition.slate < january().plus_days(-2));
    let learned_by = |order: [usize; 2]| {
        let all =
            order.map(|rows_known| LEARNER.checkpoints(&rows[..rows_known], &results, january(), Vec::new()).unwrap());
        let all: Vec<Checkpoint> = all.into_iter().flatten().collect();
        assert!(all.len() == 2 && all[0].unseen_from() != all[1].unseen_from());
        artifacts(Market::Points, &LEARNER.learn(&rows, &results, &all).unwrap().expect("there is enough")).unwrap()
    };
    assert!(learned_by([fewer, rows.len()]) == learned_by([rows.len(), fewer]));
}

#[test]
fn trees_are_trained_once_for_a_checkpoint_and_a_month_of_the_same_rows() {
    let world = World::of("2024-04-01".parse().unwrap(), 80).and("2024-10-22".parse().unwrap(), 9);
    let learned_for = |month: GameDate, kept| {
        let past = world.past(&training_slates(month));
        let rows = past.rows(POINTS, |_| Depth::Formulas, &Quiet);
        let results = past.results(Market::Points, Cutoff::at(month.at(0, 0)));
        let checkpoints = LEARNER.checkpoints(&rows, &results, month, kept).unwrap();
        (LEARNER.learn(&rows, &results, &checkpoints).unwrap().expect("there is enough"), checkpoints)
    };
    let (october, made) = learned_for(GameDate::first_of(2024, 10), Vec::new());
    let summer = Arc::clone(&october.trees);
    assert!(made.iter().any(|checkpoint| Arc::ptr_eq(&checkpoint.trees, &summer)), "no game since July");
    assert!(october.holdouts[&SystemId::Xgboost].rows > 0, "the newest rows are checked where no season is");
    let (november, kept) = learned_for(GameDate::first_of(2024, 11), made);
    assert!(!Arc::ptr_eq(&november.trees, &summer), "nine evenings more");
    assert!(kept.len() == 1 && Arc::ptr_eq(&kept[0].trees, &summer), "of two, the one that the season still has");
}

#[test]
fn a_closing_line_that_is_said_to_be_known_in_the_morning_is_not_read() {
    let honest = world();
    let mut leaky = honest.clone();
    for fact in &mut leaky.lines {
        fact.known_at = fact.value.slate.at(9, 0);
    }
    let slate = january();
    assert_eq!(rows(&leaky, slate), rows(&honest, slate), "when it was seen counts as well");
    for fact in &mut leaky.lines {
        fact.value.observed_at = Some(fact.known_at);
        fact.value.line = fact.value.line + 1;
    }
    assert_ne!(rows(&leaky, slate), rows(&honest, slate), "lines of the morning are read");
}

#[test]
fn line_ups_are_read_at_late_sight_alone() {
    let told = |sight| {
        let rows = world().past(&(january()..=january())).rows((Market::Points, sight), |_| Depth::Inputs, &Quiet);
        rows.iter().filter(|row| row.inputs.get(Input::StartsTonight).is_some()).count()
    };
    assert_eq!(Sight::ALL.map(told), [0, 80]);
}
