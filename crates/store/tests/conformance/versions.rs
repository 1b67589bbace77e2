//! Facts have versions: a correction hides what it corrects from the moment it is known, and not before.

use std::ops::RangeInclusive;

use domain::{
    Alias, Availability, Cutoff, Game, GameDate, HalfPoints, InjuryEventKind, Known, PlayerGameSummary, PlayerId,
    PropLine,
};
use jiff::{SignedDuration, Timestamp};
use pipeline::Rows;
use pipeline::ports::{HistoryScope, Revision};
use pipeline::source::{Facts, Mention, Provider};
use runtime::Settled;
use store::Store;

use crate::attempts::{at, learn, now, settle};
use crate::night::*;
use crate::place::Place;

const INSTANT: SignedDuration = SignedDuration::from_micros(1);

fn just_before(instant: Timestamp) -> Timestamp {
    instant - INSTANT
}

fn that_night() -> RangeInclusive<GameDate> {
    slate()..=slate()
}

fn moved_to(tipoff: &str) -> Game {
    Game { tipoff: Some(at(tipoff)), ..game() }
}

fn schedule(game: Game, known_at: Timestamp) -> Facts {
    Facts { games: vec![recalled(game, known_at)], ..Facts::default() }
}

fn boxes(points: u16, known_at: Timestamp) -> Facts {
    Facts { box_scores: vec![recalled(scored(points), known_at)], ..Facts::default() }
}

/// The schedule as somebody saw it at an instant.
async fn scheduled(store: &Store, instant: Timestamp) -> Vec<Game> {
    let cutoff = Cutoff::at(instant);
    let games = store.facts.games(that_night(), cutoff).await.unwrap();
    assert!(games.iter().all(|game| game.known_at() <= instant), "what is not known yet is not even read");
    games.iter().filter_map(|game| game.open(cutoff).cloned()).collect()
}

/// The points of the one box score, as somebody saw them at an instant.
async fn points(store: &Store, instant: Timestamp) -> Vec<u16> {
    let facts = store.facts.slate_facts(slate()).await.unwrap();
    let open = facts.box_scores.iter().filter_map(|row| row.open(Cutoff::at(instant)));
    open.filter_map(|row| row.appearance.played()).map(|line| line.points).collect()
}

pub(crate) async fn a_correction_is_seen_from_its_landing_on_and_the_old_version_before(place: Place) {
    let store = place.open().await;
    let (first, second) = (now(), now() + SignedDuration::from_hours(1));
    learn(&store, first, schedule(moved_to("2025-01-16T00:30:00Z"), first)).await;
    let corrected = learn(&store, second, schedule(moved_to("2025-01-16T01:00:00Z"), second)).await;
    assert_eq!(corrected.rows_written, 1);
    assert_eq!(scheduled(&store, just_before(first)).await, []);
    assert_eq!(scheduled(&store, first).await, [moved_to("2025-01-16T00:30:00Z")]);
    assert_eq!(scheduled(&store, just_before(second)).await, [moved_to("2025-01-16T00:30:00Z")]);
    assert_eq!(scheduled(&store, second).await, [moved_to("2025-01-16T01:00:00Z")]);
    let newest = store.facts.directory().await.unwrap();
    assert_eq!(newest.game(boston_game()), Some(&moved_to("2025-01-16T01:00:00Z")));
}

pub(crate) async fn a_correction_is_never_known_before_it_landed(place: Place) {
    let store = place.open().await;
    let landed = after_games() + SignedDuration::from_hours(48);
    learn(&store, now(), schedule(game(), now())).await;
    learn(&store, after_games(), boxes(31, after_games())).await;
    // The archive's rule says that its box scores were known after the game: a correction cannot have been.
    learn(&store, landed, boxes(32, after_games())).await;
    assert_eq!(points(&store, just_before(landed)).await, [31]);
    assert_eq!(points(&store, landed).await, [32]);
    let facts = store.facts.slate_facts(slate()).await.unwrap();
    let mut told: Vec<_> = facts.box_scores.iter().map(|row| (row.known_at(), row.provenance().code())).collect();
    told.sort();
    assert_eq!(told, [(after_games(), "reconstructed"), (landed, "observed")]);
}

pub(crate) async fn a_correction_that_landed_early_waits_for_what_it_corrects(place: Place) {
    let store = place.open().await;
    learn(&store, now(), schedule(game(), now())).await;
    // Imported before the game was over, by a rule that says that nobody knew it then.
    learn(&store, now(), boxes(31, after_games())).await;
    learn(&store, now(), boxes(32, now())).await;
    assert_eq!(points(&store, just_before(after_games())).await, Vec::<u16>::new());
    assert_eq!(points(&store, after_games()).await, [32]);
}

pub(crate) async fn what_is_known_already_is_not_written_again(place: Place) {
    let store = place.open().await;
    let facts = || Facts {
        teams: vec![seen(team_name("BOS", "Boston Celtics"), now())],
        players: vec![seen(name(jokic(), "Nikola Jokić"), now())],
        games: vec![seen(game(), now())],
        scores: vec![seen(score(118, 112), now())],
        box_scores: vec![seen(scored(31), now())],
        shots: vec![seen(player_shots(), now())],
        prop_lines: vec![seen(prop_line(), now())],
        game_lines: vec![seen(game_line(), now())],
        injuries: vec![seen(injury("2025-01-14", InjuryEventKind::Out, "ankle"), now())],
        lineups: vec![seen(lineup_spot(), now())],
        aliases: aliases().into_iter().take(1).map(|alias| seen(alias, now())).collect(),
    };
    assert_eq!(learn(&store, now(), facts()).await.rows_written, 11);
    assert_eq!(learn(&store, now() + SignedDuration::from_hours(1), facts()).await.rows_written, 0);
    drop(store);
    let store = place.open().await;
    assert_eq!(learn(&store, now() + SignedDuration::from_hours(2), facts()).await.rows_written, 0);
    for table in pipeline::FACT_TABLES {
        assert_eq!(place.count(table).await, 1, "{table}");
    }
}

pub(crate) async fn a_correction_that_is_taken_back_is_a_third_version(place: Place) {
    let store = place.open().await;
    learn(&store, now(), schedule(game(), now())).await;
    let instants = [0, 1, 2].map(|hours| after_games() + SignedDuration::from_hours(hours));
    for (instant, count) in instants.into_iter().zip([31, 32, 31]) {
        assert_eq!(learn(&store, instant, boxes(count, instant)).await.rows_written, 1);
    }
    let mut told = Vec::new();
    for instant in instants {
        told.extend(points(&store, instant).await);
    }
    assert_eq!(told, [31, 32, 31]);
}

pub(crate) async fn what_is_known_later_is_invisible(place: Place) {
    let store = place.open().await;
    let line = |halves, known_at| seen(PropLine { line: HalfPoints::from_halves(halves), ..prop_line() }, known_at);
    let later = now() + INSTANT;
    let facts = Facts {
        games: vec![seen(game(), now())],
        prop_lines: vec![line(53, now()), line(55, later)],
        ..Facts::default()
    };
    learn(&store, now(), facts).await;
    let lines = async |instant| store.facts.prop_lines(that_night(), Cutoff::at(instant)).await.unwrap();
    assert_eq!(lines(just_before(now())).await, []);
    assert_eq!(lines(now()).await, [line(53, now())]);
    assert_same(&lines(later).await, &[line(53, now()), line(55, later)]);
}

pub(crate) async fn a_moved_line_is_another_fact_and_a_new_price_is_a_correction(place: Place) {
    let store = place.open().await;
    let (first, second) = (now(), now() + SignedDuration::from_hours(1));
    let lines = |line: PropLine, known_at| Facts { prop_lines: vec![seen(line, known_at)], ..Facts::default() };
    let moved = PropLine { line: HalfPoints::from_halves(55), ..prop_line() };
    let dearer = PropLine { over: odds(1.8), ..prop_line() };
    learn(&store, first, schedule(game(), first)).await;
    learn(&store, first, lines(prop_line(), first)).await;
    learn(&store, second, lines(moved.clone(), second)).await;
    learn(&store, second, lines(dearer.clone(), first)).await;
    let open = async |instant| {
        let cutoff = Cutoff::at(instant);
        let known = store.facts.prop_lines(that_night(), cutoff).await.unwrap();
        known.iter().filter_map(|line| line.open(cutoff).cloned()).collect::<Vec<_>>()
    };
    assert_eq!(open(first).await, [prop_line()]);
    assert_same(&open(second).await, &[moved, dearer]);
}

pub(crate) async fn a_player_goes_by_his_newest_name(place: Place) {
    let store = place.open().await;
    for (hours, called) in [(0, "Ron Artest"), (1, "Metta Sandiford-Artest")] {
        let players = vec![recalled(name(jokic(), called), Timestamp::UNIX_EPOCH)];
        learn(&store, now() + SignedDuration::from_hours(hours), Facts { players, ..Facts::default() }).await;
    }
    let directory = store.facts.directory().await.unwrap();
    assert_eq!(directory.name(jokic()), Some("Metta Sandiford-Artest"));
    assert_eq!(directory.player("Ron Artest"), None);
}

pub(crate) async fn the_directory_knows_what_others_call_us_and_what_a_person_has_linked(place: Place) {
    let store = place.open().await;
    learn(&store, now(), schedule(game(), now())).await;
    let [event, player, _] = aliases();
    let later = Alias { foreign_id: "b84".to_owned(), ..event.clone() };
    for (hours, alias) in [(0, event), (1, later), (2, player)] {
        let landed = now() + SignedDuration::from_hours(hours);
        learn(&store, landed, Facts { aliases: vec![seen(alias, landed)], ..Facts::default() }).await;
    }
    let [.., spelling] = aliases();
    let before = store.facts.version().await.unwrap();
    store.views.link(spelling.clone(), now()).await.unwrap();
    let after = store.facts.version().await.unwrap();
    assert_eq!(after.directory, before.directory + 1, "who remembers the directory reads it again");
    let directory = store.facts.directory().await.unwrap();
    assert_eq!(directory.event_of(Provider::OddsApi, boston_game()), Some("b84"), "the newest of two");
    assert_eq!(directory.game_called(Provider::OddsApi, "a73be3f1").map(|game| game.id), Some(boston_game()));
    assert_eq!(directory.resolve(Mention::named("Nobody").called(Provider::Espn, "3112335")), Ok(jokic()));
    assert_eq!(directory.player("The Joker"), Some(jokic()));
    // What was linked by mistake is linked anew.
    let other = Alias { meaning: domain::Meaning::PlayerName(PlayerId::new(7)), ..spelling };
    store.views.link(other, now() + INSTANT).await.unwrap();
    assert_eq!(store.facts.directory().await.unwrap().player("The Joker"), Some(PlayerId::new(7)));
}

pub(crate) async fn revisions_grow_by_what_was_added_and_by_nothing_else(place: Place) {
    let store = place.open().await;
    let revision = |table: &str, slate, rows| Revision { table: table.into(), slate, rows };
    learn(&store, now(), schedule(game(), now())).await;
    learn(&store, now(), Facts { players: vec![seen(name(jokic(), "Nikola Jokić"), now())], ..Facts::default() }).await;
    let one_each = [revision("game", Some(slate()), 1), revision("player_name", None, 1)];
    assert_eq!(store.facts.revisions().await.unwrap(), one_each);
    learn(&store, now(), schedule(game(), now())).await;
    assert_eq!(store.facts.revisions().await.unwrap(), one_each, "nothing new was said");
    let tomorrow = Game { id: "0022400562".parse().unwrap(), slate: slate().plus_days(1), ..game() };
    let games = vec![seen(moved_to("2025-01-16T01:00:00Z"), now()), seen(tomorrow, now())];
    learn(&store, now(), Facts { games, ..Facts::default() }).await;
    let expected = [
        revision("game", Some(slate()), 2),
        revision("game", Some(slate().plus_days(1)), 1),
        revision("player_name", None, 1),
    ];
    assert_eq!(store.facts.revisions().await.unwrap(), expected);
}

async fn summarise(store: &Store, rows: Vec<Known<PlayerGameSummary>>) -> Settled {
    settle(store, "player_game_summary", "slate 2025-01-15", Rows::PlayerGameSummaries(rows)).await
}

/// The points of the one summary, as somebody saw them at some instants.
async fn summarised<const N: usize>(store: &Store, instants: [Timestamp; N]) -> [Option<u16>; N] {
    let scope = HistoryScope { from: slate(), to: slate() };
    let end = Cutoff::at(after_games() + SignedDuration::from_hours(99));
    let history = store.facts.history(&scope, end).await.unwrap();
    instants.map(|instant| {
        let snapshot = history.as_of(Cutoff::at(instant));
        let games: Vec<u16> = snapshot.played_games(jokic()).map(|game| game.line.points).collect();
        assert!(games.len() <= 1, "two versions of one game at once: {games:?}");
        games.first().copied()
    })
}

pub(crate) async fn summaries_of_corrected_facts_have_a_version_for_every_instant(place: Place) {
    let store = place.open().await;
    let corrected = after_games() + SignedDuration::from_hours(48);
    let first = || recalled(summary_of(31), after_games());
    assert_eq!(summarise(&store, vec![first()]).await.rows_written, 1);
    let both = || vec![first(), seen(summary_of(32), corrected)];
    assert_eq!(summarise(&store, both()).await.rows_written, 1, "only the correction is new");
    assert_eq!(summarise(&store, both()).await.rows_written, 0);
    let told = summarised(&store, [just_before(after_games()), just_before(corrected), corrected]).await;
    assert_eq!(told, [None, Some(31), Some(32)]);
}

pub(crate) async fn the_first_summaries_of_a_store_may_have_several_versions(place: Place) {
    let store = place.open().await;
    let moments_later = after_games() + SignedDuration::from_secs(5);
    let both = vec![seen(summary_of(31), after_games()), seen(summary_of(32), moments_later)];
    assert_eq!(summarise(&store, both).await.rows_written, 2);
    assert_eq!(summarised(&store, [after_games(), moments_later]).await, [Some(31), Some(32)]);
}

pub(crate) async fn a_summary_of_an_older_instant_takes_its_place_in_time(place: Place) {
    let store = place.open().await;
    let later = after_games() + SignedDuration::from_hours(48);
    summarise(&store, vec![seen(summary_of(32), later)]).await;
    assert_eq!(summarise(&store, vec![seen(summary_of(31), after_games())]).await.rows_written, 1);
    let told = summarised(&store, [after_games(), just_before(later), later]).await;
    assert_eq!(told, [Some(31), Some(31), Some(32)]);
}

pub(crate) async fn a_history_holds_nothing_later_than_its_cutoff(place: Place) {
    let store = place.open().await;
    let later = after_games() + INSTANT;
    summarise(&store, vec![seen(summary_of(31), later)]).await;
    settle(&store, "offense", "here", Rows::TeamOffenseGameSummaries(vec![seen(offense(), later)])).await;
    settle(&store, "defense", "here", Rows::TeamDefenseGameSummaries(vec![seen(defense(), later)])).await;
    let hurt = injury("2025-01-15", InjuryEventKind::Out, "ankle");
    learn(&store, later, Facts { injuries: vec![seen(hurt, later)], ..Facts::default() }).await;
    let scope = HistoryScope { from: slate(), to: slate() };
    for (loaded_at, games) in [(after_games(), 0), (later, 1)] {
        let history = store.facts.history(&scope, Cutoff::at(loaded_at)).await.unwrap();
        // Opened later than it was loaded, so that the seals hide nothing.
        let snapshot = history.as_of(Cutoff::at(later));
        assert_eq!(snapshot.listed_games(jokic()).count(), games);
        assert_eq!(snapshot.offense_games(team("BOS")).count(), games);
        assert_eq!(snapshot.defense_games(team("BOS")).count(), games);
        let known = if games == 0 { Availability::Available } else { Availability::Out };
        assert_eq!(snapshot.availability(jokic()), known, "{scope:?}");
    }
}
