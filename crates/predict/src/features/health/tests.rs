//! Feature health: each oddity is named, what is usual is not, and few rows tell nothing.

use domain::Cutoff;

use super::*;
use crate::features::FeatureVector;

/// So many rows, whose values of one feature follow from the row's number. All others are missing.
fn rows(feature: Feature, count: u32, value: impl Fn(u32) -> Option<f64>) -> Vec<FeatureRow> {
    let row = |number| {
        let mut values = [None; Feature::COUNT];
        values[feature as usize] = value(number);
        FeatureRow {
            game: "0022400561".parse().unwrap(),
            slate: "2025-01-15".parse().unwrap(),
            player: domain::PlayerId::new(number),
            team: "BOS".parse().unwrap(),
            opponent: "NYK".parse().unwrap(),
            tipoff: "2025-01-16T00:30:00Z".parse().unwrap(),
            games: 10,
            rest: None,
            vector: FeatureVector::rehydrate(values, Cutoff::at("2025-01-15T18:00:00Z".parse().unwrap())),
        }
    };
    (0..count).map(row).collect()
}

/// What is said of a feature.
fn of(feature: Feature, slate: &[FeatureRow], before: &[FeatureRow]) -> FeatureHealth {
    health(slate, before).into_iter().find(|health| health.feature == feature).unwrap()
}

const POINTS: Feature = Feature::PointsAvgLast5;

/// Ten to nineteen points, over and over.
fn usual(number: u32) -> Option<f64> {
    Some(f64::from(10 + number % 10))
}

/// The verdict on a slate of 40 players whose points were usual for a month.
fn after_usual(value: impl Fn(u32) -> Option<f64>) -> FeatureVerdict {
    of(POINTS, &rows(POINTS, 40, value), &rows(POINTS, 400, usual)).verdict
}

#[test]
fn a_slate_like_those_before_it_is_ok() {
    let health = of(POINTS, &rows(POINTS, 40, usual), &rows(POINTS, 400, usual));
    assert_eq!(health.verdict, FeatureVerdict::Ok);
    let Spread { mean, deviation, min, max } = health.slate.values.unwrap();
    assert_eq!((mean, min, max), (14.5, 10.0, 19.0));
    assert!((deviation - 8.25_f64.sqrt()).abs() < 1e-12);
}

#[test]
fn a_feature_that_differs_between_players_and_does_not_is_broken_also_without_history() {
    let constant = rows(POINTS, 16, |_| Some(0.0));
    assert_eq!(of(POINTS, &constant, &[]).verdict, FeatureVerdict::Broken(FeatureProblem::Constant(0.0)));
    assert_eq!(of(POINTS, &constant[..15], &[]).verdict, FeatureVerdict::Unjudged);
    let few_have_it = rows(POINTS, 40, |number| (number < 15).then_some(3.0));
    assert_eq!(of(POINTS, &few_have_it, &[]).verdict, FeatureVerdict::Unjudged);
    let nobody_played_yesterday = rows(Feature::BackToBack, 16, |_| Some(0.0));
    assert_eq!(of(Feature::BackToBack, &nobody_played_yesterday, &[]).verdict, FeatureVerdict::Unjudged);
}

#[test]
fn what_is_missing_is_held_against_what_was_missing_before() {
    assert_eq!(after_usual(|_| None), FeatureVerdict::Broken(FeatureProblem::AllMissing));
    let third = |number: u32| if number.is_multiple_of(3) { None } else { usual(number) };
    assert_eq!(after_usual(third), FeatureVerdict::Degraded(FeatureProblem::MoreMissing));
    let always = of(POINTS, &rows(POINTS, 40, third), &rows(POINTS, 400, third));
    assert_eq!(always.verdict, FeatureVerdict::Ok);
    assert_eq!(of(POINTS, &rows(POINTS, 40, |_| None), &rows(POINTS, 400, |_| None)).verdict, FeatureVerdict::Unjudged);
}

#[test]
fn another_unit_is_a_shift() {
    let shares = |number: u32| usual(number).map(|points| points / 100.0);
    let verdict = after_usual(shares);
    assert!(matches!(verdict, FeatureVerdict::Broken(FeatureProblem::Shifted(by)) if by < -4.0), "{verdict:?}");
    let higher = after_usual(|number| usual(number).map(|points| points + 8.0));
    assert!(matches!(higher, FeatureVerdict::Degraded(FeatureProblem::Shifted(by)) if by > 2.0), "{higher:?}");
    assert_eq!(after_usual(|number| usual(number).map(|points| points + 4.0)), FeatureVerdict::Ok);
}

#[test]
fn zeros_are_counted() {
    let of_zeros = |one_in: u32| {
        rows(Feature::HasVegasLine, 40, move |number| Some(if number.is_multiple_of(one_in) { 1.0 } else { 0.0 }))
    };
    let lines_are_gone = of(Feature::HasVegasLine, &of_zeros(41), &of_zeros(2));
    assert_eq!(lines_are_gone.verdict, FeatureVerdict::Degraded(FeatureProblem::MoreZeros));
    let fewer_lines = of(Feature::HasVegasLine, &of_zeros(4), &of_zeros(2));
    assert_eq!(fewer_lines.verdict, FeatureVerdict::Ok);
}
