//! Tonight's features and training's are the same numbers: a model meets at night what it was trained on. And how each of
//! them does is shown, and a page is not made from one that cannot be right.

use std::sync::Arc;

use domain::{Edition, GameDate};
use pipeline::{Rows, Step};
use predict::features::FeatureRow;
use tipoff::App;

use crate::archive::{Archive, tonight};
use crate::parquet_file::Row;
use crate::program::Tipoff;

/// What could differ between two rows, to the bit.
fn bits(row: &FeatureRow) -> (String, u16, [Option<u64>; 33]) {
    let values = predict::features::Feature::ALL.map(|feature| row.vector.get(feature).map(f64::to_bits));
    (format!("{} {} {}", row.game, row.player, row.team), row.games, values)
}

#[test]
fn a_past_slate_s_features_are_those_of_its_night() {
    let tipoff = Tipoff::with_season();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (night, past) = runtime.block_on(async {
        let app =
            App::open(&tipoff.data_dir(), Arc::new(runtime::SystemClock), Arc::new(runtime::Silent)).await.unwrap();
        let slate: GameDate = "2024-11-20".parse().unwrap();
        let edition = Edition::morning(slate, None);
        app.run(edition).await.unwrap();
        let output = app.output(edition, Step::MlFeatureStore).await.unwrap();
        let Some(Rows::Features(night)) = output.as_deref() else { panic!("the night has no features") };
        (night.clone(), app.past_features(slate..=slate).await.unwrap())
    });
    let sorted = |rows: &[FeatureRow]| {
        let mut rows: Vec<_> = rows.iter().map(bits).collect();
        rows.sort();
        rows
    };
    assert_eq!(night.len(), 54);
    assert_eq!(sorted(&past), sorted(&night));
}

#[test]
fn every_feature_of_a_night_is_held_against_the_slates_before_it() {
    let tipoff = Tipoff::with_season();
    assert_eq!(tipoff.on("features", tonight()).exits(3).json()["features"], serde_json::json!([]));
    tipoff.on("run", tonight()).exits(0);
    let report = tipoff.on("features", tonight()).exits(0).json();
    assert_eq!(report["slates_before"], 20, "those of the thirty days before");
    let features = report["features"].as_array().unwrap();
    assert_eq!(features.len(), 33);
    let judged = |verdict: &str| features.iter().filter(|feature| feature["verdict"] == verdict).count();
    assert_eq!(judged("broken"), 0, "{report:#}");
    assert!(judged("ok") >= 28, "{report:#}");
    let points = features.iter().find(|feature| feature["feature"] == "points_avg_last_5").unwrap();
    assert_eq!((&points["slate"]["rows"], &points["slate"]["missing_share"]), (&54.into(), &0.0.into()));
    let [min, mean, max] = ["min", "mean", "max"].map(|what| points["slate"][what].as_f64().unwrap());
    assert!(min < mean && mean < max, "{points}");
    let table = tipoff.run(&["features", "--date", &tonight().to_string()]).exits(0);
    assert!(table.out.contains("ppm_avg_last_10"), "{}", table.out);
}

#[test]
fn a_feature_that_is_the_same_for_everybody_is_named_and_keeps_the_page_back() {
    let mut archive = Archive::season();
    for row in &mut archive.frame("shot_zones").rows {
        let sum = |row: &Row, columns: &[&str]| columns.iter().filter_map(|column| row.integer(column)).sum::<i32>();
        let (made, attempted) = (sum(row, &["ra_m", "mid_m", "ab3_m"]), sum(row, &["ra_a", "mid_a", "ab3_a"]));
        for (column, shots) in
            [("ra_m", made), ("ra_a", attempted), ("mid_m", 0), ("mid_a", 0), ("ab3_m", 0), ("ab3_a", 0)]
        {
            row.set(column, shots);
        }
    }
    let tipoff = Tipoff::with(&archive);
    let refused = tipoff.on("run", tonight()).exits(5);
    assert!(refused.out.contains("pct_paint is broken: it is 1 for every player"), "{refused:?}");
    assert!(!tipoff.published().contains_key("v1/predictions/2024-12-11.json"));
    let report = tipoff.on("features", tonight()).exits(4).json();
    let broken = report["features"].as_array().unwrap().iter().filter(|feature| feature["verdict"] == "broken");
    let names: Vec<_> = broken.map(|feature| feature["feature"].as_str().unwrap()).collect();
    assert_eq!(names, ["pct_paint", "pct_mid_range", "pct_three"]);
}
