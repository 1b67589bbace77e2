//! Late editions: once line-ups are known, exactly the forecasts of their games are made anew, and the page says so.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::archive::{Archive, ROSTER, tonight};
use crate::program::{Tipoff, assert_same};

/// The games of a document, in order of tip-off: two at half past seven, one at ten.
fn games(tipoff: &Tipoff, document: &str) -> Vec<Value> {
    tipoff.document(document)["games"].as_array().unwrap().clone()
}

fn as_of(tipoff: &Tipoff, clock: &str) -> Value {
    tipoff.run(&["run", "--date", &tonight().to_string(), "--as-of", clock, "--json"]).exits(0).json()
}

fn players(game: &Value) -> &Vec<Value> {
    game["players"].as_array().unwrap()
}

/// Names of the predictions in a game.
fn ids(game: &Value) -> BTreeSet<String> {
    let systems = players(game).iter().flat_map(|player| player["systems"].as_array().unwrap());
    systems.map(|system| system["id"].as_str().unwrap().to_owned()).collect()
}

const DOCUMENTS: [&str; 2] = ["predictions/today.json", "tonight/all-players.json"];

#[test]
fn line_ups_make_the_forecasts_of_their_games_anew_and_no_others() {
    let tipoff = Tipoff::with(&Archive::season().with_lineups());
    tipoff.on("run", tonight()).exits(0);
    let morning = DOCUMENTS.map(|document| games(&tipoff, document));
    assert_eq!(as_of(&tipoff, "19:00")["state"], "done");
    let late = DOCUMENTS.map(|document| games(&tipoff, document));
    for (before, after) in morning.iter().zip(&late) {
        assert_eq!(before[2], after[2], "nobody has told anything of it");
        for game in &after[..2] {
            assert_eq!(game["forecast_at"], "2024-12-12T00:00:00Z");
            assert_eq!((&game["line_ups_known"], game["not_dressed"].as_array().unwrap().len()), (&true.into(), 1));
        }
        assert_eq!(after[2]["forecast_at"], "2024-12-11T18:00:00Z");
    }
    for (before, after) in morning[0].iter().zip(&late[0]).take(2) {
        assert!(ids(before).is_disjoint(&ids(after)));
        assert_eq!(players(after).len(), 2 * ROSTER);
        let out: Vec<&Value> = players(after).iter().filter(|player| player["line_up"] == "out").collect();
        assert_eq!(out.len(), 1);
        assert_eq!(out[0]["systems"].as_array().unwrap().len(), 0, "he will not play");
        assert_eq!(out[0]["abstentions"][0]["reason"], "not_dressed");
        let was = &out[0]["earlier"];
        assert_eq!(was["forecast_at"], "2024-12-11T18:00:00Z");
        assert!(was["predicted"].as_f64().unwrap() > 5.0, "{was}");
    }
    // Only the steps of the late edition have run: nothing of the morning's was made anew.
    let evening: Vec<String> = tipoff.history().iter().map(|attempt| attempt.key.partition.to_string()).collect();
    let mornings = evening.iter().filter(|partition| partition.ends_with("T18:00:00Z")).count();
    assert_eq!(mornings, evening.iter().filter(|partition| partition.ends_with("T00:00:00Z")).count());
}

#[test]
fn a_game_under_way_keeps_what_was_last_said_before_its_tipoff() {
    let tipoff = Tipoff::with(&Archive::season().with_lineups());
    tipoff.on("run", tonight()).exits(0);
    as_of(&tipoff, "19:00");
    let before = DOCUMENTS.map(|document| games(&tipoff, document));
    // Two games are under way when the line-ups of the third are told, and when somebody asks without any news.
    for (clock, made) in [("21:30", "2024-12-12T02:30:00Z"), ("21:45", "2024-12-12T02:45:00Z")] {
        assert_eq!(as_of(&tipoff, clock)["state"], "done");
        for (before, document) in before.iter().zip(DOCUMENTS) {
            let after = games(&tipoff, document);
            assert_eq!(after[..2], before[..2]);
            assert_eq!(after[2]["forecast_at"], made);
        }
    }
    assert_eq!(as_of(&tipoff, "22:00")["state"], "nothing");
}

#[test]
fn what_is_told_after_a_late_cutoff_moves_no_byte_of_its_page() {
    let whole = Archive::season().with_lineups();
    let mut spoilt = whole.clone();
    let seven = tonight().at(19, 0);
    let (first, last) = (0, 2);
    let slate: Vec<String> = whole.0["games"]
        .rows
        .iter()
        .filter(|row| row.slate() == Some(tonight()))
        .map(|row| row.text("game_id").unwrap().to_owned())
        .collect();
    for row in &mut spoilt.frame("lineups").rows {
        if row.text("game_id") == Some(&slate[last]) {
            row.set("spot", "bench");
        }
        // A change of the first game's line-up that comes too late.
        if row.text("game_id") == Some(&slate[first]) && row.text("spot") == Some("out") {
            row.set("observed_at", seven + jiff::SignedDuration::from_mins(5));
        }
    }
    for row in spoilt.frame("prop_lines").rows.iter_mut().filter(|row| row.instant("observed_at") > Some(seven)) {
        row.set("line", 60.5_f32);
    }
    for row in spoilt.frame("player_games").rows.iter_mut().filter(|row| row.slate() >= Some(tonight())) {
        if let Some(points) = row.integer("pts") {
            row.set("pts", points + 2);
            row.set("fgm", row.integer("fgm").unwrap() + 1);
            row.set("fga", row.integer("fga").unwrap() + 1);
        }
    }
    let page = |archive: &Archive| {
        let tipoff = Tipoff::with(archive);
        tipoff.on("run", tonight()).exits(0);
        as_of(&tipoff, "19:00");
        tipoff.published()
    };
    assert_same(&page(&whole), &page(&spoilt));
}

#[test]
fn a_night_is_graded_by_the_last_edition_before_each_tipoff() {
    let tipoff = Tipoff::with(&Archive::season().with_lineups());
    let report = tipoff.run(&["run", "--date", &tonight().to_string(), "--late", "--json"]).exits(0).json();
    assert_eq!((&report["edition"], &report["state"]), (&"2024-12-11@2024-12-12T02:30:00Z".into(), &"done".into()));
    let shown = tipoff.run(&["tonight", "--all", "--json"]).exits(0).json();
    let editions = shown["editions"].as_array().unwrap();
    let made: Vec<(&str, u64)> =
        editions.iter().map(|made| (made["as_of"].as_str().unwrap(), made["games"].as_u64().unwrap())).collect();
    assert_eq!(made, [("2024-12-11T19:00:00-05:00", 2), ("2024-12-11T21:30:00-05:00", 1)]);
    tipoff.on("grade", tonight()).exits(0);
    let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
    let picks: BTreeSet<String> = shown["picks"].as_array().unwrap().iter().map(id).collect();
    let results = tipoff.document("results/latest.json");
    let graded: BTreeSet<String> = results["results"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(graded, picks);
    assert_eq!(picks.len(), 6 * ROSTER - 3, "three are not dressed");
    let one = picks.first().unwrap();
    let why = tipoff.run(&["why", one, "--json"]).exits(0).json();
    assert!(why.to_string().contains("2024-12-1"), "{why}");
}
