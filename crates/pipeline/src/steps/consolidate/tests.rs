//! Merging and pricing: lines stay apart, whoever was asked is counted, a name is its content's.

use std::sync::Arc;

use domain::{Availability, DecimalOdds, GameDate, RestDays, Venue};
use predict::VarianceCurve;

use super::*;
use crate::rows::Silence;

fn edition() -> Edition {
    Edition::morning("2025-01-15".parse().unwrap(), None)
}

fn line(book: &str, points: f64, seen_hour: i8) -> PropLine {
    let slate: GameDate = edition().slate;
    PropLine {
        game: "0022400561".parse().unwrap(),
        slate,
        player: PlayerId::new(1),
        market: Market::Points,
        book: book.parse().unwrap(),
        feed: Arc::from("odds"),
        line: HalfPoints::from_points(points).unwrap(),
        role: LineRole::Main,
        over: DecimalOdds::new(1.9),
        under: DecimalOdds::new(1.9),
        observed_at: Some(slate.at(seen_hour, 0)),
    }
}

fn context(player: u32) -> UpcomingPlayerGameContext {
    let slate = edition().slate;
    UpcomingPlayerGameContext {
        game: "0022400561".parse().unwrap(),
        slate,
        player: PlayerId::new(player),
        team: "BOS".parse().unwrap(),
        opponent: "NYK".parse().unwrap(),
        venue: Venue::Home,
        tipoff: slate.at(19, 30),
        last_listed: slate.plus_days(-2),
        availability: Availability::Available,
        rest: RestDays::from_gap(2),
        opponent_rest: RestDays::from_gap(1),
        games_last_7: 3,
        minutes_last_7: 100.0,
        back_to_backs_last_14: 0,
        usage_last_7: None,
        projected_usage: None,
        stars_out: 0,
        pace_differential: None,
        line: None,
        opening_line: None,
        books: 0,
    }
}

fn forecast(player: u32, answer: Result<f64, &str>) -> Forecast {
    Forecast {
        game: "0022400561".parse().unwrap(),
        player: PlayerId::new(player),
        market: Market::Points,
        system: SystemId::Ensemble,
        model: None,
        p_plays: None,
        answer: answer
            .map(|mean| CountLaw::negative_binomial(mean, VarianceCurve::POINTS))
            .map_err(|code| Silence { code: code.to_owned(), detail: String::new() }),
    }
}

fn run(lines: &[PropLine], players: &[u32], forecasts: &[Forecast]) -> Consolidation {
    let lines: Vec<&PropLine> = lines.iter().collect();
    let boards =
        lines.first().map_or(BTreeMap::new(), |first| boards(first.game, first.player, &lines).into_iter().collect());
    let contexts: Vec<_> = players.iter().map(|player| context(*player)).collect();
    consolidate(edition(), &contexts, (forecasts, &[]), &boards, &|_, _| Pricing::default())
}

#[test]
fn neighbouring_lines_stay_apart_and_variants_leave_the_prediction_alone() {
    let lines = [line("fanduel", 21.0, 9), line("draftkings", 20.5, 9)];
    let merged = run(&lines, &[1], &[forecast(1, Ok(24.0))]);
    assert_eq!(merged.predictions.len(), 1);
    let quote = merged.predictions[0].quote.unwrap();
    assert_eq!((quote.book.key(), quote.line.to_string().as_str()), ("draftkings", "20.5"));
    let of = |variant| {
        let rows: Vec<String> = merged
            .scenarios
            .iter()
            .filter(|scenario| std::mem::discriminant(&scenario.variant) == std::mem::discriminant(&variant))
            .map(|scenario| scenario.line.to_string())
            .collect();
        rows
    };
    assert_eq!(of(Variant::Base(0)), ["18.5", "19.5", "20.5", "21.5", "22.5"]);
    assert_eq!(of(Variant::Book(lines[0].book)), ["20.5", "21.0"]);
}

#[test]
fn a_book_counts_with_what_it_showed_last() {
    let lines = [line("draftkings", 20.5, 8), line("draftkings", 22.5, 11)];
    let merged = run(&lines, &[1], &[forecast(1, Ok(24.0))]);
    assert_eq!(merged.predictions[0].quote.unwrap().line.to_string(), "22.5");
}

#[test]
fn a_skipped_player_is_done_and_a_lost_one_is_not() {
    let merged = run(&[], &[1, 2, 3], &[forecast(1, Ok(24.0)), forecast(2, Err("too_few_games"))]);
    let ConsolidationSummary { expected_players, completed_players, skipped_players, missing_players, .. } =
        merged.summary;
    assert_eq!((expected_players, completed_players, skipped_players, missing_players), (3, 1, 1, 1));
    assert!(!merged.summary.is_complete_enough());
    assert_eq!(merged.predictions[0].recommendation, Recommendation::Pass(PassReason::NoLine));
}

#[test]
fn the_threshold_is_eighty_of_a_hundred() {
    let summary = |done, skipped, missing| ConsolidationSummary {
        expected_players: done + skipped + missing,
        completed_players: done,
        skipped_players: skipped,
        missing_players: missing,
        predictions: 0,
    };
    assert!(summary(70, 10, 20).is_complete_enough());
    assert!(!summary(70, 9, 21).is_complete_enough());
    assert!(summary(0, 0, 0).is_complete_enough());
}

#[test]
fn an_external_answer_is_priced_like_ours_and_completes_nothing() {
    let external = |player| Forecast { system: SystemId::named("my_system_v1").unwrap(), ..forecast(player, Ok(24.0)) };
    let (ours, theirs) = ([forecast(1, Ok(24.0)), forecast(2, Err("too_few_games"))], [external(1), external(2)]);
    let contexts = [context(1), context(2)];
    let seen = line("draftkings", 20.5, 9);
    let boards = boards(seen.game, seen.player, &[&seen]).into_iter().collect();
    let merged = consolidate(edition(), &contexts, (&ours, &theirs), &boards, &|_, _| Pricing::default());
    let of = |id: &str| merged.predictions.iter().filter(|one| one.system.code() == id).collect::<Vec<_>>();
    let (own, said) = (of("ensemble_v1"), of("my_system_v1"));
    assert_eq!((own.len(), said.len()), (1, 2));
    assert_eq!((said[0].quote, said[0].recommendation), (own[0].quote, own[0].recommendation));
    assert_ne!(said[0].id, own[0].id);
    let alone = consolidate(edition(), &contexts, (&ours, &[]), &boards, &|_, _| Pricing::default()).summary;
    assert_eq!(merged.summary, ConsolidationSummary { predictions: 3, ..alone });
}

#[test]
fn a_changed_number_is_another_prediction() {
    let id = |mean| run(&[], &[1], &[forecast(1, Ok(mean))]).predictions[0].id.clone();
    assert_eq!(id(24.0), id(24.0));
    assert_ne!(id(24.0), id(24.1));
}
