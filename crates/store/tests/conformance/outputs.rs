//! Models, answers, predictions, grades and documents come back as they were written, in order of their keys.

use domain::{Edition, HalfPoints, Market, PlayerId, Probability, TwoWayPrice};
use pipeline::rows::{
    Consolidation, ConsolidationSummary, Forecast, Grade, ModelArtifact, Prediction, PredictionId, Quote, Scenario,
    Silence, SystemPerformance, Variant, Verdict,
};
use pipeline::{PayloadHash, Rows, Step};
use predict::inputs::Sight;
use predict::{CountLaw, PassReason, Recommendation, Settlement, Side, SystemId};

use crate::attempts::{document, is_damage, now, settle};
use crate::night::{boston_game, jokic, odds, prediction, quote, slate};
use crate::place::Place;

/// Writes rows as a step's output and reads that output back.
macro_rules! assert_reads_back {
    ($store:expr, $step:expr, $variant:path, $rows:expr) => {{
        let rows = $rows;
        let settled = $crate::attempts::settle(&$store, $step.name(), "edition", $variant(rows.clone())).await;
        assert_eq!(settled.rows_written, rows.len() as u64);
        match $store.views.rows($step, settled.output.unwrap()).await.unwrap() {
            $variant(found) => assert_eq!(found, rows),
            other => panic!("{} wrote {}", $step, other.kind()),
        }
    }};
}
pub(crate) use assert_reads_back;

fn probability(p: f64) -> Probability {
    Probability::new(p).unwrap()
}

fn edition() -> Edition {
    Edition::morning(slate(), None)
}

fn artifact(system: SystemId, days: i32, body: &[u8]) -> ModelArtifact {
    ModelArtifact {
        market: Market::Points,
        system,
        schema: "v3_33features".into(),
        trained_through: slate().plus_days(days).at(0, 0),
        rows: 123_456,
        card: "{\"größe\":1}".into(),
        body: body.into(),
    }
}

pub(crate) async fn the_models_of_a_month_are_its_tasks_newest(place: Place) {
    let store = place.open().await;
    let january = "2025-01-01".parse().unwrap();
    let both = vec![artifact(SystemId::Xgboost, -14, &[0, 255, 0]), artifact(SystemId::Ensemble, -14, b"")];
    settle(&store, "train_models", "month 2025-02-01", Rows::Models(vec![artifact(SystemId::Xgboost, 17, b"later")]))
        .await;
    settle(&store, "train_models", "month 2025-01-01", Rows::Models(both.clone())).await;
    let mut expected = both.clone();
    expected.sort_by_key(|model| model.system);
    assert_eq!(store.outputs.models(january, Sight::Morning).await.unwrap(), expected);
    let again = vec![artifact(SystemId::Xgboost, -14, b"trained again")];
    settle(&store, "train_models", "month 2025-01-01", Rows::Models(again.clone())).await;
    assert_eq!(store.outputs.models(january, Sight::Morning).await.unwrap(), again);
    let late = vec![artifact(SystemId::Xgboost, 17, b"late")];
    settle(&store, "train_late_models", "month 2025-01-01", Rows::Models(late.clone())).await;
    assert_eq!(store.outputs.models(january, Sight::Late).await.unwrap(), late);
    assert_eq!(store.outputs.models(january, Sight::Morning).await.unwrap(), again);
    assert_eq!(store.outputs.models("2024-12-01".parse().unwrap(), Sight::Morning).await.unwrap(), []);
    place.ask("UPDATE model_artifact SET body = hash").await;
    assert!(is_damage(&store.outputs.models(january, Sight::Morning).await), "a damaged model does not predict");
}

pub(crate) async fn answers_and_silences_read_back(place: Place) {
    let store = place.open().await;
    let forecast = |system, model: Option<&[u8]>, answer| Forecast {
        game: boston_game(),
        player: jokic(),
        market: Market::PointsReboundsAssists,
        system,
        model: model.map(PayloadHash::of),
        p_plays: None,
        answer,
    };
    let law = CountLaw::from_mass(vec![0.1, 0.2, 0.0, 1.0 - 0.1 - 0.2]).unwrap();
    let silence = Silence { code: "too_few_games".into(), detail: "nur 2 Spiele".into() };
    let rows = vec![
        forecast(SystemId::Ensemble, None, Err(silence)),
        forecast(SystemId::Similarity, None, Ok(CountLaw::from_mass(vec![1.0]).unwrap())),
        forecast(SystemId::Xgboost, Some(b"model"), Ok(law)),
    ];
    assert_reads_back!(store, Step::Forecast, Rows::Forecasts, rows);
}

pub(crate) async fn predictions_read_back_and_every_line_is_kept_apart(place: Place) {
    let store = place.open().await;
    let half = Quote { over_odds: None, under_odds: None, over: None, expected_value: None, ..quote() };
    let pass = |number: u32, quote, reason| Prediction {
        id: PredictionId(format!("0a1b2c3d4e6{number}")),
        player: PlayerId::new(number),
        quote,
        recommendation: Recommendation::Pass(reason),
        ..prediction()
    };
    let predictions = vec![pass(1, None, PassReason::NoLine), pass(2, Some(half), PassReason::NoPrice), prediction()];
    let scenario = |variant, price| Scenario {
        game: boston_game(),
        player: jokic(),
        market: Market::Points,
        system: SystemId::Ensemble,
        variant,
        line: HalfPoints::from_halves(49),
        settlement: Settlement { over: probability(0.5), push: probability(0.25), under: probability(0.25) },
        price,
        over: None,
    };
    let price = odds(1.9).zip(odds(1.8)).map(|(over, under)| TwoWayPrice { over, under });
    let scenarios = vec![scenario(Variant::Base(-4), None), scenario(Variant::Book(quote().book), price)];
    let summary = ConsolidationSummary {
        expected_players: 5,
        completed_players: 3,
        skipped_players: 1,
        missing_players: 1,
        predictions: 3,
    };
    let merged = Consolidation { predictions: predictions.clone(), scenarios, summary };
    let settled = settle(&store, "consolidate", "edition", Rows::Consolidation(merged)).await;
    assert_eq!(settled.rows_written, 1 + 3 + 2);
    match store.views.rows(Step::Consolidate, settled.output.unwrap()).await.unwrap() {
        Rows::Consolidation(found) => assert_eq!((found.predictions, found.summary), (predictions, summary)),
        other => panic!("these are {}", other.kind()),
    }
    let text = "SELECT variant || ' ' || half_points, over_odds, under_odds FROM scenario ORDER BY variant";
    let bare = [Some("base-4 49".to_owned()), None, None];
    let priced = ["draftkings 49", "19000", "18000"].map(|cell| Some(cell.to_owned()));
    assert_eq!(place.ask(text).await, [bare, priced]);
    assert_eq!(store.views.predictions_named("0a1b2c3d4e5").await.unwrap(), [prediction()]);
    assert_eq!(store.views.predictions_named("0a1b2c3d4e").await.unwrap().len(), 3);
    assert_eq!(store.views.predictions_named("0a1b2c3d4e7").await.unwrap(), []);
}

pub(crate) async fn grades_and_records_read_back(place: Place) {
    let store = place.open().await;
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
    let void = Grade {
        prediction: PredictionId("ffffffffffff".into()),
        line: None,
        actual: None,
        verdict: Verdict::Void,
        void_reason: Some("nicht gespielt".into()),
        profit: None,
        absolute_error: None,
        signed_error: None,
        ..win.clone()
    };
    assert_reads_back!(store, Step::Grade, Rows::Grades, vec![win, void]);
    let record = SystemPerformance {
        edition: edition(),
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
    };
    assert_reads_back!(store, Step::SystemDailyPerformance, Rows::Performance, vec![record.clone()]);
    assert_eq!(store.outputs.performance(slate()).await.unwrap(), [record]);
    assert_eq!(store.outputs.performance(slate().plus_days(-1)).await.unwrap(), []);
}

pub(crate) async fn documents_read_back_byte_for_byte(place: Place) {
    let store = place.open().await;
    let mut binary = document("größer/b.json", "");
    binary.body = (0..=u8::MAX).collect();
    assert_reads_back!(store, Step::Publish, Rows::Documents, vec![document("a.json", "{\"é\":1}\n"), binary]);
}
