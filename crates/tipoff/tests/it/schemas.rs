//! Published documents are what their schemas say: every file of a night with grades, and nothing that is not.

use std::collections::BTreeSet;

use jsonschema::Validator;
use pipeline::DocumentKind;
use serde_json::{Value, json};

use crate::archive::tonight;
use crate::program::Tipoff;

fn schema(tipoff: &Tipoff, name: &str) -> Validator {
    let schema = tipoff.run(&["schemas", name]).exits(0).json();
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
}

/// A night that is published and graded.
fn graded() -> Tipoff {
    let tipoff = Tipoff::with_season();
    tipoff.on("run", tonight()).exits(0);
    tipoff.on("grade", tonight()).exits(0);
    tipoff
}

#[test]
fn every_published_file_is_what_its_schema_says() {
    let tipoff = graded();
    let mut seen = BTreeSet::new();
    for kind in DocumentKind::ALL {
        let schema = schema(&tipoff, kind.name());
        for (path, body) in tipoff.published() {
            if DocumentKind::of_path(&path) == Some(kind) {
                let document: Value = serde_json::from_str(&body).unwrap();
                let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{path}: {errors:?}");
                seen.insert(kind);
            }
        }
    }
    assert_eq!(seen, BTreeSet::from(DocumentKind::ALL), "each kind is published");
    assert!(schema(&tipoff, "status").is_valid(&tipoff.document("status.json")));
}

#[test]
fn a_schema_refuses_what_is_no_such_document() {
    let tipoff = graded();
    let schema = schema(&tipoff, "tonight/all-players");
    let good = tipoff.document("tonight/all-players.json");
    assert!(schema.is_valid(&good));
    for (pointer, wrong) in [
        ("/games/0/players/0/prediction/recommendation", json!("MAYBE")),
        ("/games/0/players/0/prediction/p_plays", json!(1.5)),
        ("/games/0/players/0/player_lookup", json!(null)),
        ("/generated_at", json!("yesterday")),
        ("/total_players", json!(-1)),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = wrong;
        assert!(!schema.is_valid(&bad), "{pointer}");
    }
    let mut bad = good;
    bad.as_object_mut().unwrap().remove("games");
    assert!(!schema.is_valid(&bad), "without games");
}

#[test]
fn players_have_documents_of_their_own() {
    let tipoff = graded();
    let all = tipoff.document("tonight/all-players.json");
    let shown = &all["games"][0]["players"][0];
    let lookup = shown["player_lookup"].as_str().unwrap();
    let alone = tipoff.document(&format!("tonight/player/{lookup}.json"));
    assert_eq!((&alone["player_id"], &alone["team"]), (&shown["player_id"], &shown["team"]));
    assert_eq!(alone["quick_numbers"]["season_ppg"], shown["season_ppg"]);
    let points: Vec<&Value> = alone["recent_form"].as_array().unwrap().iter().map(|game| &game["points"]).collect();
    assert_eq!(points, shown["last_10_points"].as_array().unwrap().iter().collect::<Vec<_>>());
    let index = tipoff.document("players/index.json");
    assert_eq!(index["total_players"], all["total_players"], "everybody was predicted");
    let row = index["players"].as_array().unwrap().iter().find(|row| row["player_lookup"] == lookup).unwrap();
    let profile = tipoff.document(&format!("players/{lookup}.json"));
    assert_eq!((&profile["summary"]["mae"], &profile["summary"]["games"]), (&row["mae"], &row["games"]));
    let results = tipoff.document("results/latest.json");
    let result = results["results"].as_array().unwrap().iter().find(|row| row["player_lookup"] == lookup).unwrap();
    assert_eq!(profile["recent"][0]["signed_error"], result["signed_error"]);
    assert_eq!(profile["recent"][0]["result"], result["result"]);
}

#[test]
fn who_does_not_play_tonight_has_no_document_for_tonight() {
    let tipoff = graded();
    let folder = tipoff.data_dir().join("published/v1");
    let gone = folder.join("tonight/player/somebodyelse.json");
    std::fs::write(&gone, "{}").unwrap();
    let before = tipoff.published();
    let lost =
        before.keys().find(|path| path.starts_with("v1/tonight/player/") && !path.ends_with("else.json")).unwrap();
    std::fs::remove_file(folder.join(lost.trim_start_matches("v1/"))).unwrap();
    tipoff.on("run", tonight()).exits(0);
    assert!(!gone.exists(), "what the slate does not hold is taken away");
    assert!(tipoff.published().contains_key(lost), "what is missing is written again");
    assert!(folder.join("players/index.json").exists(), "what lies there too stays");
}
