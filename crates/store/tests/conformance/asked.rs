//! What people ask of a store: what is published, and where a number comes from.

use std::collections::BTreeMap;

use domain::{Appearance, Cutoff, Edition, GameDate, Role};
use jiff::{SignedDuration, Timestamp};
use pipeline::rows::{Consolidation, ConsolidationSummary, Document, Forecast, Twin};
use pipeline::source::Facts;
use pipeline::{Partition, Rows, Step};
use predict::{CountLaw, SystemId};
use runtime::{OutputId, StepId, TaskKey};
use store::Store;

use crate::attempts::{claim_of, done, learn, make_ready, now, page, settle, write};
use crate::night::prediction;
use crate::night::{boston_game, box_score, game, jokic, prop_line, recalled, seen, slate, stat_line, summary};
use crate::place::Place;

fn edition(hour: i8) -> Edition {
    Edition { slate: slate(), cutoff: Cutoff::at(slate().at(hour, 0)) }
}

/// One attempt of an edition's step that reads the outputs of these.
async fn make(store: &Store, step: Step, edition: Edition, needs: &[Step], rows: Rows) -> OutputId {
    let key = TaskKey::new(step.name(), Partition::Edition(edition).to_string());
    let mut task = make_ready(store, &key).await;
    task.recipe.needs = needs.iter().map(|step| StepId::from(step.name())).collect();
    write(store, task).await;
    let [lease] = claim_of(store, &[&key]).await.try_into().unwrap();
    store.ledger.settle(done(&lease, rows), now()).await.unwrap().output.unwrap()
}

fn consolidation(median: u16) -> Rows {
    let predictions = vec![pipeline::rows::Prediction { median, ..prediction() }];
    let summary = ConsolidationSummary {
        expected_players: 1,
        completed_players: 1,
        skipped_players: 0,
        missing_players: 0,
        predictions: 1,
    };
    Rows::Consolidation(Consolidation { predictions, scenarios: Vec::new(), summary })
}

fn forecast() -> Forecast {
    Forecast {
        game: boston_game(),
        player: jokic(),
        market: prediction().market,
        system: SystemId::Ensemble,
        model: None,
        p_plays: None,
        answer: Ok(CountLaw::from_mass(vec![0.25, 0.75]).unwrap()),
    }
}

pub(crate) async fn the_documents_of_a_slate_are_those_of_its_newest_edition(place: Place) {
    let store = place.open().await;
    let written = |slate: GameDate, path: &str, body: &str| {
        Rows::Documents(vec![Document {
            path: path.into(),
            twin: Twin::One("latest.json".into()),
            slate,
            body: body.into(),
        }])
    };
    make(&store, Step::Publish, edition(13), &[], written(slate(), "a.json", "early")).await;
    make(&store, Step::Publish, edition(17), &[], written(slate(), "a.json", "late")).await;
    make(&store, Step::PublishResults, edition(13), &[], written(slate(), "results.json", "won")).await;
    let tomorrow = Edition::morning(slate().plus_days(1), None);
    make(&store, Step::Publish, tomorrow, &[], written(tomorrow.slate, "b.json", "tomorrow")).await;
    make(&store, Step::Publish, edition(17), &[], written(slate(), "a.json", "mended")).await;
    let found = store.views.documents(slate()).await.unwrap();
    let found: Vec<(&str, &[u8])> = found.iter().map(|one| (one.path.as_str(), one.body.as_slice())).collect();
    assert_eq!(found, [("a.json", b"mended".as_slice()), ("results.json", b"won")]);
    assert_eq!(store.outputs.published_editions(slate()..=slate()).await.unwrap(), [edition(13), edition(17)]);
    assert_eq!(store.views.newest_published().await.unwrap(), Some(tomorrow.slate));
    let twins = store.views.newest_twins().await.unwrap();
    assert_eq!(twins, BTreeMap::from([(Twin::One("latest.json".to_owned()), tomorrow.slate)]));
}

pub(crate) async fn an_empty_store_has_published_nothing(place: Place) {
    let store = place.open().await;
    assert_eq!(store.views.newest_published().await.unwrap(), None);
    assert_eq!(store.outputs.published_editions(slate()..=slate()).await.unwrap(), []);
    assert_eq!(store.views.documents(slate()).await.unwrap(), []);
    assert_eq!(store.outputs.published(edition(13), Step::Consolidate).await.unwrap(), None);
    assert!(store.views.explain(&prediction()).await.unwrap().is_none());
}

pub(crate) async fn the_published_predictions_are_those_the_documents_show(place: Place) {
    let store = place.open().await;
    make(&store, Step::Consolidate, edition(13), &[], consolidation(27)).await;
    assert_eq!(store.outputs.published(edition(13), Step::Consolidate).await.unwrap(), None, "not published yet");
    make(&store, Step::Publish, edition(13), &[Step::Consolidate], page("27")).await;
    // Consolidated anew, and the guard has not let it out.
    make(&store, Step::Consolidate, edition(13), &[], consolidation(99)).await;
    let published = store.outputs.published(edition(13), Step::Consolidate).await.unwrap();
    let Some(Rows::Consolidation(merged)) = published else { panic!("{published:?}") };
    assert_eq!(merged.predictions, [prediction()]);
    assert_eq!(store.outputs.published(edition(13), Step::Forecast).await.unwrap(), None, "not what it was made of");
    assert_eq!(store.outputs.published(edition(17), Step::Consolidate).await.unwrap(), None);
}

/// Learns the facts behind the prediction, each from a payload of its own.
async fn learn_what_is_behind(store: &Store, told_at: Timestamp) {
    let appearance = Appearance::Played(Role::Starter, stat_line());
    let box_scores = vec![recalled(box_score(jokic(), appearance), told_at)];
    learn(store, told_at, Facts { games: vec![seen(game(), told_at)], ..Facts::default() }).await;
    learn(store, told_at, Facts { box_scores, ..Facts::default() }).await;
    learn(store, told_at, Facts { prop_lines: vec![seen(quoted(), told_at)], ..Facts::default() }).await;
    let summaries = Rows::PlayerGameSummaries(vec![recalled(summary(), told_at)]);
    settle(store, "player_game_summary", "slate 2025-01-15", summaries).await;
}

/// The line the prediction is judged at, as the feed told it.
fn quoted() -> domain::PropLine {
    domain::PropLine { observed_at: Some(prediction().quote.unwrap().observed_at), ..prop_line() }
}

pub(crate) async fn a_number_is_followed_back_to_the_bytes_it_came_from(place: Place) {
    let store = place.open().await;
    learn_what_is_behind(&store, now() - SignedDuration::from_hours(1)).await;
    let features = make(&store, Step::MlFeatureStore, edition(13), &[], Rows::Features(Vec::new())).await;
    let answered =
        make(&store, Step::Forecast, edition(13), &[Step::MlFeatureStore], Rows::Forecasts(vec![forecast()])).await;
    let merged = make(&store, Step::Consolidate, edition(13), &[Step::Forecast], consolidation(27)).await;
    let told = store.views.explain(&prediction()).await.unwrap().unwrap();
    assert_eq!((told.edition, told.forecast), (edition(13), Some(forecast())));
    let chain: Vec<(Step, OutputId)> = told.chain.iter().map(|link| (link.step, link.output)).collect();
    let expected = [(Step::Consolidate, merged), (Step::Forecast, answered), (Step::MlFeatureStore, features)];
    assert_eq!(chain, expected);
    assert!(told.chain.iter().all(|link| link.made_at == Some(now())));
    let landed = store.raw.landed().await.unwrap();
    assert_eq!(told.line_source.unwrap().hash, landed[2].hash);
    let [past] = told.games.as_slice() else { panic!("{:?}", told.games) };
    assert_eq!((past.game, past.points, past.source.hash), (boston_game(), Some(31), landed[1].hash));
    assert_eq!(told.grade, None);
}

pub(crate) async fn a_chain_ends_at_the_cutoff(place: Place) {
    let store = place.open().await;
    learn_what_is_behind(&store, edition(13).cutoff.instant() + SignedDuration::from_micros(1)).await;
    make(&store, Step::Consolidate, edition(13), &[], consolidation(27)).await;
    let told = store.views.explain(&prediction()).await.unwrap().unwrap();
    assert_eq!(told.games, [], "nobody knew that game then");
}
