//! When what remains will be done, with figures computed by hand, and what that means for a deadline.

use proptest::prelude::*;

use super::*;

fn mins(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

fn at(minutes: i64) -> Timestamp {
    "2026-03-10T16:00Z".parse::<Timestamp>().unwrap() + mins(minutes)
}

/// A step that takes so many minutes.
fn step(name: &str, needs: &[&str], minutes: i64) -> Remaining {
    let needs = needs.iter().map(|step| StepId::from(*step)).collect();
    Remaining { step: name.into(), needs, expected: mins(minutes) }
}

/// Minutes from now to the expected end.
fn left(remaining: &[Remaining], side_by_side: usize) -> i64 {
    let end = eta(remaining, NonZeroUsize::new(side_by_side).unwrap(), at(0));
    end.duration_since(at(0)).as_mins()
}

#[test]
fn nothing_left_is_done_now() {
    assert_eq!(left(&[], 1), 0);
    assert_eq!(left(&[step("roast", &[], 0)], 4), 0);
    assert_eq!(left(&[step("roast", &[], -5)], 1), 0, "it has outrun what was expected");
}

#[test]
fn what_does_not_depend_runs_side_by_side() {
    let three = [step("a", &[], 10), step("b", &[], 10), step("c", &[], 10)];
    assert_eq!([left(&three, 1), left(&three, 2), left(&three, 3), left(&three, 9)], [30, 20, 10, 10]);
}

#[test]
fn what_is_needed_comes_first() {
    let chain = [step("roast", &[], 10), step("grind", &["roast"], 20), step("sweep", &[], 5)];
    assert_eq!([left(&chain, 1), left(&chain, 2), left(&chain, 9)], [35, 30, 30]);
    let diamond = [step("a", &[], 10), step("b", &["a"], 20), step("c", &["a"], 30), step("d", &["b", "c"], 5)];
    assert_eq!([left(&diamond, 1), left(&diamond, 2)], [65, 45]);
}

#[test]
fn all_shards_of_a_step_are_needed() {
    let shards = [step("roast", &[], 10), step("roast", &[], 25), step("grind", &["roast"], 5)];
    assert_eq!(left(&shards, 2), 30);
    let longest_first = [step("roast", &[], 25), step("roast", &[], 10), step("grind", &["roast"], 5)];
    assert_eq!(left(&longest_first, 2), 30);
}

#[test]
fn what_does_not_stand_before_a_step_is_done_already() {
    assert_eq!(left(&[step("grind", &["roast"], 20)], 1), 20);
    assert_eq!(left(&[step("grind", &["roast"], 20), step("roast", &[], 10)], 2), 20);
}

#[test]
fn of_what_can_start_the_first_in_order_does() {
    let steps =
        [step("x", &[], 10), step("w", &[], 40), step("y", &["x"], 30), step("z", &[], 10), step("v", &["y"], 30)];
    assert_eq!(left(&steps, 2), 70, "y from 10 to 40, v from 40 to 70; z before y would end at 80");
}

#[test]
fn a_free_lane_does_not_wait_for_what_cannot_start() {
    let steps = [step("x", &[], 20), step("y", &["x"], 10), step("z", &[], 20)];
    assert_eq!(left(&steps, 2), 30, "z starts at once, beside x");
}

/// A deadline in an hour; what remains may take half as long again.
fn in_an_hour() -> Sla {
    Sla { deadline: at(60), margin: 0.5 }
}

#[test]
fn trouble_is_told_before_the_deadline() {
    let judged = |eta| in_an_hour().judge(Finish::Expected(at(eta)), at(0));
    assert_eq!(judged(0), SlaVerdict::OnTime { slack: mins(60) });
    assert_eq!(judged(40), SlaVerdict::OnTime { slack: mins(20) }, "40 and a half of that is 60");
    assert_eq!(judged(41), SlaVerdict::AtRisk { eta: at(41), slack: mins(19) });
    assert_eq!(judged(60), SlaVerdict::AtRisk { eta: at(60), slack: mins(0) });
    assert_eq!(judged(61), SlaVerdict::Late { by: mins(1) });
}

#[test]
fn the_margin_is_on_what_is_left_and_not_on_what_is_done() {
    assert_eq!(in_an_hour().judge(Finish::Expected(at(50)), at(30)), SlaVerdict::OnTime { slack: mins(10) });
}

#[test]
fn once_it_is_over_the_deadline_was_met_or_missed() {
    let sla = in_an_hour();
    assert_eq!(sla.judge(Finish::At(at(60)), at(90)), SlaVerdict::Met { at: at(60) });
    assert_eq!(sla.judge(Finish::At(at(61)), at(90)), SlaVerdict::Missed { by: mins(1) });
    assert_eq!(sla.judge(Finish::Expected(at(95)), at(90)), SlaVerdict::Missed { by: mins(30) });
    assert_eq!(sla.judge(Finish::Expected(at(61)), at(60)), SlaVerdict::Late { by: mins(1) }, "not yet");
}

proptest! {
    #[test]
    fn the_end_lies_between_all_at_once_and_one_by_one(
        minutes in prop::collection::vec(0..60i64, 0..12),
        needs in prop::collection::vec((0..12usize, 0..12usize), 0..12),
        side_by_side in 1..5usize,
    ) {
        let steps: Vec<Remaining> = minutes.iter().enumerate().map(|(index, minutes)| {
            let needs: Vec<String> =
                needs.iter().filter(|(step, _)| *step == index).map(|(_, need)| format!("step {need}")).collect();
            let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
            step(&format!("step {index}"), &needs, *minutes)
        }).collect();
        let (sum, longest) = (minutes.iter().sum::<i64>(), minutes.iter().max().copied().unwrap_or(0));
        let left = left(&steps, side_by_side);
        prop_assert!(left <= sum);
        prop_assert!(left >= longest && left * i64::try_from(side_by_side).unwrap() >= sum);
    }
}
