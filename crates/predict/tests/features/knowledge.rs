//! What may be known before a game: nothing of the game itself, and nothing that came later.

use domain::{InjuryEventKind, Market};
use predict::{Abstain, Question};

use crate::evening::{before, night, quote, scoring, slate, team_night};
use crate::golden;
use crate::league::{HIM, League};

#[test]
fn tonights_own_game_is_in_no_feature() {
    let played = golden::league()
        .nights(HIM, [night(0).points(60).minutes(48).against("NYK").usage(0.6).shots([0, 40, 0])])
        .team_nights("BOS", [team_night(0).won(false).pace(140.0).scored(200.0).allowed(200.0)])
        .team_nights("NYK", [team_night(0).won(false).pace(140.0).scored(200.0).allowed(200.0)])
        .injury(HIM, 0, InjuryEventKind::Out)
        .quotes([quote("draftkings", 40.5, slate().at(20, 0))]);
    assert_eq!(played.vector(), golden::league().vector());
}

#[test]
fn later_games_are_in_no_feature() {
    let tomorrow = golden::league()
        .nights(HIM, [night(-1).points(60), night(-3).points(60)])
        .team_nights("NYK", [team_night(-1).pace(140.0)]);
    assert_eq!(tomorrow.vector(), golden::league().vector());
}

#[test]
fn a_box_score_that_came_after_the_cutoff_does_not_count_yet() {
    let late = night(1).points(50).known_at(slate().at(13, 1));
    let league = League::of(scoring([3, 5], [20, 30]));
    assert_eq!(league.clone().nights(HIM, [late]).vector(), league.vector());
    let in_time = night(1).points(50).known_at(slate().at(13, 0));
    assert_ne!(league.clone().nights(HIM, [in_time]).vector(), league.vector());
}

#[test]
fn a_correction_counts_from_the_moment_it_is_known() {
    let corrected = |instant| {
        League::of([night(3).points(20).corrected_at(instant), night(3).points(40).known_at(instant), night(5)])
    };
    let tomorrow = slate().plus_days(1).at(9, 0);
    assert_eq!(corrected(tomorrow).vector(), League::of([night(3).points(20), night(5)]).vector());
    assert_eq!(corrected(before(1).at(9, 0)).vector(), League::of([night(3).points(40), night(5)]).vector());
}

#[test]
fn what_was_known_at_an_earlier_cutoff_can_be_asked_again() {
    let early = slate().at(5, 0);
    let league = League::of(scoring([1, 3, 5], [50, 20, 30]));
    let known_then = League::of(scoring([3, 5], [20, 30]));
    assert_eq!(league.asked_at(early).vector(), known_then.asked_at(early).vector());
}

#[test]
fn a_question_after_tipoff_does_not_exist() {
    let posed = |league: &League| {
        let history = league.history();
        Question::pose(&league.row_of(HIM), &league.inputs_of(HIM), Market::Points, &history.as_of(league.cutoff()))
            .map(|question| question.games)
    };
    let league = League::of(scoring([3, 5], [20, 30]));
    let tipoff = slate().at(19, 30);
    assert_eq!(posed(&league), Ok(2));
    assert_eq!(posed(&league.clone().asked_at(tipoff)), Err(Abstain::AfterTipoff { tipoff }));
    assert_eq!(posed(&league.asked_at(slate().plus_days(1).at(9, 0))), Err(Abstain::AfterTipoff { tipoff }));
}
