//! Output sets, and what is asked of them.

use std::collections::BTreeMap;

use domain::{Availability, Cutoff, Edition, HalfPoints, Market, Probability, PropLine, RestDays, TwoWayPrice, Venue};
use jiff::Timestamp;
use pipeline::ports::OutputStore;
use pipeline::rows::{
    Consolidation, ConsolidationSummary, Document, Forecast, Grade, ModelArtifact, Prediction, PredictionId, Quote,
    Scenario, Silence, SystemPerformance, Twin, Variant, Verdict,
};
use pipeline::source::{Facts, Rejects};
use pipeline::{Partition, PayloadHash, Rows, Step};
use predict::features::{Feature, FeatureRow, FeatureVector};
use predict::inputs::Sight;
use predict::{CountLaw, Recommendation, Settlement, Side, SystemId};
use runtime::OutputId;

use super::night::*;
use super::{Both, assert_same_answers, batch, payload};
use crate::views::Views;

fn now() -> Timestamp {
    at("2025-01-15T17:00:00Z")
}

fn probability(p: f64) -> Probability {
    Probability::new(p).unwrap()
}

fn edition(hour: i8) -> Edition {
    Edition { slate: slate(), cutoff: Cutoff::at(slate().at(hour, 0)) }
}

fn quote() -> Quote {
    Quote {
        book: "draftkings".parse().unwrap(),
        line: HalfPoints::from_halves(53),
        over_odds: odds(1.9091),
        under_odds: None,
        observed_at: prop_line().observed_at.unwrap(),
        law_over: probability(0.1 + 0.2),
        push: probability(0.0),
        over: Some(probability(1.0 / 3.0)),
        expected_value: Some(-0.036_4),
    }
}

fn prediction() -> Prediction {
    Prediction {
        id: PredictionId("0a1b2c3d4e5f".into()),
        game: boston_game(),
        slate: slate(),
        player: jokic(),
        team: team("DEN"),
        opponent: team("BOS"),
        venue: Venue::Away,
        market: Market::Points,
        system: SystemId::Ensemble,
        mean: 27.3,
        median: 27,
        deviation: -0.0,
        availability: Availability::Questionable,
        p_plays: None,
        quote: Some(quote()),
        recommendation: Recommendation::Bet(Side::Over),
    }
}

fn consolidation(scenarios: i8) -> Rows {
    let scenario = |halves: i8| Scenario {
        game: boston_game(),
        player: jokic(),
        market: Market::Points,
        system: SystemId::Ensemble,
        variant: if halves == 0 { Variant::Book(quote().book) } else { Variant::Base(halves.into()) },
        line: HalfPoints::from_halves(49),
        settlement: Settlement { over: probability(0.5), push: probability(0.25), under: probability(0.25) },
        price: odds(1.9).zip(odds(1.8)).map(|(over, under)| TwoWayPrice { over, under }).filter(|_| halves == 0),
        over: None,
    };
    let nameless = Prediction {
        id: PredictionId("0a1b2c3d4e60".into()),
        player: domain::PlayerId::new(7),
        quote: None,
        recommendation: Recommendation::Pass(predict::PassReason::NoLine),
        ..prediction()
    };
    let summary = ConsolidationSummary {
        expected_players: 5,
        completed_players: 3,
        skipped_players: 1,
        missing_players: 1,
        predictions: 2,
    };
    let scenarios = (0..scenarios).map(scenario).collect();
    Rows::Consolidation(Consolidation { predictions: vec![prediction(), nameless], scenarios, summary })
}

fn forecasts() -> Rows {
    let forecast = |system, model: Option<&[u8]>, answer| Forecast {
        game: boston_game(),
        player: jokic(),
        market: Market::Points,
        system,
        model: model.map(PayloadHash::of),
        p_plays: None,
        answer,
    };
    let silence = Silence { code: "too_few_games".into(), detail: "nur 2 Spiele".into() };
    Rows::Forecasts(vec![
        forecast(SystemId::Similarity, None, Err(silence)),
        forecast(SystemId::Ensemble, Some(b"model"), Ok(CountLaw::from_mass(vec![0.1, 0.2, 0.7]).unwrap())),
    ])
}

fn features() -> Rows {
    let every_second = std::array::from_fn::<_, { Feature::COUNT }, _>(|i| (i % 2 == 0).then_some(i as f64 / 3.0));
    Rows::Features(vec![FeatureRow {
        game: boston_game(),
        slate: slate(),
        player: jokic(),
        team: team("DEN"),
        opponent: team("BOS"),
        tipoff: now(),
        games: 30,
        rest: RestDays::from_gap(3),
        vector: FeatureVector::rehydrate(every_second, edition(13).cutoff),
    }])
}

fn documents(path: &str, body: &str) -> Rows {
    Rows::Documents(vec![Document {
        path: path.into(),
        twin: Twin::One("latest.json".into()),
        slate: slate(),
        body: body.into(),
    }])
}

fn grades() -> Rows {
    let win = Grade {
        prediction: prediction().id,
        game: boston_game(),
        slate: slate(),
        player: jokic(),
        market: Market::Points,
        system: SystemId::Ensemble,
        recommendation: Recommendation::Bet(Side::Under),
        line: Some(HalfPoints::from_halves(53)),
        actual: Some(0),
        verdict: Verdict::Win,
        void_reason: None,
        profit: Some(0.909_1),
        absolute_error: Some(27.0),
        signed_error: Some(-27.3),
        outcome_known_at: now(),
    };
    Rows::Grades(vec![win])
}

fn performance(edition: Edition) -> Rows {
    Rows::Performance(vec![SystemPerformance {
        edition,
        market: Market::Points,
        system: SystemId::Ensemble,
        predictions: 10,
        voids: 1,
        wins: 2,
        losses: 3,
        pushes: 4,
        overs: 5,
        overs_won: 6,
        absolute_error_sum: 0.1,
        signed_error_sum: -0.2,
        within_3: 7,
        within_5: 8,
        profit: -1.5,
        line_error_sum: 0.3,
        lined_error_sum: 0.4,
        lined: 9,
    }])
}

fn models() -> Rows {
    let artifact = |system| ModelArtifact {
        market: Market::Points,
        system,
        schema: "v3_33features".into(),
        trained_through: now(),
        rows: 123_456,
        card: "{\"größe\":1}".into(),
        body: [0, 255, 0].as_slice().into(),
    };
    Rows::Models(vec![artifact(SystemId::Xgboost), artifact(SystemId::Ensemble)])
}

/// A night: facts, everything made from them, and their grades.
async fn play(both: &Both) -> BTreeMap<Step, i64> {
    let one = payload("one", now(), b"one");
    both.settle("land", "one", &[], &Rows::Payloads(vec![one.clone()])).await;
    let facts = Facts {
        games: vec![seen(game(), now())],
        box_scores: vec![seen(scored(31), now())],
        prop_lines: vec![seen(PropLine { ..prop_line() }, now())],
        ..Facts::default()
    };
    let parsed = Partition::Payload { source: "archive_games".into(), parser: 1, hash: one.hash(), again: None };
    both.settle("process", &parsed.to_string(), &[], &batch(&one, now(), facts, Rejects::default())).await;
    let summaries = Rows::PlayerGameSummaries(vec![seen(summary(), now())]);
    both.settle("player_game_summary", "slate 2025-01-15", &[], &summaries).await;
    both.settle("train_models", "month 2025-01-01", &[], &models()).await;
    let mut outputs = BTreeMap::new();
    for edition in [edition(13), edition(17)] {
        let partition = Partition::Edition(edition).to_string();
        let chain: [(Step, Option<Step>, Rows); 7] = [
            (Step::MlFeatureStore, None, features()),
            (Step::Forecast, Some(Step::MlFeatureStore), forecasts()),
            (Step::Consolidate, Some(Step::Forecast), consolidation(4)),
            (Step::Publish, Some(Step::Consolidate), documents("a.json", &partition)),
            (Step::PublishResults, None, documents("results.json", "won")),
            (Step::Grade, Some(Step::Consolidate), grades()),
            (Step::SystemDailyPerformance, Some(Step::Grade), performance(edition)),
        ];
        for (step, read, rows) in chain {
            let read: Vec<_> = read.map(|step| (step.name(), outputs[&step])).into_iter().collect();
            outputs.insert(step, both.settle(step.name(), &partition, &read, &rows).await.0);
        }
    }
    outputs
}

#[tokio::test]
async fn a_night_leaves_the_same_tables_and_answers() {
    let Some(both) = Both::fresh().await else { return };
    let outputs = play(&both).await;
    both.assert_same_tables().await;
    let served = answers(&both.postgres, &outputs).await;
    assert_same_answers(&served, &answers(&both.sqlite, &outputs).await);
    let explained = both.postgres.explain(&prediction()).await.unwrap().unwrap();
    assert_eq!((explained.edition, explained.chain.len(), explained.games.len()), (edition(17), 3, 1));
    assert!(explained.forecast.is_some() && explained.features.is_some() && explained.grade.is_some());
    assert!(explained.line_source.is_some());
    assert_eq!(both.postgres.documents(slate()).await.unwrap().len(), 2);
    let graded = async |slate, market| both.postgres.grades(slate..=slate, market, SYSTEMS).await.unwrap().len();
    let asked = [(slate(), Market::Points), (slate(), Market::Assists), (slate().plus_days(-1), Market::Points)];
    let [of_it, of_assists, of_yesterday] = asked.map(|(slate, market)| graded(slate, market));
    assert_eq!((of_it.await, of_assists.await, of_yesterday.await), (1, 0, 0), "of two editions the newest counts");
    assert_eq!(both.postgres.arrivals(slate()..=slate()).await.unwrap().len(), 1);
    assert_eq!(both.postgres.models("2025-01-01".parse().unwrap(), Sight::Morning).await.unwrap().len(), 2);
}

const SYSTEMS: [SystemId; 2] = [SystemId::Ensemble, SystemId::MarketBlend];

/// What the store says, asked everything.
async fn answers<S: OutputStore + Views>(store: &S, outputs: &BTreeMap<Step, i64>) -> Vec<String> {
    let month = "2025-01-01".parse().unwrap();
    let partitions = [Partition::Month(month), Partition::Edition(edition(13)), Partition::Edition(edition(17))];
    let mut answers = vec![
        format!("{:?}", store.models(month, Sight::Morning).await.unwrap()),
        format!("{:?}", store.published(edition(13), Step::Consolidate).await.unwrap()),
        format!("{:?}", store.published(edition(9), Step::Consolidate).await.unwrap()),
        format!("{:?}", store.performance(slate()).await.unwrap()),
        format!("{:?}", store.grades(slate()..=slate(), Market::Points, SYSTEMS).await.unwrap()),
        format!("{:?}", store.published_editions(slate()..=slate()).await.unwrap()),
        format!("{:?}", store.newest_published().await.unwrap()),
        format!("{:?}", store.attempt_reports(&partitions).await.unwrap()),
        format!("{:?}", store.documents(slate()).await.unwrap()),
        format!("{:?}", store.newest_twins().await.unwrap()),
        format!("{:?}", store.explain(&prediction()).await.unwrap()),
        format!("{:?}", store.arrivals(slate()..=slate()).await.unwrap()),
        format!("{:?}", store.completions(&[Step::Grade, Step::PlayerGameSummary], slate()..=slate()).await.unwrap()),
        format!("{:?}", store.newest_landing().await.unwrap()),
        store.rows(Step::Land, OutputId(1)).await.unwrap_err().to_string(),
    ];
    for prefix in ["0a1b2c3d4e5", "0a1b", "", "0b", "%"] {
        answers.push(format!("{:?}", store.predictions_named(prefix).await.unwrap()));
    }
    for (step, output) in outputs {
        answers.push(format!("{:?}", store.rows(*step, OutputId(*output)).await.unwrap()));
    }
    answers
}

#[tokio::test]
async fn an_empty_store_answers_the_same() {
    let Some(both) = Both::fresh().await else { return };
    let none = BTreeMap::new();
    assert_same_answers(&answers(&both.postgres, &none).await, &answers(&both.sqlite, &none).await);
}

#[tokio::test]
async fn what_is_current_already_is_not_written_again() {
    let Some(both) = Both::fresh().await else { return };
    let (_, first) = both.settle("consolidate", "edition", &[], &consolidation(4)).await;
    assert_eq!((first.rows, first.unchanged), (1 + 2 + 4, false));
    let again = both.write(1, &consolidation(4), first.digest.as_deref()).await.unwrap();
    assert_eq!((again.rows, again.unchanged, &again.digest), (0, true, &first.digest));
    let (_, other) = both.settle("consolidate", "edition", &[], &consolidation(3)).await;
    assert_ne!(other.digest, first.digest);
    let empty = Rows::Documents(Vec::new());
    assert_eq!(both.settle("publish", "edition", &[], &empty).await.1.rows, 0);
    both.assert_same_tables().await;
}
