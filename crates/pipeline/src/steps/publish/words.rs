//! The closed vocabularies of the documents, as their schemas give them: from the types whose names are printed.

use domain::{Availability, Market, Spot};
use predict::{Recommendation, Side};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::tonight::{FATIGUE_LEVELS, SIDES};
use crate::rows::Verdict;

fn one_of(words: impl IntoIterator<Item = &'static str>) -> Schema {
    json_schema!({ "type": "string", "enum": words.into_iter().collect::<Vec<_>>() })
}

fn one_of_or_nothing(words: impl IntoIterator<Item = &'static str>) -> Schema {
    let words: Vec<_> = words.into_iter().map(Some).chain([None]).collect();
    json_schema!({ "type": ["string", "null"], "enum": words })
}

pub(super) fn recommendation(_: &mut SchemaGenerator) -> Schema {
    let bets = [Side::Over, Side::Under].map(|side| Recommendation::Bet(side).label());
    one_of(bets.into_iter().chain([Recommendation::Pass(predict::PassReason::NoEdge).label()]))
}

pub(super) fn reason(_: &mut SchemaGenerator) -> Schema {
    one_of(Recommendation::ALL.map(Recommendation::code))
}

pub(super) fn market(_: &mut SchemaGenerator) -> Schema {
    one_of(Market::ALL.map(Market::code))
}

pub(super) fn availability(_: &mut SchemaGenerator) -> Schema {
    one_of(Availability::ALL.map(Availability::code))
}

pub(super) fn line_up(_: &mut SchemaGenerator) -> Schema {
    one_of_or_nothing(Spot::ALL.map(Spot::code))
}

pub(super) fn fatigue(_: &mut SchemaGenerator) -> Schema {
    one_of_or_nothing(FATIGUE_LEVELS)
}

pub(super) fn tier(_: &mut SchemaGenerator) -> Schema {
    one_of(super::best_bets::TIERS)
}

pub(super) fn verdict(_: &mut SchemaGenerator) -> Schema {
    one_of(Verdict::ALL.map(Verdict::code))
}

pub(super) fn side(_: &mut SchemaGenerator) -> Schema {
    one_of(SIDES)
}

pub(super) fn side_if_any(_: &mut SchemaGenerator) -> Schema {
    one_of_or_nothing(SIDES)
}

pub(super) fn sides(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": one_of(SIDES) })
}
