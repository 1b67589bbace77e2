//! A night from facts to published files and grades: the same bytes whatever happens around it, and nothing from the
//! future in them.

use serde_json::{Value, json};

use crate::archive::{Archive, LINED, ROSTER, day_off, opening, slates, tonight};
use crate::parquet_file::Row;
use crate::program::{Files, Tipoff, assert_same};

/// Runs tonight on an archive of its own.
fn published_from(archive: &Archive) -> Tipoff {
    let tipoff = Tipoff::with(archive);
    tipoff.on("run", tonight()).exits(0);
    tipoff
}

#[test]
fn a_night_is_predicted_published_and_every_number_has_its_place() {
    let tipoff = Tipoff::with_season();
    let report = tipoff.on("run", tonight()).exits(0).json();
    assert_eq!((&report["state"], &report["games"]), (&Value::from("done"), &Value::from(3)));
    assert_eq!(report["as_of"], "2024-12-11T13:00:00-05:00");
    let all = tipoff.document("tonight/all-players.json");
    let games = all["games"].as_array().unwrap();
    let players: usize = games.iter().map(|game| game["players"].as_array().unwrap().len()).sum();
    assert_eq!((games.len(), players), (3, 6 * ROSTER));
    assert_eq!((&all["total_players"], &all["total_with_lines"]), (&json!(6 * ROSTER), &json!(6 * LINED)));
    let files = tipoff.published();
    for (dated, twin) in [("predictions/2024-12-11", "predictions/today"), ("best-bets/2024-12-11", "best-bets/latest")]
    {
        assert_eq!(files[&format!("v1/{dated}.json")], files[&format!("v1/{twin}.json")]);
    }
    let status = tipoff.document("status.json");
    assert_eq!((&status["stale"], &status["overall"]), (&json!(false), &json!("healthy")));
}

#[test]
fn running_again_attempts_nothing_and_leaves_every_byte() {
    let tipoff = Tipoff::with_season();
    tipoff.on("run", tonight()).exits(0);
    let before = tipoff.published();
    let again = tipoff.on("run", tonight()).exits(0).json();
    assert_eq!(again["earlier_tasks_run"], 0);
    assert!(again["tasks"].as_array().unwrap().iter().all(|task| task["ran"] == false), "{again}");
    assert_same(&tipoff.published(), &before);
}

#[test]
fn nothing_that_follows_the_cutoff_moves_a_bit() {
    let season = Archive::long_season();
    let whole = published_from(&season);
    let answers = whole.document("predictions/today.json")["games"][0]["players"][0]["systems"].clone();
    assert_eq!(answers.as_array().unwrap().len(), 6, "all systems answer, the trained ones too: {answers}");
    let past = published_from(&season.clone().without_what_follows(tonight()));
    let nonsense = published_from(&season.with_nonsense_after(tonight()));
    assert_same(&whole.published(), &past.published());
    assert_same(&whole.published(), &nonsense.published());
}

#[test]
fn the_order_in_which_facts_arrive_moves_no_bit() {
    let mut first = Archive::season();
    for frame in first.0.values_mut() {
        frame.rows.retain(|row| row.slate().is_none_or(|slate| slate < tonight().plus_days(-10)));
    }
    let tipoff = Tipoff::with(&first);
    tipoff.on("run", *slates().iter().rfind(|slate| **slate < tonight().plus_days(-11)).unwrap()).exits(0);
    tipoff.import(&Archive::season()).exits(0);
    tipoff.on("run", tonight()).exits(0);
    let at_once = published_from(&Archive::season());
    let of_tonight = |tipoff: &Tipoff| -> Files {
        let dated = format!("{}.json", tonight());
        tipoff.published().into_iter().filter(|(name, _)| name.ends_with(&dated)).collect()
    };
    assert_eq!(of_tonight(&at_once).len(), 3);
    assert_same(&of_tonight(&tipoff), &of_tonight(&at_once));
}

#[test]
fn the_page_shows_the_newest_edition_with_the_evening_s_lines() {
    let tipoff = Tipoff::with_season();
    let line_after = |as_of: &str| {
        tipoff.run(&["run", "--date", &tonight().to_string(), "--as-of", as_of, "--json"]).exits(0);
        let page = tipoff.document("tonight/all-players.json");
        let players = page["games"][0]["players"].as_array().unwrap();
        // The page is sorted by how sure the systems are; whom it shows first may change with the lines.
        let lined = players.iter().filter(|player| player["has_line"] == true);
        let first = lined.min_by_key(|player| player["player_id"].as_u64()).unwrap();
        first["props"][0]["line"].as_f64().unwrap()
    };
    let (morning, evening) = (line_after("13:00"), line_after("18:30"));
    assert_eq!(evening - morning, 1.5);
    assert_eq!(line_after("12:00"), evening, "an older edition took the page");
    let older = tipoff.run(&["run", "--date", &tonight().to_string(), "--as-of", "12:00", "--json"]).exits(0).json();
    assert_eq!(older["shown_instead"], "2024-12-11@2024-12-11T23:30:00Z");
}

#[test]
fn what_is_asked_after_the_first_tipoff_takes_nothing_from_the_page() {
    let tipoff = published_from(&Archive::season());
    let before = tipoff.published();
    let tonight = tonight().to_string();
    for late in ["19:45", "23:30"] {
        let report = tipoff.run(&["run", "--date", &tonight, "--as-of", late, "--json"]).exits(0).json();
        assert_eq!(report["state"], "nothing", "{report}");
        assert!(report["reason"].as_str().unwrap().contains("started by the cutoff"), "{report}");
        assert_same(&tipoff.published(), &before);
    }
    // And the night is graded as it was published.
    assert_eq!(tipoff.on("grade", crate::archive::tonight()).exits(0).json()["edition"]["state"], "done");
}

#[test]
fn whom_the_books_have_in_another_game_is_not_predicted_for_his_old_team() {
    let mut archive = Archive::season();
    let lines = &mut archive.frame("prop_lines").rows;
    let tonights = |row: &Row| row.slate() == Some(tonight());
    let traded = lines.iter().find(|row| tonights(row)).unwrap().clone();
    let (player, old_game) = (traded.integer("player_id"), traded.text("game_id").unwrap().to_owned());
    let elsewhere = lines.iter().find(|row| tonights(row) && row.text("game_id") != Some(&old_game)).unwrap();
    let new_game = elsewhere.text("game_id").unwrap().to_owned();
    for row in lines.iter_mut().filter(|row| row.slate() == Some(tonight()) && row.integer("player_id") == player) {
        row.set("game_id", new_game.as_str());
    }
    let tipoff = published_from(&archive);
    assert_eq!(tipoff.document("tonight/all-players.json")["total_players"], 6 * ROSTER - 1);
    let predictions = tipoff.document("predictions/today.json");
    assert_eq!(predictions["missing_players"], 1, "he is missed, and counted as such");
    assert!(predictions["completion_percent"].as_f64().unwrap() < 100.0);
}

#[test]
fn a_tipoff_that_nobody_has_announced_is_not_printed() {
    let mut archive = Archive::season();
    for row in archive.frame("games").rows.iter_mut().filter(|row| row.slate() == Some(tonight())) {
        row.clear("tipoff_utc");
    }
    let tipoff = published_from(&archive);
    let page = tipoff.document("tonight/all-players.json");
    assert_eq!((&page["generated_at"], &page["games"][0]["game_time"]), (&json!("2024-12-11T16:00:00Z"), &Value::Null));
}

#[test]
fn a_day_without_games_is_published_as_such() {
    let tipoff = Tipoff::with_season();
    let report = tipoff.on("run", day_off()).exits(0).json();
    assert_eq!((&report["state"], &report["games"]), (&Value::from("done"), &Value::from(0)));
    assert_eq!(tipoff.document("tonight/all-players.json")["total_players"], 0);
    assert_eq!(tipoff.document("status.json")["stale"], false);
}

#[test]
fn a_date_nobody_has_heard_of_waits_and_says_for_what() {
    let tipoff = Tipoff::with_season();
    let before = tipoff.on("run", tonight()).exits(0);
    assert_eq!(before.json()["state"], "done");
    for command in ["run", "grade"] {
        for date in ["2020-01-15", "2031-01-15"] {
            let report = tipoff.on(command, date.parse().unwrap()).exits(3).json();
            let edition = if command == "run" { &report } else { &report["edition"] };
            assert!(edition["reason"].as_str().unwrap().contains("the schedule is known from 2024-11-01"), "{report}");
        }
    }
    assert_eq!(tipoff.document("status.json")["stale"], false, "a mistyped date makes no page stale");
}

#[test]
fn the_first_slates_have_too_little_history_and_the_guard_says_so() {
    let tipoff = Tipoff::with_season();
    let report = tipoff.on("run", opening()).exits(5).json();
    assert!(report["reason"].as_str().unwrap().contains("is their history imported?"), "{report}");
}

#[test]
fn what_the_guard_refuses_keeps_the_old_files_and_says_they_are_stale() {
    let mut archive = Archive::season();
    let next = *slates().iter().find(|slate| **slate > tonight()).unwrap();
    archive.misprice(next);
    let tipoff = published_from(&archive);
    let before = tipoff.published();
    let report = tipoff.on("run", next).exits(5).json();
    assert!(report["reason"].as_str().unwrap().contains("points from the lines"), "{report}");
    let mut after = tipoff.published();
    let status = after.insert("v1/status.json".to_owned(), before["v1/status.json"].clone());
    assert_ne!(status.as_ref(), Some(&before["v1/status.json"]));
    assert_same(&after, &before);
    let status = tipoff.document("status.json");
    assert_eq!((&status["stale"], &status["slate"]), (&Value::from(true), &Value::from(next.to_string())));
    assert_eq!(status["published_slate"], tonight().to_string());
    assert!(status["reason"].as_str().unwrap().contains("points from the lines"));
    assert_eq!((&status["overall"], &status["known_issues"]), (&json!("degraded"), &json!([status["reason"]])));
    // Neither is forgotten when an older night is run again, nor hidden by the grid.
    tipoff.on("run", tonight()).exits(0);
    assert_eq!(tipoff.document("status.json"), status);
    let grid = tipoff.on("status", next).exits(5).json();
    let publish = grid["cells"].as_array().unwrap().iter().find(|cell| cell["step"] == "publish").unwrap();
    assert_eq!((&publish["state"], &publish["inputs_changed"]), (&json!("dead"), &json!(false)));
    assert!(publish["reason"].as_str().unwrap().contains("points from the lines"), "{publish}");
}

#[test]
fn an_older_date_run_again_does_not_take_tonight_s_page() {
    let tipoff = Tipoff::with_season();
    tipoff.on("run", tonight()).exits(0);
    let page = tipoff.document("tonight/all-players.json");
    tipoff.on("run", *slates().iter().rfind(|slate| **slate < tonight()).unwrap()).exits(0);
    assert_eq!(tipoff.document("tonight/all-players.json"), page);
}
