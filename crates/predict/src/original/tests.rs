//! The five formulas by hand, and each of the original's errors beside what the corrected systems say.

use domain::{Cutoff, GameDate, Market, PlayerId, RestDays, Venue};

use super::*;
use crate::features::{Feature, FeatureVector};
use crate::inputs::{Input, Inputs as TrainedInputs};
use crate::league::{DefenseTier, LeagueBaseline};
use crate::question::{Form, PastGame};
use crate::{Learnt, Panel};

fn slate() -> GameDate {
    "2025-01-15".parse().unwrap()
}

/// A good player at home, rested, against an average defence, with a complete row.
fn question() -> Question {
    let value = |feature: Feature| match feature {
        Feature::PointsAvgLast5 => 20.0,
        Feature::PointsAvgLast10 => 18.0,
        Feature::PointsAvgSeason => 16.0,
        Feature::PointsStdLast10 => 5.0,
        Feature::GamesInLast7Days => 3.0,
        Feature::FatigueScore => 80.0,
        Feature::ShotZoneMismatchScore => 2.0,
        Feature::OpponentDefRating => 114.0,
        Feature::HomeAway => 1.0,
        Feature::PctPaint => 0.5,
        Feature::PctMidRange => 0.1,
        Feature::PctThree => 0.4,
        Feature::PctFreeThrow => 0.25,
        Feature::MinutesAvgLast10 => 32.0,
        _ => 0.0,
    };
    Question {
        game: "0022400561".parse().unwrap(),
        player: PlayerId::new(1),
        market: Market::Points,
        games: 30,
        rest: RestDays::from_gap(2),
        features: FeatureVector::rehydrate(
            Feature::ALL.map(|feature| Some(value(feature))),
            Cutoff::at(slate().at(13, 0)),
        ),
        inputs: [
            (Input::CountAverage10, 18.0),
            (Input::CountExpected, 18.0),
            (Input::CountMean5, 20.0),
            (Input::CountSeason, 16.0),
            (Input::OpponentDefense, 0.0),
            (Input::DaysOff, 2.0),
            (Input::Home, 1.0),
        ]
        .into_iter()
        .fold(TrainedInputs::unknown(), |inputs, (input, value)| inputs.with(input, value)),
        league: LeagueBaseline::rated(114.0, 99.0),
        past_games: [20, 10, 20, 10, 20, 10]
            .into_iter()
            .zip(1..)
            .map(|(count, index)| past(2 * index, count))
            .collect(),
    }
}

fn past(days_ago: i32, count: u16) -> PastGame {
    PastGame {
        slate: slate().plus_days(-days_ago),
        count,
        defense: Some(DefenseTier::Average),
        rest: RestDays::from_gap(2),
        venue: Venue::Home,
        form: Some(Form::Steady),
        expected: Some(16.0),
    }
}

fn with<const N: usize>(changes: [(Feature, f64); N]) -> Question {
    let features =
        changes.into_iter().fold(question().features, |vector, (feature, value)| vector.with(feature, Some(value)));
    Question { features, ..question() }
}

fn original(system: SystemId, question: &Question) -> Option<f64> {
    answers(question).into_iter().find(|(id, _)| *id == system).and_then(|(_, points)| points)
}

/// What the corrected system says.
fn corrected(system: SystemId, question: &Question) -> Option<f64> {
    let answers = Panel::new(None, Learnt::default()).answer(question, None);
    answers.into_iter().find(|(id, _)| *id == system).and_then(|(_, answer)| Some(answer.ok()?.mean()))
}

/// How far the original's and the corrected answer move from one question to another.
fn moves(system: SystemId, from: &Question, to: &Question) -> (f64, f64) {
    let by =
        |answer: fn(SystemId, &Question) -> Option<f64>| answer(system, to).unwrap() - answer(system, from).unwrap();
    (by(original), by(corrected))
}

fn assert_near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-6, "{actual} instead of {expected}");
}

#[test]
fn the_five_formulas_by_hand() {
    // Fresh, so less 2.5; a mismatch of 2 at 0.3; half a point at home.
    let moving_average = 10.0 + 5.4 + 3.2 - 2.5 + 0.6 + 0.5;
    // Four points above 110 at 0.3, by zone and emphasis; 0.8 at home; fresh, so less 1.5.
    let zone_matchup = 16.0 - 1.2 * (1.2 + 0.4 * 1.0 + 1.1 + 0.7 * 0.8) + 0.8 - 1.5;
    // 55 for defence and venue; the newest game's rest is one day off, the second's form is tonight's.
    let (scores, points) = ([75.0, 100.0, 90.0, 90.0, 90.0, 90.0], [20.0, 10.0, 20.0, 10.0, 20.0, 10.0]);
    let weighted: f64 = scores.iter().zip(points).map(|(score, points)| score * points).sum();
    let similarity = weighted / scores.iter().sum::<f64>() + 10.0 * 0.015 + 0.8 + 0.8;
    let xgboost = 7.0 + 7.2 + 4.0 + 0.7 + 1.3 + 0.4;
    // Some scatter and three games: 52. Six games, much alike, spread 5: 63. A complete row, steady: 87.
    let ensemble =
        (52.0 * (moving_average + zone_matchup) + 63.0 * similarity + 87.0 * xgboost) / (52.0 + 52.0 + 63.0 + 87.0);
    let expected = [moving_average, zone_matchup, similarity, xgboost, ensemble];
    for ((system, points), (id, expected)) in
        answers(&question()).into_iter().zip(SystemId::MARKET_FREE.into_iter().zip(expected))
    {
        assert_eq!(system, id);
        assert_near(points.unwrap(), expected);
    }
}

#[test]
fn f1_the_fresh_lose_points() {
    let (tired, fresh) = (with([(Feature::FatigueScore, 45.0)]), with([(Feature::FatigueScore, 90.0)]));
    for (system, loss) in [(SystemId::MovingAverage, -2.5), (SystemId::ZoneMatchup, -1.5)] {
        let (original, corrected) = moves(system, &tired, &fresh);
        assert_near(original, loss);
        assert_near(corrected, 0.0);
    }
}

#[test]
fn f2_a_weak_defence_takes_points_off() {
    let (strong, weak) = (with([(Feature::OpponentDefRating, 108.0)]), with([(Feature::OpponentDefRating, 120.0)]));
    let seen = |question: Question, weakness| Question {
        inputs: question.inputs.clone().with(Input::OpponentDefense, weakness),
        ..question
    };
    let (strong, weak) = (seen(strong, -6.0), seen(weak, 6.0));
    let (original_move, corrected_move) = moves(SystemId::ZoneMatchup, &strong, &weak);
    assert!(original_move < -3.0 && corrected_move > 1.0, "{original_move} and {corrected_move}");
    // And so does one like the league's mean, which is not 110.
    let average = question();
    let bias = original(SystemId::ZoneMatchup, &average).unwrap() - corrected(SystemId::ZoneMatchup, &average).unwrap();
    assert!(bias < -3.0, "{bias}");
}

#[test]
fn f3_nobody_played_yesterday() {
    let tired = with([(Feature::BackToBack, 1.0), (Feature::FatigueScore, 65.0)]);
    let inputs = question().inputs.with(Input::DaysOff, 1.0);
    let back_to_back = Question { rest: RestDays::from_gap(1), inputs, ..tired };
    let (original, corrected) = moves(SystemId::MovingAverage, &question(), &back_to_back);
    assert_eq!(original, 0.0);
    assert!(corrected < -0.3, "{corrected}");
}

#[test]
fn f4_days_of_rest_are_days_from_game_to_game() {
    let rested = |gap, score| {
        let inputs = Inputs::of(&Question { rest: RestDays::from_gap(gap), ..with([(Feature::FatigueScore, score)]) });
        (inputs.days_rest, inputs.fatigue)
    };
    assert_eq!(rested(2, 88.0), (2, 88.0));
    // Two days off earn what the corrected score gives for three.
    assert_eq!(rested(3, 88.0), (3, 93.0));
    assert_eq!(rested(4, 93.0), (4, 93.0));
    assert_eq!(rested(3, 100.0), (3, 100.0));
}

#[test]
fn f5_and_f10_half_a_win_stands_for_usage() {
    let champions = Inputs::of(&with([(Feature::TeamWinPct, 0.9)]));
    assert_eq!(champions.usage_rate, 0.5);
    let fast = |usage_rate| formulas::xgboost_mock(&Inputs { usage_rate, pace: 3.0, ..champions }).points;
    assert_near(fast(30.0) - fast(champions.usage_rate), 0.04 * 3.0);
}

#[test]
fn f6_and_f7_usage_and_pace_are_nought() {
    let fast = with([(Feature::PaceScore, 3.0), (Feature::UsageSpikeScore, 3.0)]);
    assert_eq!(answers(&fast), answers(&question()));
    let inputs = question().inputs.with(Input::OpponentPace, 3.0);
    let corrected = moves(SystemId::MovingAverage, &question(), &Question { inputs, ..fast }).1;
    assert!(corrected > 0.2, "{corrected}");
}

#[test]
fn f18_who_is_sure_of_himself_counts_for_more() {
    let said = |points, confidence| Some(Forecast { points, confidence });
    assert_near(formulas::ensemble(&[said(10.0, 30.0), None, None, said(20.0, 90.0)]).unwrap().points, 17.5);
    assert_eq!(formulas::ensemble(&[said(10.0, 30.0), None, None, None]), None);
}

#[test]
fn a_default_stands_for_what_is_missing() {
    let unknown = FeatureVector::rehydrate([None; Feature::COUNT], question().features.cutoff());
    let inputs = TrainedInputs::unknown();
    let stranger = Question { games: 0, rest: None, features: unknown, inputs, past_games: Vec::new(), ..question() };
    assert_eq!(corrected(SystemId::MovingAverage, &stranger), None);
    // Ten points, a score of 50, away, a rating of 112; a row of defaults is worth 40.
    assert_near(original(SystemId::MovingAverage, &stranger).unwrap(), 10.0 - 0.5);
    assert_near(original(SystemId::ZoneMatchup, &stranger).unwrap(), 10.0 - 0.6 * (0.7 * 2.3 + 0.7 + 0.32) - 0.8);
    assert_near(original(SystemId::Xgboost, &stranger).unwrap(), 10.0 - 2.0 - 0.5 - 0.6);
    assert_eq!(Inputs::of(&stranger).quality, 40.0);
    assert_eq!(formulas::xgboost_mock(&Inputs::of(&stranger)).confidence, 77.0);
}

#[test]
fn past_games_have_no_circumstances() {
    let elsewhere = |game: PastGame| PastGame {
        defense: Some(DefenseTier::Elite),
        rest: None,
        venue: Venue::Away,
        form: None,
        ..game
    };
    let other = Question { past_games: question().past_games.into_iter().map(elsewhere).collect(), ..question() };
    assert_eq!(original(SystemId::Similarity, &other), original(SystemId::Similarity, &question()));
    assert_ne!(corrected(SystemId::Similarity, &other), corrected(SystemId::Similarity, &question()));
}

#[test]
fn a_past_games_rest_is_the_gap_to_the_next() {
    // His best game was followed by a gap of two days and came after one of four.
    let counts = [(1, 10), (5, 10), (9, 10), (13, 10), (17, 10), (19, 40), (23, 10)];
    let resting = |gap| {
        let past_games = counts.iter().map(|(days_ago, count)| past(*days_ago, *count)).collect();
        original(SystemId::Similarity, &Question { rest: RestDays::from_gap(gap), past_games, ..question() }).unwrap()
    };
    assert!(resting(2) > resting(4), "{} and {}", resting(2), resting(4));
}

#[test]
fn away_from_home_only_an_average_defence_leaves_similar_games() {
    let away = |rating| {
        original(SystemId::Similarity, &with([(Feature::HomeAway, 0.0), (Feature::OpponentDefRating, rating)]))
    };
    assert_eq!((away(109.9).is_some(), away(110.0).is_some()), (false, true));
    assert_eq!((away(114.9).is_some(), away(115.0).is_some()), (true, false));
    let home = with([(Feature::OpponentDefRating, 118.0), (Feature::PointsAvgLast5, 16.0)]);
    assert!(original(SystemId::Similarity, &home).is_some());
}

#[test]
fn points_lie_between_nought_and_sixty() {
    let averages = |points| {
        with([Feature::PointsAvgLast5, Feature::PointsAvgLast10, Feature::PointsAvgSeason].map(|mean| (mean, points)))
    };
    assert_eq!(original(SystemId::ZoneMatchup, &averages(1.0)), Some(0.0));
    assert_eq!(original(SystemId::Xgboost, &averages(70.0)), Some(60.0));
}

#[test]
fn it_knows_points_alone() {
    let rebounds = Question { market: Market::Rebounds, ..question() };
    assert_eq!(answers(&rebounds), SystemId::MARKET_FREE.map(|system| (system, None)));
}
