//! Every error the original's features had, held down over small leagues made by hand.

mod evening;
mod form;
mod golden;
mod inputs;
mod knowledge;
mod league;
mod market;
mod opponent;
mod rest;
mod schema;
mod shots;
mod team;
mod usage;

use predict::features::Feature;

/// A feature's value up to rounding.
#[track_caller]
fn assert_value(league: &league::League, feature: Feature, expected: f64) {
    let value = league.value(feature);
    let near = value.is_some_and(|value| (value - expected).abs() < 1e-9);
    assert!(near, "{feature} is {value:?} and should be {expected}");
}

/// A feature without a value: no zero and no constant stands in for what is not known.
#[track_caller]
fn assert_missing(league: &league::League, feature: Feature) {
    assert_eq!(league.value(feature), None, "{feature}");
}
