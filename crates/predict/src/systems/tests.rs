//! What basketball says must hold for every system: a weaker defence never lowers an answer, nor does more rest a formula's.

use std::sync::Arc;

use domain::{Cutoff, GameDate, Market, PlayerId, RestDays, Venue};
use proptest::prelude::*;

use super::*;
use crate::features::{Feature, FeatureVector};
use crate::inputs::Inputs;
use crate::league::{DefenseTier, LeagueBaseline};
use crate::question::{Form, PastGame};
use crate::{Booster, Trees};

fn cutoff() -> Cutoff {
    Cutoff::at(slate().at(13, 0))
}

fn slate() -> GameDate {
    "2025-01-15".parse().unwrap()
}

fn typical() -> Inputs {
    [
        (Input::CountAverage10, 19.0),
        (Input::CountExpected, 19.5),
        (Input::CountMean5, 18.0),
        (Input::CountSeason, 20.0),
        (Input::OpponentDefense, 0.0),
        (Input::OpponentAllowed, 0.0),
        (Input::OpponentAllowedRole, 0.0),
        (Input::OpponentZones, 0.0),
        (Input::OpponentPace, 0.0),
        (Input::DaysOff, 2.0),
        (Input::Home, 1.0),
    ]
    .into_iter()
    .fold(Inputs::unknown(), |inputs, (input, value)| inputs.with(input, value))
}

fn question() -> Question {
    Question {
        game: "0022400561".parse().unwrap(),
        player: PlayerId::new(1),
        market: Market::Points,
        games: 30,
        rest: RestDays::from_gap(2),
        features: FeatureVector::rehydrate([None; Feature::COUNT], cutoff()),
        inputs: typical(),
        league: LeagueBaseline::rated(114.0, 99.0),
        past_games: Vec::new(),
    }
}

fn past_games() -> impl Strategy<Value = Vec<PastGame>> {
    let game = (0..50_u16, 0..3_usize, 0..5_i32, any::<bool>(), 0..3_u8).prop_map(|(count, tier, rest, home, form)| {
        PastGame {
            slate: slate(),
            count,
            defense: Some(DefenseTier::ALL[tier]),
            rest: RestDays::from_gap(rest + 1),
            venue: if home { Venue::Home } else { Venue::Away },
            form: Some([Form::Cold, Form::Steady, Form::Hot][usize::from(form)]),
            expected: Some(19.0),
        }
    });
    proptest::collection::vec(game, 0..30)
}

/// Every system's mean, silent ones left out.
fn means(question: &Question) -> Vec<(SystemId, f64)> {
    let panel = Panel::new(Some(additive_trees()), Learnt::default());
    let answers = panel.answer(question, None).into_iter();
    answers.filter_map(|(system, answer)| Some((system, answer.ok()?.mean()))).collect()
}

/// Stands for a trained model whose constraints hold; the real one is held to them in `pipeline`.
fn additive_trees() -> Trees {
    struct Additive;
    impl Booster for Additive {
        fn predict(&self, row: &Inputs) -> f64 {
            let raises = Input::ALL.into_iter().filter(|input| input.raises());
            20.0 + raises.filter_map(|input| row.get(input)).map(|value| value * 0.05).sum::<f64>()
        }
    }
    Trees { card: ModelCard::through(slate().plus_days(-14).at(0, 0)), booster: Arc::new(Additive) }
}

/// Nobody who answers both questions answers the better one with less.
fn assert_never_lower(worse: &Question, better: &Question) {
    let (before, after) = (means(worse), means(better));
    for (system, mean) in &after {
        // An ensemble of other members is another question.
        let Some((_, lower)) = before.iter().find(|(other, _)| other == system) else { continue };
        if *system != SystemId::Ensemble || before.len() == after.len() {
            assert!(*mean >= lower - 1e-9, "{system}: {lower} became {mean}");
        }
    }
}

proptest! {
    #[test]
    fn a_weaker_defence_never_lowers(past in past_games(), weakness in -10.0..10.0_f64, more in 0.0..15.0_f64) {
        let with = |weakness| {
            let inputs = typical().with(Input::OpponentDefense, weakness);
            Question { inputs, past_games: past.clone(), ..question() }
        };
        assert_never_lower(&with(weakness), &with(weakness + more));
    }

    #[test]
    fn what_the_opponent_allows_never_lowers(which in 0..3_usize, allowed in -20.0..20.0_f64, more in 0.0..20.0_f64) {
        let input = [Input::OpponentAllowed, Input::OpponentAllowedRole, Input::OpponentZones][which];
        let with = |allowed| Question { inputs: typical().with(input, allowed), ..question() };
        assert_never_lower(&with(allowed), &with(allowed + more));
    }

    #[test]
    fn more_rest_never_lowers(past in past_games(), gap in 1..6_i32, more in 0..5_i32) {
        let with = |gap: i32| {
            let inputs = typical().with(Input::DaysOff, f64::from(gap));
            Question { rest: RestDays::from_gap(gap), inputs, past_games: past.clone(), ..question() }
        };
        assert_never_lower(&with(gap), &with(gap + more));
    }
}

#[test]
fn an_average_night_is_predicted_near_the_averages() {
    for (system, mean) in means(&question()) {
        assert!((17.0..22.0).contains(&mean), "{system}: {mean}");
    }
}

#[test]
fn a_missing_input_is_named() {
    let inputs = typical().with(Input::OpponentDefense, f64::NAN);
    let silent = |question: &Question| -> Vec<_> {
        let answers = Panel::new(None, Learnt::default()).answer(question, None).into_iter();
        answers.filter_map(|(system, answer)| Some((system, answer.err()?))).collect()
    };
    let without_defense = silent(&Question { inputs, ..question() });
    assert_eq!(without_defense[0], (SystemId::Similarity, Abstain::MissingInput(Input::OpponentDefense)));
    let unknown = Question { inputs: Inputs::unknown(), ..question() };
    let nothing = Abstain::MissingInput(Input::CountAverage10);
    let few = Abstain::TooFewMembers { have: 0, need: 2 };
    let expected = [
        (SystemId::MovingAverage, nothing.clone()),
        (SystemId::ZoneMatchup, nothing.clone()),
        (SystemId::Similarity, nothing),
        (SystemId::Xgboost, Abstain::NoModel),
        (SystemId::Ensemble, few.clone()),
        (SystemId::MarketBlend, few),
    ];
    assert_eq!(silent(&unknown), expected);
}

#[test]
fn a_model_that_knows_too_much_is_not_asked() {
    let trees = additive_trees();
    let refused = Trees { card: ModelCard::through(cutoff().instant()), ..trees }.mean(&question());
    assert_eq!(refused, Err(Abstain::TrainedPastCutoff { trained_through: cutoff().instant(), cutoff: cutoff() }));
    let other_inputs = ModelCard { schema: "v0_inputs".to_owned(), ..additive_trees().card };
    assert_eq!(other_inputs.admit(cutoff()), Err(Abstain::SchemaMismatch));
}

#[test]
fn only_the_one_that_is_marked_sees_the_market() {
    let panel = Panel::new(Some(additive_trees()), Learnt::default());
    let view = MarketView { line: 40.5, adjusted: 40.5, books: 3 };
    let (blind, seeing) = (panel.answer(&question(), None), panel.answer(&question(), Some(&view)));
    for ((system, without), (_, with)) in blind.iter().zip(&seeing) {
        match system.saw_market() {
            true => assert_eq!(without, &Err(Abstain::NoLine)),
            false => assert_eq!(without, with, "{system}"),
        }
    }
    let blended = seeing.last().unwrap().1.as_ref().unwrap().mean();
    assert!((32.0..40.0).contains(&blended), "{blended}");
}
