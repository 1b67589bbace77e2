//! What basketball says must hold for every formula: a weaker defence, a longer rest and fresher legs never lower
//! an answer.

use std::sync::Arc;

use domain::{Cutoff, GameDate, Market, PlayerId, RestDays};
use proptest::prelude::*;

use super::*;
use crate::features::FeatureVector;
use crate::league::{DefenseTier, LeagueBaseline};
use crate::question::{Form, PastGame};
use crate::{Booster, Trees};

fn cutoff() -> Cutoff {
    Cutoff::at(slate().at(13, 0))
}

fn slate() -> GameDate {
    "2025-01-15".parse().unwrap()
}

fn question() -> Question {
    let typical = |feature: Feature| match feature {
        Feature::PointsAvgLast5 => Some(18.0),
        Feature::PointsAvgLast10 => Some(19.0),
        Feature::PointsAvgSeason => Some(20.0),
        Feature::PointsStdLast10 => Some(6.0),
        Feature::FatigueScore => Some(80.0),
        Feature::OpponentDefRating => Some(114.0),
        Feature::PctPaint => Some(0.45),
        Feature::PctMidRange => Some(0.15),
        Feature::PctThree => Some(0.40),
        Feature::PctFreeThrow => Some(0.2),
        Feature::HomeAway => Some(1.0),
        _ => Some(0.0),
    };
    Question {
        game: "0022400561".parse().unwrap(),
        player: PlayerId::new(1),
        market: Market::Points,
        games: 30,
        rest: RestDays::from_gap(2),
        features: FeatureVector::rehydrate(Feature::ALL.map(typical), cutoff()),
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
        }
    });
    proptest::collection::vec(game, 0..30)
}

/// Every system's mean, silent ones left out.
fn means(question: &Question) -> Vec<(SystemId, f64)> {
    let panel = Panel::new(Some(additive_trees()), EnsembleWeights::Equal);
    panel.answer(question).into_iter().filter_map(|(system, answer)| Some((system, answer.ok()?.mean()))).collect()
}

/// Stands for a trained model whose constraints hold; the real one is held to them in `pipeline`.
fn additive_trees() -> Trees {
    struct Additive;
    impl Booster for Additive {
        fn predict(&self, row: &[f32]) -> f64 {
            let directed = Trees::inputs().zip(row).map(|(feature, value)| match feature.direction() {
                crate::features::Direction::Raises => f64::from(*value) * 0.05,
                crate::features::Direction::Lowers => f64::from(*value) * -0.05,
                crate::features::Direction::Free => 0.0,
            });
            10.0 + directed.sum::<f64>()
        }
    }
    let card = ModelCard {
        schema: crate::features::SCHEMA_VERSION.to_owned(),
        trained_through: slate().plus_days(-14).at(0, 0),
        spread: VarianceCurve::POINTS,
    };
    Trees { card, booster: Arc::new(Additive) }
}

/// Nobody who answers both questions answers the better one with less.
fn assert_never_lower(worse: &Question, better: &Question) {
    let before = means(worse);
    for (system, mean) in means(better) {
        // An ensemble of other members is another question.
        let Some((_, lower)) = before.iter().find(|(other, _)| *other == system) else { continue };
        let same_members = before.len() == means(better).len();
        if system != SystemId::Ensemble || same_members {
            assert!(mean >= lower - 1e-9, "{system}: {lower} became {mean}");
        }
    }
}

proptest! {
    #[test]
    fn a_weaker_defence_never_lowers(past in past_games(), rating in 100.0..125.0_f64, weaker in 0.0..15.0_f64) {
        let with = |rating| {
            let features = question().features.with(Feature::OpponentDefRating, Some(rating));
            Question { features, past_games: past.clone(), ..question() }
        };
        assert_never_lower(&with(rating), &with(rating + weaker));
    }

    #[test]
    fn more_rest_never_lowers(past in past_games(), gap in 1..6_i32, more in 0..5_i32, busy in 1..4_i32) {
        // Everything that follows from rest moves with it.
        let with = |gap: i32| {
            let rest = RestDays::from_gap(gap);
            let fatigue = if gap == 1 { 60.0 } else { 75.0 } + if gap > 3 { 5.0 } else { 0.0 };
            let features = question()
                .features
                .with(Feature::BackToBack, Some(if gap == 1 { 1.0 } else { 0.0 }))
                .with(Feature::FatigueScore, Some(fatigue))
                .with(Feature::RestAdvantage, Some(f64::from(gap - 2).clamp(-2.0, 2.0)))
                .with(Feature::GamesInLast7Days, Some(f64::from((busy + 1 - gap).max(0))));
            Question { rest, features, past_games: past.clone(), ..question() }
        };
        assert_never_lower(&with(gap), &with(gap + more));
    }

    #[test]
    fn fresher_legs_never_lower(past in past_games(), score in 0.0..100.0_f64, fresher in 0.0..50.0_f64) {
        let with = |score: f64| {
            let features = question().features.with(Feature::FatigueScore, Some(score.min(100.0)));
            Question { features, past_games: past.clone(), ..question() }
        };
        assert_never_lower(&with(score), &with(score + fresher));
    }

    #[test]
    fn a_mismatch_where_the_player_shoots_never_lowers(mismatch in -10.0..10.0_f64, more in 0.0..10.0_f64) {
        let with = |mismatch| {
            let features = question().features.with(Feature::ShotZoneMismatchScore, Some(mismatch));
            Question { features, ..question() }
        };
        assert_never_lower(&with(mismatch), &with(mismatch + more));
    }
}

#[test]
fn an_average_night_is_predicted_near_the_averages() {
    for (system, mean) in means(&question()) {
        assert!((15.0..23.0).contains(&mean), "{system}: {mean}");
    }
}

#[test]
fn a_missing_input_is_named() {
    let question = Question {
        features: question().features.with(Feature::PointsAvgSeason, None).with(Feature::OpponentDefRating, None),
        ..question()
    };
    let panel = Panel::new(None, EnsembleWeights::Equal);
    let silent: Vec<_> =
        panel.answer(&question).into_iter().filter_map(|(system, answer)| Some((system, answer.err()?))).collect();
    assert_eq!(
        silent,
        vec![
            (SystemId::ZoneMatchup, Abstain::MissingFeature(Feature::PointsAvgSeason)),
            (SystemId::Similarity, Abstain::MissingFeature(Feature::OpponentDefRating)),
            (SystemId::Xgboost, Abstain::NoModel),
            (SystemId::Ensemble, Abstain::TooFewMembers { have: 1, need: 2 }),
        ]
    );
}

#[test]
fn a_model_that_knows_too_much_is_not_asked() {
    let trees = additive_trees();
    let card = ModelCard { trained_through: cutoff().instant(), ..trees.card.clone() };
    let refused = Trees { card, ..trees }.answer(&question());
    assert_eq!(refused, Err(Abstain::TrainedPastCutoff { trained_through: cutoff().instant(), cutoff: cutoff() }));
    let other_schema = ModelCard { schema: "v2_33features".to_owned(), ..additive_trees().card };
    assert_eq!(other_schema.admit(cutoff()), Err(Abstain::SchemaMismatch));
}

#[test]
fn market_free_means_free_of_the_market() {
    assert_eq!(Trees::inputs().count(), Feature::COUNT - 4);
    let priced = question().features.with(Feature::VegasPointsLine, Some(99.0));
    assert_eq!(Trees::row(&priced), Trees::row(&question().features));
}
