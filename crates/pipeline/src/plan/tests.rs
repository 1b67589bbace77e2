//! What may run when: the plan of small worlds.

use domain::{Cutoff, Known, Provenance};

use super::*;
use crate::ports::{LandedPayload, Revision, Turn};

fn slate(day: i32) -> GameDate {
    "2025-01-01".parse::<GameDate>().unwrap().plus_days(day)
}

fn game(day: i32) -> Game {
    Game {
        id: format!("00224{:05}", 100 + day).parse().unwrap(),
        slate: slate(day),
        tipoff: Some(slate(day).at(19, 0)),
        home: "BOS".parse().unwrap(),
        away: "NYK".parse().unwrap(),
    }
}

/// Games on days 0, 1 and 3; those of day 0 and 1 are played.
fn world(day: i32) -> World {
    let played = |table: &str, day| Revision { table: table.to_owned(), slate: Some(slate(day)), rows: 1 };
    let revisions = [0, 1].into_iter().flat_map(|day| SUMMARY_FACTS.map(|table| played(table, day)));
    let schedule: Schedule = [game(0), game(1), game(3)].map(|game| (game.slate, vec![game])).into();
    let scheduled = schedule.get(&slate(day)).cloned().unwrap_or_default();
    about(World { scheduled, ..World::new(edition(day), Arc::new(schedule), Arc::new(revisions.collect())) })
}

/// The same world with what its edition is about, no line-ups being known.
fn about(mut world: World) -> World {
    let known = |game: &Game| Known::new(game.clone(), slate(-9).at(0, 0), Provenance::Reconstructed);
    let games: Vec<Known<Game>> = world.scheduled.iter().map(known).collect();
    world.coverage = Coverage::of(world.edition, &games, &[]);
    world
}

fn done(world: &mut World, step: Step, partition: Partition) {
    world.tasks.insert((step, partition), Standing::Done(1));
}

fn summarised(day: i32) -> World {
    let mut world = world(day);
    for day in [0, 1] {
        for step in Step::SUMMARIES {
            done(&mut world, step, Partition::Slate(slate(day)));
        }
    }
    world
}

fn edition(day: i32) -> Edition {
    Edition::morning(slate(day), None)
}

fn readiness(planned: &[Planned], step: Step) -> Readiness {
    planned.iter().find(|planned| planned.step == step).unwrap().readiness.clone()
}

fn why(readiness: Readiness) -> String {
    match readiness {
        Readiness::NotYet { why, .. } => format!("not yet: {why}"),
        Readiness::Nothing { why } => format!("nothing: {why}"),
        Readiness::Ready { .. } => "ready".to_owned(),
    }
}

fn check(world: &World, step: Step, expected: &str) {
    assert_eq!(why(readiness(&world.prediction(), step)), expected, "{step}");
}

#[test]
fn a_payload_is_parsed_once_unless_something_in_it_was_unknown() {
    let now = slate(0).at(10, 0);
    let payload = |source: &str, hour| LandedPayload {
        hash: crate::PayloadHash::of(source.as_bytes()),
        source: source.to_owned(),
        subject: String::new(),
        fetched_at: slate(0).at(hour, 0),
        turn: Turn::First,
    };
    let landed = [payload("archive_prop_lines", 9), payload("archive_games", 9), payload("archive_team_odds", 8)];
    let partition = |index: usize| landed[index].partition(1);
    let due = |parsed: &[(usize, u64)], role| -> Vec<Partition> {
        let parsed = parsed.iter().map(|(index, unresolved)| (partition(*index), *unresolved)).collect();
        processing(&landed, &parsed, 7, role, now).into_iter().map(|planned| planned.partition).collect()
    };
    assert_eq!(due(&[], DirectoryRole::Feeds), [partition(1)]);
    assert_eq!(due(&[], DirectoryRole::Reads), [partition(2), partition(0)]);
    assert_eq!(due(&[(0, 0), (2, 15)], DirectoryRole::Reads), [partition(2)]);
}

#[test]
fn what_a_live_provider_said_long_ago_is_not_read_again_for_a_name() {
    let hash = crate::PayloadHash::of(b"odds");
    let (source, fetched_at) = ("odds_api_event_odds".to_owned(), slate(0).at(9, 0));
    let landed = [LandedPayload { hash, source, subject: String::new(), fetched_at, turn: Turn::First }];
    let unresolved = [(landed[0].partition(2), 3)].into();
    let due_after = |days| {
        let now = slate(0).plus_days(days).at(9, 0);
        processing(&landed, &unresolved, 7, DirectoryRole::Reads, now).len()
    };
    assert_eq!((due_after(13), due_after(14)), (1, 0));
}

#[test]
fn a_slate_is_summarised_once_its_box_scores_are_known() {
    let planned = world(3).summaries();
    assert_eq!(planned.len(), 9);
    assert_eq!(why(planned[0].readiness.clone()), "ready");
    assert_eq!(why(planned[8].readiness.clone()), "not yet: no box score is known");
    let Readiness::NotYet { until, .. } = planned[8].readiness else { panic!("not yet") };
    assert_eq!(until, Some(slate(3).at(22, 0)));
}

#[test]
fn an_edition_waits_for_the_summaries_before_it_and_says_which() {
    let first = Step::UpcomingTeamGameContext;
    check(&world(3), first, "not yet: waits for player_game_summary of 2025-01-01, which is not done (and 5 more)");
    check(&summarised(3), first, "ready");
    let mut broken = summarised(3);
    let failed = Standing::Failed { why: "disk full".to_owned(), output: None };
    broken.tasks.insert((Step::PlayerGameSummary, Partition::Slate(slate(1))), failed);
    check(&broken, first, "not yet: waits for player_game_summary of 2025-01-02, which is failed: disk full");
}

#[test]
fn an_answer_from_outside_changes_what_is_merged_and_published_and_nothing_else() {
    let plan = |answers_heard| World { answers_heard, ..summarised(3) }.prediction();
    let steps = |before: Vec<Planned>, after: Vec<Planned>| -> Vec<Step> {
        let changed = before.iter().zip(&after).filter(|(before, after)| before != after);
        changed.map(|(before, _)| before.step).collect()
    };
    assert_eq!(steps(plan(0), plan(1)), [Step::Consolidate, Step::Publish]);
    assert_eq!(steps(plan(1), plan(2)), [Step::Consolidate, Step::Publish]);
}

#[test]
fn a_day_off_is_nothing_to_predict_but_something_to_publish() {
    check(&summarised(2), Step::Forecast, "nothing: no games");
    check(&summarised(2), Step::Publish, "ready");
}

#[test]
fn a_date_outside_the_schedule_is_not_a_day_off() {
    let unknown = "not yet: the schedule is known from 2025-01-01 to 2025-01-04; import or fetch this date first";
    check(&summarised(9), Step::Publish, unknown);
    check(
        &World::new(edition(9), Arc::default(), Arc::default()),
        Step::Publish,
        "not yet: no schedule is known; import one first",
    );
}

#[test]
fn a_cutoff_after_every_tipoff_predicts_nothing() {
    let late = Edition { slate: slate(3), cutoff: Cutoff::at(slate(3).at(19, 0)) };
    let planned = about(World { edition: late, ..summarised(3) }).prediction();
    for step in [Step::Forecast, Step::Publish] {
        assert_eq!(why(readiness(&planned, step)), "nothing: every game has started by the cutoff");
    }
}

#[test]
fn who_asks_after_the_first_tipoff_asks_about_the_games_to_come() {
    let mut world = summarised(3);
    let mut second = world.scheduled[0].clone();
    second.id = "0022400999".parse().unwrap();
    second.tipoff = Some(slate(3).at(23, 0));
    world.scheduled.push(second.clone());
    world.edition.cutoff = Cutoff::at(slate(3).at(22, 0));
    let world = about(world);
    assert_eq!(world.coverage.games, [second]);
    check(&world, Step::Forecast, "ready");
    check(&world, Step::Publish, "ready");
}

/// Day 3 at half past six: its line-ups have just become known.
fn late_world() -> World {
    let mut world = summarised(3);
    world.edition.cutoff = Cutoff::at(slate(3).at(18, 30));
    world.coverage.lineups.insert(world.scheduled[0].id, Default::default());
    world.coverage.reach = Reach::Late;
    world
}

#[test]
fn a_late_edition_changes_a_page_and_is_none_by_itself() {
    let mut world = late_world();
    check(&world, Step::Forecast, "ready");
    check(&world, Step::Publish, "not yet: nothing is published yet that line-ups could change");
    world.earlier = vec![edition(3)];
    check(&world, Step::Publish, "not yet: nothing is published yet that line-ups could change");
    assert!(world.watched().contains(&Partition::Edition(edition(3))), "whether it is published is looked up");
    done(&mut world, Step::Publish, Partition::Edition(edition(3)));
    check(&world, Step::Publish, "ready");
    let before = readiness(&world.prediction(), Step::Publish);
    world.tasks.insert((Step::Publish, Partition::Edition(edition(3))), Standing::Done(2));
    assert_ne!(readiness(&world.prediction(), Step::Publish), before, "another page is another input");
}

#[test]
fn line_ups_call_for_models_that_were_taught_by_line_ups_and_move_no_other_edition() {
    let late = late_world();
    let steps: Vec<Step> = late.training().iter().map(|planned| planned.step).collect();
    assert_eq!(steps, [Step::TrainLateModels]);
    let mut waits = late_world();
    waits.tasks.insert((Step::TrainLateModels, Partition::Month(slate(0))), Standing::Open);
    check(&waits, Step::Forecast, "not yet: waits for train_late_models");
    let first = |world: &World| readiness(&world.prediction(), Step::UpcomingTeamGameContext);
    let mut told_otherwise = late_world();
    told_otherwise.coverage.lineups.values_mut().for_each(|lineup| {
        lineup.present.insert(domain::PlayerId::new(1));
    });
    assert_ne!(first(&told_otherwise), first(&late));
    let mut morning = summarised(3);
    let before = first(&morning);
    let spots = Revision { table: "lineup_spot".to_owned(), slate: Some(slate(3)), rows: 26 };
    Arc::make_mut(&mut morning.revisions).extend([spots]);
    assert_eq!(first(&morning), before);
}

#[test]
fn a_slate_of_next_month_uses_this_months_models() {
    let ahead = Edition { slate: slate(31), cutoff: Cutoff::at(slate(30).at(15, 0)) };
    let world = World { edition: ahead, ..summarised(31) };
    let model = world.training().pop().unwrap();
    assert_eq!((model.step, model.partition), (Step::TrainModels, Partition::Month(slate(0))));
}

#[test]
fn forecasting_waits_for_the_months_model() {
    let mut world = summarised(3);
    let model = (Step::TrainModels, Partition::Month(slate(0)));
    check(&world, Step::Forecast, "ready");
    world.tasks.insert(model.clone(), Standing::Open);
    check(&world, Step::Forecast, "not yet: waits for train_models");
    world.tasks.insert(model.clone(), Standing::Failed { why: "no memory".to_owned(), output: None });
    check(&world, Step::Forecast, "not yet: waits for train_models, which failed: no memory");
    let before = readiness(&world.prediction(), Step::MlFeatureStore);
    world.tasks.insert(model, Standing::Done(7));
    let forecast = readiness(&world.prediction(), Step::Forecast);
    assert_ne!(before, forecast, "a new model is another input");
}

#[test]
fn grading_waits_for_publication_and_for_the_last_game() {
    let grade = |world: &World| why(readiness(&world.grading(), Step::Grade));
    assert_eq!(grade(&summarised(1)), "not yet: nothing is published for this edition; run it first");
    let published = |day| {
        let mut world = summarised(day);
        done(&mut world, Step::Publish, Partition::Edition(edition(day)));
        done(&mut world, Step::Consolidate, Partition::Edition(edition(day)));
        world
    };
    let finished = |mut world: World| {
        world.finished = world.games.values().flatten().map(|game| game.id).collect();
        world
    };
    assert_eq!(grade(&finished(published(1))), "ready");
    let mut refused = finished(published(1));
    let kept = Standing::Failed { why: "the guard".to_owned(), output: Some(1) };
    refused.tasks.insert((Step::Publish, Partition::Edition(edition(1))), kept);
    assert_eq!(grade(&refused), "ready", "what is published stays published");
    let mut moved = published(1);
    Arc::make_mut(&mut moved.games).remove(&slate(1));
    assert_eq!(grade(&moved), "ready", "bets on games that were moved away are void, not forgotten");
    let mut day_off = summarised(1);
    done(&mut day_off, Step::Publish, Partition::Edition(edition(1)));
    assert_eq!(
        grade(&day_off),
        "not yet: nothing is published for this edition; run it first",
        "it has got a game since"
    );
    assert_eq!(
        grade(&summarised(9)),
        "not yet: the schedule is known from 2025-01-01 to 2025-01-04; import or fetch this date first"
    );
    assert_eq!(grade(&published(3)), "not yet: 1 of 1 games have no final score");
}

#[test]
fn a_model_waits_for_the_summaries_it_learns_from() {
    let model = |world: &World| why(readiness(&world.training(), Step::TrainModels));
    assert_eq!(model(&summarised(31)), "ready");
    assert_eq!(
        model(&World::new(edition(31), Arc::default(), Arc::default())),
        "nothing: no slates are known in the years before 2025-02-01"
    );
}
