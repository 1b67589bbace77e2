//! Facts come back as they were written, whatever is missing or extreme in them.

use domain::{
    Appearance, Availability, BoxScore, Cutoff, Fraction, Game, HalfPoints, InjuryEventKind, LineRole, LineupSpot,
    Market, PlayerGameSummary, PlayerId, PlayerShots, PropLine, Role, ShotZones, Spot, StatLine,
    TeamDefenseGameSummary, TeamOffenseGameSummary, Venue,
};
use jiff::Timestamp;
use pipeline::Rows;
use pipeline::ports::HistoryScope;
use pipeline::source::Facts;
use predict::History;
use store::Store;

use crate::attempts::{at, learn, now, settle};
use crate::night::*;
use crate::place::Place;

fn late() -> Cutoff {
    Cutoff::at(at("2025-01-16T12:00:00Z"))
}

async fn everybody(store: &Store) -> History {
    let scope = HistoryScope { from: slate().plus_days(-10), to: slate() };
    store.facts.history(&scope, late()).await.unwrap()
}

pub(crate) async fn names_read_back_letter_by_letter(place: Place) {
    let store = place.open().await;
    let people = [
        name(jokic(), "Nikola Jokić"),
        name(PlayerId::new(0), "Luka Dončić 'III' \"; DROP TABLE game; --"),
        name(PlayerId::new(u32::MAX), "八村 塁 🏀"),
    ];
    let facts = Facts {
        players: people.iter().map(|name| seen(name.clone(), now())).collect(),
        teams: vec![seen(team_name("PHI", "Philadelphia 76ers"), now())],
        ..Facts::default()
    };
    assert_eq!(learn(&store, now(), facts).await.rows_written, 4);
    let directory = store.facts.directory().await.unwrap();
    for one in people {
        assert_eq!(directory.name(one.player), Some(one.name.as_str()));
    }
    assert_eq!(directory.team("Philadelphia 76ers"), Some(team("PHI")));
}

pub(crate) async fn games_read_back_with_and_without_a_tipoff(place: Place) {
    let store = place.open().await;
    let known_at = at("1970-01-01T00:00:00Z");
    let timed = recalled(game(), known_at);
    let id = "0042400407".parse().unwrap();
    let untimed = seen(Game { id, tipoff: None, home: team("LAL"), away: team("NYK"), ..game() }, now());
    let facts = Facts { games: vec![timed.clone(), untimed.clone()], ..Facts::default() };
    learn(&store, now(), facts).await;
    let found = store.facts.games(slate()..=slate(), late()).await.unwrap();
    assert_same(&found, &[timed, untimed]);
    let directory = store.facts.directory().await.unwrap();
    assert_eq!(directory.game(boston_game()), Some(&game()));
    let beyond = slate().plus_days(1)..=slate().plus_days(9);
    assert_eq!(store.facts.games(beyond, late()).await.unwrap(), []);
}

pub(crate) async fn what_happened_in_a_game_reads_back(place: Place) {
    let store = place.open().await;
    let reasons = [
        "dnp_coach",
        "dnp_injury",
        "dnp_other",
        "dressed_dnp",
        "dnd_injury",
        "dnd_coach",
        "dnd_other",
        "nwt_injury",
        "nwt_other",
        "inactive_injury",
        "inactive_other",
    ];
    let absent = reasons.iter().zip(1..).map(|(reason, number)| {
        box_score(PlayerId::new(number), Appearance::Absent(domain::DidNotPlay::from_code(reason).unwrap()))
    });
    let unknown_balance = StatLine { plus_minus: None, points: u16::MAX, ..stat_line() };
    let mut rows: Vec<BoxScore> = absent.collect();
    rows.push(box_score(jokic(), Appearance::Played(Role::Starter, stat_line())));
    rows.push(box_score(PlayerId::new(100), Appearance::Played(Role::Bench, unknown_balance)));
    let at_home = BoxScore { team: team("BOS"), opponent: team("DEN"), venue: Venue::Home, ..rows[11].clone() };
    rows.push(BoxScore { player: PlayerId::new(101), ..at_home });
    let no_shot = PlayerShots { player: PlayerId::new(100), zones: ShotZones::default(), ..player_shots() };
    let facts = Facts {
        games: vec![seen(game(), now())],
        scores: vec![recalled(score(0, u16::MAX), after_games())],
        box_scores: rows.into_iter().map(|row| seen(row, after_games())).collect(),
        shots: vec![recalled(player_shots(), after_games()), seen(no_shot, after_games())],
        ..Facts::default()
    };
    let (scores, boxes, shots) = (facts.scores.clone(), facts.box_scores.clone(), facts.shots.clone());
    assert_eq!(learn(&store, after_games(), facts).await.rows_written, 18);
    let found = store.facts.slate_facts(slate()).await.unwrap();
    assert_eq!(found.games, [seen(game(), now())]);
    assert_eq!(found.scores, scores);
    assert_same(&found.box_scores, &boxes);
    assert_same(&found.shots, &shots);
}

pub(crate) async fn prop_lines_read_back_to_the_last_digit(place: Place) {
    let store = place.open().await;
    let mut lines: Vec<PropLine> = Market::ALL.map(|market| PropLine { market, ..prop_line() }).into();
    lines.push(PropLine { book: "abcdefghijklmnopqrst_123".parse().unwrap(), ..prop_line() });
    lines.push(PropLine { feed: "größte Wettbörse".into(), role: LineRole::Alternate, ..prop_line() });
    lines.push(PropLine { line: HalfPoints::from_halves(-3), ..prop_line() });
    lines.push(PropLine { line: HalfPoints::from_halves(i32::MAX), over: None, under: None, ..prop_line() });
    lines.push(PropLine {
        player: PlayerId::new(u32::MAX),
        over: odds(1.0001),
        under: odds(9_999.999_9),
        ..prop_line()
    });
    lines.push(PropLine { observed_at: None, ..prop_line() });
    lines.push(PropLine { observed_at: Some(Timestamp::UNIX_EPOCH), over: None, ..prop_line() });
    let facts = Facts {
        games: vec![seen(game(), now())],
        prop_lines: lines.into_iter().map(|line| recalled(line, now())).collect(),
        ..Facts::default()
    };
    let expected = facts.prop_lines.clone();
    learn(&store, now(), facts).await;
    assert_same(&store.facts.prop_lines(slate()..=slate(), late()).await.unwrap(), &expected);
}

pub(crate) async fn game_lines_are_kept_with_their_missing_numbers(place: Place) {
    let store = place.open().await;
    let bare = domain::GameLine {
        book: "näher am Rand".into(),
        home_spread: None,
        total: None,
        home_win: None,
        away_win: None,
        ..game_line()
    };
    let facts = Facts { game_lines: vec![seen(game_line(), now()), seen(bare, now())], ..Facts::default() };
    assert_eq!(learn(&store, now(), facts).await.rows_written, 2);
    let text = "SELECT game_id || source || book || slate, home_spread, total, home_win_odds, away_win_odds
                FROM game_line ORDER BY book";
    let full = ["0022400561archiveconsensus2025-01-15", "-12.5", "231", "10001", "99999999"].map(str::to_owned);
    let bare = "0022400561archivenäher am Rand2025-01-15".to_owned();
    assert_eq!(place.ask(text).await, [full.map(Some), [Some(bare), None, None, None, None]]);
}

pub(crate) async fn the_injury_log_tells_the_newest_entry_of_its_day(place: Place) {
    let store = place.open().await;
    let out = injury("2025-01-12", InjuryEventKind::Out, "placed on IL with strained Muskelbündel");
    let doubtful = injury("2025-01-14", InjuryEventKind::Questionable, "");
    let facts = |event: &domain::InjuryEvent| Facts {
        injuries: vec![recalled(event.clone(), event.date.plus_days(1).at(0, 0))],
        ..Facts::default()
    };
    learn(&store, now(), facts(&out)).await;
    let injured = |directory: &pipeline::source::Directory| directory.injured().cloned().collect::<Vec<_>>();
    assert_eq!(injured(&store.facts.directory().await.unwrap()), [out]);
    learn(&store, now(), facts(&doubtful)).await;
    assert_eq!(injured(&store.facts.directory().await.unwrap()), [doubtful]);
    let history = everybody(&store).await;
    let on = |date: &str| history.as_of(Cutoff::at(at(date))).availability(jokic());
    let told = [on("2025-01-12T23:00:00Z"), on("2025-01-14T12:00:00Z"), on("2025-01-15T12:00:00Z")];
    assert_eq!(told, [Availability::Available, Availability::Out, Availability::Questionable]);
    learn(&store, now(), facts(&injury("2025-01-15", InjuryEventKind::Return, "activated"))).await;
    assert_eq!(injured(&store.facts.directory().await.unwrap()), []);
    assert_eq!(everybody(&store).await.as_of(late()).availability(jokic()), Availability::Available);
}

pub(crate) async fn of_two_entries_of_one_day_the_one_known_later_counts(place: Place) {
    let store = place.open().await;
    let day = now();
    let known = |kind, detail, hours| {
        let known_at = day + jiff::SignedDuration::from_hours(hours);
        learn(
            &store,
            known_at,
            Facts { injuries: vec![seen(injury("2025-01-15", kind, detail), known_at)], ..Facts::default() },
        )
    };
    known(InjuryEventKind::Return, "activated", 0).await;
    known(InjuryEventKind::Out, "hurt again", 1).await;
    assert_eq!(store.facts.directory().await.unwrap().injured().count(), 1);
    let history = everybody(&store).await;
    assert_eq!(history.as_of(late()).availability(jokic()), Availability::Out);
}

pub(crate) async fn line_ups_read_back_and_a_change_of_them_is_another_version(place: Place) {
    let store = place.open().await;
    let benched = LineupSpot { player: PlayerId::new(2), spot: Spot::Bench, ..lineup_spot() };
    let scratched = LineupSpot { spot: Spot::Out, ..lineup_spot() };
    let later = now() + jiff::SignedDuration::from_mins(10);
    let facts = |lineups| Facts { games: vec![seen(game(), now())], lineups, ..Facts::default() };
    learn(&store, now(), facts(vec![seen(lineup_spot(), now()), recalled(benched, now())])).await;
    learn(&store, later, facts(vec![seen(scratched, later), seen(benched, later)])).await;
    let at = async |cutoff| {
        let known = store.facts.lineups(slate(), Cutoff::at(cutoff)).await.unwrap();
        let open = known.iter().filter_map(|spot| Some((spot.open(Cutoff::at(cutoff))?.spot, spot.known_at())));
        let mut open: Vec<_> = open.collect();
        open.sort_unstable();
        open
    };
    assert_eq!(at(now() - jiff::SignedDuration::from_secs(1)).await, []);
    assert_eq!(at(now()).await, [(Spot::Starts, now()), (Spot::Bench, now())]);
    assert_eq!(at(later).await, [(Spot::Bench, now()), (Spot::Out, later)]);
    assert_eq!(store.facts.lineups(slate().plus_days(1), late()).await.unwrap(), []);
}

pub(crate) async fn summaries_of_players_read_back(place: Place) {
    let store = place.open().await;
    let of = |number, row: PlayerGameSummary| PlayerGameSummary { player: PlayerId::new(number), ..row };
    let absent = Appearance::Absent(domain::DidNotPlay::InactiveInjury);
    let rows = vec![
        of(1, summary()),
        of(2, PlayerGameSummary { usage: None, true_shooting: None, zones: None, ..summary() }),
        of(3, PlayerGameSummary { appearance: absent, usage: None, true_shooting: None, zones: None, ..summary() }),
        of(4, PlayerGameSummary { usage: Fraction::of(0.0, 1.0), true_shooting: Some(f64::MIN_POSITIVE), ..summary() }),
    ];
    let sealed = rows.iter().map(|row| recalled(row.clone(), after_games())).collect();
    settle(&store, "player_game_summary", "slate 2025-01-15", Rows::PlayerGameSummaries(sealed)).await;
    let history = everybody(&store).await;
    for row in &rows {
        let found: Vec<PlayerGameSummary> = history.as_of(late()).listed_games(row.player).cloned().collect();
        assert_eq!(found, std::slice::from_ref(row));
    }
    assert_eq!(history.as_of(late()).roster(team("DEN")).len(), rows.len());
}

pub(crate) async fn summaries_of_teams_read_back(place: Place) {
    let store = place.open().await;
    let slow = TeamOffenseGameSummary { team: team("DEN"), points: 0, possessions: 0.1 + 0.2, ..offense() };
    let unseen = TeamDefenseGameSummary { team: team("DEN"), zones_allowed: None, ..defense() };
    let offenses = vec![seen(offense(), after_games()), seen(slow.clone(), after_games())];
    let defenses = vec![seen(defense(), after_games()), seen(unseen.clone(), after_games())];
    settle(&store, "offense", "here", Rows::TeamOffenseGameSummaries(offenses)).await;
    settle(&store, "defense", "here", Rows::TeamDefenseGameSummaries(defenses)).await;
    let history = everybody(&store).await;
    let snapshot = history.as_of(late());
    assert_eq!(snapshot.offense_games(team("BOS")).collect::<Vec<_>>(), [&offense()]);
    assert_eq!(snapshot.offense_games(team("DEN")).collect::<Vec<_>>(), [&slow]);
    assert_eq!(snapshot.defense_games(team("BOS")).collect::<Vec<_>>(), [&defense()]);
    assert_eq!(snapshot.defense_games(team("DEN")).collect::<Vec<_>>(), [&unseen]);
}

pub(crate) async fn facts_outlive_the_store_that_wrote_them(place: Place) {
    let store = place.open().await;
    let facts = Facts { games: vec![seen(game(), now())], scores: vec![seen(score(1, 2), now())], ..Facts::default() };
    learn(&store, now(), facts).await;
    drop(store);
    let reader = place.look().await;
    assert_eq!(reader.facts.slate_facts(slate()).await.unwrap().scores, [seen(score(1, 2), now())]);
}
