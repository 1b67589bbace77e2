//! Tonight's features and training's are the same numbers: a model meets at night what it was trained on.

use std::sync::Arc;

use domain::{Edition, GameDate};
use pipeline::{Rows, Step};
use predict::features::FeatureRow;
use tipoff::App;

use crate::archive::tonight;
use crate::program::Tipoff;

/// What could differ between two rows, to the bit.
fn bits(row: &FeatureRow) -> (String, u16, [Option<u64>; 33]) {
    let values = predict::features::Feature::ALL.map(|feature| row.vector.get(feature).map(f64::to_bits));
    (format!("{} {} {}", row.game, row.player, row.team), row.games, values)
}

#[test]
fn a_past_slate_s_training_features_are_those_of_its_night() {
    let tipoff = Tipoff::with_season();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (night, training) = runtime.block_on(async {
        let app =
            App::open(&tipoff.data_dir(), Arc::new(runtime::SystemClock), Arc::new(runtime::Silent)).await.unwrap();
        let slate: GameDate = "2024-11-20".parse().unwrap();
        let edition = Edition::morning(slate, None);
        app.run(edition).await.unwrap();
        let Some(Rows::Features(night)) = app.output(edition, Step::MlFeatureStore).await.unwrap() else {
            panic!("the night has no features")
        };
        // December's models are trained on November, loaded as a whole and computed slate by slate.
        app.train(tonight()).await.unwrap();
        let training = app.store.outputs.training_features(slate..=slate).await.unwrap();
        (night, training)
    });
    let sorted = |rows: &[FeatureRow]| {
        let mut rows: Vec<_> = rows.iter().map(bits).collect();
        rows.sort();
        rows
    };
    assert_eq!(night.len(), 54);
    assert_eq!(sorted(&training), sorted(&night));
}
