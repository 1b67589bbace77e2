//! Columns hold what they are called: read by name beside the store, because a record writes and reads by position,
//! and two names swapped would otherwise go unnoticed.

use pipeline::Rows;
use pipeline::source::Facts;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::attempts::{learn, settle};
use crate::files::{beside, fresh};
use crate::night::{after_games, defense, offense, player_shots, prop_line, score, scored, seen};

/// The only row of a table, asked for these columns, as text.
fn row(connection: &Connection, table: &str, columns: &str) -> Vec<String> {
    let query = format!("SELECT {columns} FROM {table}");
    let count = columns.split(',').count();
    let text = |value: Value| match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(_) => "bytes".to_owned(),
    };
    connection.query_row(&query, [], |row| (0..count).map(|index| Ok(text(row.get(index)?))).collect()).unwrap()
}

#[tokio::test]
async fn a_fact_s_columns_hold_what_they_are_called() {
    let (directory, store) = fresh();
    let facts = Facts {
        box_scores: vec![seen(scored(31), after_games())],
        scores: vec![seen(score(118, 109), after_games())],
        shots: vec![seen(player_shots(), after_games())],
        prop_lines: vec![seen(prop_line(), after_games())],
        ..Facts::default()
    };
    learn(&store, after_games(), facts).await;
    let connection = beside(directory.path());
    let counts = "points, assists, steals, blocks, turnovers, fouls, offensive_rebounds, defensive_rebounds, seconds";
    assert_eq!(row(&connection, "box_score", counts), ["31", "10", "2", "1", "7", "8", "3", "12", "2234"]);
    let shots = "goals_made, goals_attempted, threes_made, threes_attempted, free_throws_made, free_throws_attempted";
    assert_eq!(row(&connection, "box_score", shots), ["11", "19", "4", "9", "5", "6"]);
    assert_eq!(row(&connection, "box_score", "team, opponent, venue, appearance"), ["DEN", "BOS", "away", "starter"]);
    assert_eq!(row(&connection, "final_score", "home_points, away_points"), ["118", "109"]);
    let zones = "restricted_area_made, paint_attempted, corner_three_made, above_break_three_attempted";
    assert_eq!(row(&connection, "player_shots", zones), ["1", "5", "7", "17"]);
    let line = "half_points, over_odds, under_odds, role, market, book, feed";
    let quoted = ["53", "19091", "18700", "main", "points", "draftkings", "odds_api_T12h"];
    assert_eq!(row(&connection, "prop_line", line), quoted);
}

#[tokio::test]
async fn a_summary_s_columns_hold_what_they_are_called() {
    let (directory, store) = fresh();
    settle(&store, "offense", "here", Rows::TeamOffenseGameSummaries(vec![seen(offense(), after_games())])).await;
    settle(&store, "defense", "here", Rows::TeamDefenseGameSummaries(vec![seen(defense(), after_games())])).await;
    let connection = beside(directory.path());
    let (attack, guard) = (offense(), defense());
    let expected = [attack.points.to_string(), attack.opponent_points.to_string(), attack.pace.to_string()];
    assert_eq!(row(&connection, "team_offense_game_summary", "points, opponent_points, pace"), expected);
    let expected = [attack.possessions.to_string(), attack.offensive_rating.to_string()];
    assert_eq!(row(&connection, "team_offense_game_summary", "possessions, offensive_rating"), expected);
    let expected = [guard.points_allowed.to_string(), guard.defensive_rating.to_string(), guard.pace.to_string()];
    assert_eq!(row(&connection, "team_defense_game_summary", "points_allowed, defensive_rating, pace"), expected);
}
