//! `tipoff import`: counted, idempotent, all or nothing where the files themselves are at fault.

use serde_json::Value;

use crate::archive::{Archive, opening};
use crate::parquet_file::Row;
use crate::program::Tipoff;

/// What the report says of one file.
fn file<'a>(report: &'a Value, name: &str) -> &'a Value {
    let tables = report["tables"].as_array().unwrap();
    tables.iter().find(|table| table["file"] == format!("{name}.parquet")).unwrap()
}

#[test]
fn every_row_is_counted() {
    let archive = Archive::season();
    let report = Tipoff::new().import(&archive).exits(0).json();
    for (name, frame) in &archive.0 {
        assert_eq!(file(&report, name)["rows_read"], frame.rows.len(), "{name}");
        assert_eq!(file(&report, name)["rows_rejected"], 0, "{name}");
        // A game's row is two facts: the schedule and the score.
        let facts = if *name == "games" { 2 } else { 1 } * frame.rows.len();
        assert_eq!(file(&report, name)["rows_written"], facts, "{name}");
    }
}

#[test]
fn a_second_import_writes_nothing() {
    let every_file = Archive::season().with_lineups();
    let again = Tipoff::with(&every_file).import(&every_file).exits(0).json();
    assert_eq!(again["rows_written"], 0);
    assert!(again["tables"].as_array().unwrap().iter().all(|table| table["state"] == "unchanged"), "{again}");
}

#[test]
fn a_changed_row_is_a_correction_and_the_only_row_written() {
    let tipoff = Tipoff::with_season();
    let mut corrected = Archive::season();
    let row = &mut corrected.frame("player_games").rows[0];
    let steals = row.integer("stl").unwrap();
    row.set("stl", steals + 1);
    let report = tipoff.import(&corrected).exits(0).json();
    assert_eq!(report["rows_written"], 1, "{report}");
    assert_eq!(file(&report, "player_games")["state"], "imported");
    assert_eq!(file(&report, "games")["state"], "unchanged");
    assert_eq!(report["warnings"], serde_json::json!([]));
    // The old file again takes nothing back, and says so.
    let report = tipoff.import(&Archive::season()).exits(0).json();
    assert_eq!(report["rows_written"], 0);
    let warnings: Vec<&str> =
        report["warnings"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert!(warnings.len() == 1 && warnings[0].starts_with("player_games.parquet was imported before"), "{warnings:?}");
}

#[test]
fn what_is_wrong_with_a_row_is_counted_and_the_others_are_imported() {
    let mut archive = Archive::season();
    let box_scores = &mut archive.frame("player_games").rows;
    let sound = box_scores.len();
    let stranger = box_scores[0].clone().with("game_id", "0022499999");
    let adds_up_to_another = box_scores[1].clone().with("player_id", 9_001).with("pts", 99);
    let twice = box_scores[2].clone();
    let nobody_plays_that_long = box_scores[3].clone().with("player_id", 9_002).with("minutes", 300.0);
    box_scores.extend([stranger, adds_up_to_another, twice, nobody_plays_that_long]);
    let report = Tipoff::new().import(&archive).exits(0).json();
    let box_scores = file(&report, "player_games");
    assert_eq!(box_scores["rows_written"], sound);
    let rejects = serde_json::json!({"duplicate": 1, "implausible": 1, "malformed": 1, "unknown_game": 1});
    assert_eq!(box_scores["rejects"], rejects);
}

#[test]
fn a_name_that_nobody_knew_is_known_once_the_players_arrive() {
    let tipoff = Tipoff::new();
    let mut season = Archive::season();
    for row in &mut season.frame("prop_lines").rows {
        row.clear("player_id");
    }
    let mut strangers = season.clone();
    strangers.frame("players").rows.clear();
    let report = tipoff.import(&strangers).exits(0).json();
    let lines = season.0["prop_lines"].rows.len();
    assert_eq!(file(&report, "prop_lines")["rejects"]["unresolved_player"], lines);
    let report = tipoff.import(&season).exits(0).json();
    assert_eq!(file(&report, "prop_lines")["rows_written"], lines, "{report}");
    assert_eq!(file(&report, "prop_lines")["rows_rejected"], 0);
}

/// Damages one file of a sound archive; nothing of any file may get in, and the message must say what is wrong.
fn refused(damage: impl Fn(&std::path::Path), words: &[&str]) {
    let tipoff = Tipoff::new();
    Archive::season().write(&tipoff.archive_dir());
    damage(&tipoff.archive_dir());
    let outcome = tipoff.run(&["import", "archive"]).exits(1);
    for word in words {
        assert!(outcome.err.contains(word), "{word:?} is not in {}", outcome.err);
    }
    let everything = tipoff.import(&Archive::season()).exits(0).json();
    let rows: usize = Archive::season().0.values().map(|frame| frame.rows.len()).sum();
    assert_eq!(everything["rows_read"], rows);
    assert_eq!(file(&everything, "teams")["rows_written"], 6, "something got in");
}

#[test]
fn a_truncated_file_stops_the_whole_import() {
    let truncate = |directory: &std::path::Path| {
        let path = directory.join("shot_zones.parquet");
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    };
    refused(truncate, &["shot_zones.parquet", "truncated"]);
}

#[test]
fn a_renamed_column_is_named_with_the_nearest() {
    let rename = |directory: &std::path::Path| {
        let mut archive = Archive::season();
        archive.frame("prop_lines").rename("over_odds", "over_price");
        archive.write(directory);
    };
    refused(rename, &["prop_lines.parquet", "`over_odds` is missing", "`over_price` looks like it"]);
}

#[test]
fn a_column_of_another_kind_is_named() {
    let retype = |directory: &std::path::Path| {
        let mut archive = Archive::season();
        let frame = archive.frame("games");
        let column = frame.columns.iter_mut().find(|(name, _)| *name == "home_pts").unwrap();
        column.1 = crate::parquet_file::Kind::Flag;
        for row in &mut frame.rows {
            row.set("home_pts", true);
        }
        archive.write(directory);
    };
    refused(retype, &["games.parquet", "`home_pts`", "BOOLEAN"]);
}

#[test]
fn text_instead_of_parquet_is_refused() {
    let replace = |directory: &std::path::Path| {
        std::fs::write(directory.join("games.parquet"), "game_id,home_team\n").unwrap();
    };
    refused(replace, &["games.parquet", "not a whole Parquet file"]);
}

#[test]
fn without_box_scores_there_is_nothing_to_import() {
    let remove = |directory: &std::path::Path| std::fs::remove_file(directory.join("player_games.parquet")).unwrap();
    refused(remove, &["player_games.parquet"]);
}

#[test]
fn without_lines_the_rest_is_imported_and_the_report_says_so() {
    let tipoff = Tipoff::new();
    Archive::season().write(&tipoff.archive_dir());
    std::fs::remove_file(tipoff.archive_dir().join("prop_lines.parquet")).unwrap();
    let report = tipoff.run(&["import", "archive", "--json"]).exits(0).json();
    assert_eq!(file(&report, "prop_lines")["state"], "missing");
    assert_eq!(file(&report, "player_games")["state"], "imported");
}

#[test]
fn a_folder_that_is_not_there_is_refused_in_plain_words() {
    let outcome = Tipoff::new().run(&["import", "nowhere"]).exits(1);
    assert_eq!(outcome.err, "error: nowhere is not a directory\n");
}

#[test]
fn an_empty_file_has_no_rows_and_is_no_trouble() {
    let mut archive = Archive::season();
    archive.frame("injuries").rows = Vec::<Row>::new();
    let report = Tipoff::new().import(&archive).exits(0).json();
    assert_eq!(file(&report, "injuries")["rows_read"], 0);
}

#[test]
fn the_archive_can_arrive_in_parts() {
    let (mut first, second) = (Archive::season(), Archive::season());
    let middle = opening().plus_days(20);
    for frame in first.0.values_mut() {
        frame.rows.retain(|row| row.slate().is_none_or(|slate| slate < middle));
    }
    let tipoff = Tipoff::with(&first);
    let report = tipoff.import(&second).exits(0).json();
    let later = |name: &str| second.0[name].rows.len() - first.0[name].rows.len();
    assert_eq!(file(&report, "player_games")["rows_written"], later("player_games"));
    assert_eq!(file(&report, "prop_lines")["rows_written"], later("prop_lines"));
}

#[test]
fn when_rows_count_as_known_is_told_without_an_archive() {
    let rules = Tipoff::new().run(&["import", "--rules", "--json"]).exits(0).json();
    assert_eq!(rules.as_object().unwrap().len(), Archive::season().with_lineups().0.len());
    assert!(rules["team_odds.parquet"].as_str().unwrap().contains("at tip-off"), "{rules}");
}

#[test]
fn bytes_that_cannot_be_read_are_tried_once_and_hold_nobody_up() {
    let tipoff = Tipoff::new();
    Archive::season().write(&tipoff.archive_dir());
    let path = tipoff.archive_dir().join("shot_zones.parquet");
    let mut bytes = std::fs::read(&path).unwrap();
    // The first page's header: the file's own account of itself, at its end, stays sound.
    bytes[4..40].fill(0xFF);
    std::fs::write(&path, bytes).unwrap();
    for _ in 0..2 {
        let report = tipoff.run(&["import", "archive", "--json"]).exits(1).json();
        assert_eq!(file(&report, "shot_zones")["state"], "failed", "{report}");
        assert!(file(&report, "shot_zones")["reason"].as_str().unwrap().contains("cannot be decoded"));
        assert_ne!(file(&report, "player_games")["state"], "failed");
    }
    tipoff.import(&Archive::season()).exits(0);
    let night = tipoff.on("run", crate::archive::tonight()).exits(0).json();
    assert_eq!(night["earlier_tasks_failed"], serde_json::json!([]));
}
