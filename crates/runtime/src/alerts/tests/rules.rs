//! What is told and what is not, rule by rule.

use super::*;

/// A condition with another severity.
fn at(severity: Severity, condition: Condition) -> Condition {
    Condition { severity, ..condition }
}

/// A condition that threatens this instead.
fn threatening(what: &str, condition: Condition) -> Condition {
    Condition { threatens: Threat::Sla { deadline: minute(900), what: what.to_owned() }, ..condition }
}

#[test]
fn a_state_that_lasts_is_told_once() {
    let mut world = World::default();
    assert_eq!(world.told(&[dead("rye")], 0), ["opened"]);
    assert!((1..600).all(|minutes| world.told(&[dead("rye")], minutes).is_empty()));
    assert_eq!(world.open.len(), 1);
}

#[test]
fn conditions_of_one_root_are_one_alert_in_the_words_of_the_root() {
    let mut conditions: Vec<Condition> = (0..600)
        .map(|index| Condition {
            message: format!("request {index} failed"),
            ..dead_of_oven(&format!("loaf {index:03}"))
        })
        .collect();
    let breaker = Condition {
        cause: Cause::BreakerOpen,
        severity: Severity::Info,
        threatens: Threat::Nothing,
        message: "the oven is cold".to_owned(),
        ..dead("oven")
    };
    conditions.push(breaker);
    let mut world = World::default();
    assert_eq!(world.told(&conditions, 0), ["opened"]);
    let [alert] = world.open.as_slice() else { panic!("one alert, not {}", world.open.len()) };
    assert_eq!((alert.subject_count, alert.subjects.len()), (601, 5));
    assert_eq!(alert.subjects[..2], ["loaf 000", "loaf 001"]);
    assert_eq!((alert.severity, alert.message.as_str()), (Severity::Warning, "the oven is cold"));
}

#[test]
fn ever_new_messages_of_one_root_tell_nothing_new() {
    let mut world = World::default();
    let told: usize = (0..600)
        .map(|index| {
            let failure =
                Condition { message: format!("request {index} failed"), ..dead_of_oven(&format!("loaf {index}")) };
            world.told(&[failure], index / 10).len()
        })
        .sum();
    assert_eq!((told, world.open.len()), (1, 1));
}

#[test]
fn an_expected_state_is_recorded_and_no_one_is_told() {
    let expected = Condition { threatens: Threat::Nothing, ..at(Severity::Critical, dead("rye")) };
    let mut world = World::default();
    assert!(world.told(std::slice::from_ref(&expected), 0).is_empty());
    assert_eq!(world.open.len(), 1);
    assert!(world.told(&[], 10).is_empty());
    assert_eq!((world.open.len(), world.over.len()), (0, 1));
    assert_eq!(world.told(&[expected, dead("wheat")], 20), ["opened"], "only what threatens something");
}

#[test]
fn what_begins_to_threaten_is_told_then() {
    let mut world = World::default();
    assert!(world.told(&[Condition { threatens: Threat::Nothing, ..dead("rye") }], 0).is_empty());
    assert_eq!(world.told(&[dead("rye")], 1), ["opened"]);
}

#[test]
fn flapping_within_the_damping_time_is_one_alert() {
    let mut world = World::default();
    assert_eq!(world.told(&[dead("rye")], 0), ["opened"]);
    for minutes in 1..60 {
        let conditions = if minutes % 4 == 0 { vec![dead("rye")] } else { vec![] };
        assert!(world.told(&conditions, minutes).is_empty(), "minute {minutes}");
    }
    assert_eq!(world.told(&[], 61), ["resolved"], "five minutes after minute 56");
}

#[test]
fn what_comes_back_within_the_cooldown_is_told_when_it_ends_if_it_still_holds() {
    let mut world = World::default();
    assert_eq!(world.told(&[dead("rye")], 0), ["opened"]);
    assert_eq!(world.told(&[], 10), ["resolved"]);
    assert!((20..60).all(|minutes| world.told(&[dead("rye")], minutes).is_empty()));
    assert_eq!(world.told(&[dead("rye")], 60), ["opened"]);

    let mut world = World::default();
    assert_eq!(world.told(&[dead("rye")], 0), ["opened"]);
    assert_eq!(world.told(&[], 10), ["resolved"]);
    assert!(world.told(&[dead("rye")], 20).is_empty());
    assert!(world.told(&[], 30).is_empty(), "people know of no second opening, so of no second end");
}

#[test]
fn what_becomes_worse_is_told_at_once() {
    let mut world = World::default();
    assert_eq!(world.told(&[dead("rye")], 0), ["opened"]);
    assert_eq!(world.told(&[at(Severity::Critical, dead("rye"))], 1), ["escalated"]);
    assert!(world.told(&[dead("rye")], 2).is_empty(), "better is no news");
    assert!(world.told(&[at(Severity::Critical, dead("rye"))], 200).is_empty(), "as bad as people were told");

    let mut world = World::default();
    assert_eq!(world.told(&[dead("rye")], 0), ["opened"]);
    assert_eq!(world.told(&[], 10), ["resolved"]);
    assert_eq!(world.told(&[at(Severity::Critical, dead("rye"))], 20), ["opened"], "worse than before it was over");
}

#[test]
fn another_sla_in_danger_is_told_after_the_cooldown() {
    let mut world = World::default();
    assert_eq!(world.told(&[dead_of_oven("rye")], 0), ["opened"]);
    let both = [dead_of_oven("rye"), threatening("bread of 2026-01-21", dead_of_oven("wheat"))];
    assert!(world.told(&both, 30).is_empty());
    assert_eq!(world.told(&both, 60), ["escalated"]);
    assert!(world.told(&both, 200).is_empty());

    assert!(world.told(&[dead_of_oven("rye")], 300).is_empty());
    let third = threatening("bread of 2026-01-22", dead_of_oven("wheat"));
    assert_eq!(world.told(std::slice::from_ref(&third), 400), ["escalated"]);
    assert!(world.told(&both, 500).is_empty(), "both were told in this opening");
}

#[test]
fn people_remember_the_worst_they_were_told_in_an_opening() {
    let mut world = World::default();
    assert_eq!(world.told(&[at(Severity::Critical, dead("rye"))], 0), ["opened"]);
    assert_eq!(world.told(&[threatening("bread of 2026-01-21", dead("rye"))], 100), ["escalated"]);
    assert!(world.told(&[at(Severity::Critical, dead("rye"))], 200).is_empty());
}

#[test]
fn an_sla_is_due_when_the_first_of_its_conditions_is() {
    let due = |minutes| Threat::Sla { deadline: minute(minutes), what: "bread".to_owned() };
    let conditions = [300, 200, 250]
        .map(|minutes| Condition { threatens: due(minutes), ..dead_of_oven(&format!("loaf {}", 500 - minutes)) });
    let decisions = World::default().tick(&conditions, minute(0));
    assert_eq!(decisions.opened[0].slas_by_deadline(), [("bread", minute(200))]);
}

#[test]
fn no_more_than_five_changes_of_a_root_are_told_in_an_hour() {
    let mut world = World::default();
    let mut told = Vec::new();
    for (round, severity) in Severity::ALL.into_iter().enumerate() {
        let minutes = i64::try_from(round).unwrap() * 12;
        told.extend(world.told(&[at(severity, dead("rye"))], minutes));
        told.extend(world.told(&[], minutes + 6));
    }
    assert_eq!(told, ["opened", "resolved", "opened", "aggregate", "aggregate"]);
    assert_eq!(world.over.len(), 3, "the sixth change was not told, but it is recorded");

    // Without a cooldown nothing else holds back what comes and goes.
    let mut world =
        World { policy: Policy { cooldown: SignedDuration::ZERO, ..Policy::default() }, ..World::default() };
    let told: usize =
        (0..60).map(|minutes| world.told(&[dead("rye")][usize::from(minutes % 12 > 5)..], minutes).len()).sum();
    assert_eq!(told, 5);
    assert_eq!(world.told(&[dead("rye")], 60), ["aggregate"], "it waited for its turn");
}

#[test]
fn many_openings_of_one_cause_are_told_in_one_message() {
    let many: Vec<Condition> = (0..600).map(|index| dead(&format!("loaf {index}"))).collect();
    let mut world = World::default();
    let decisions = world.tick(&many, minute(0));
    assert_eq!(decisions.opened.len(), 600, "they have nothing in common but their cause");
    let [message] = decisions.notifications.as_slice() else { panic!("one message") };
    assert_eq!((message.kind.code(), message.news.len()), ("aggregate", 600));

    let mut world = World::default();
    assert_eq!(world.told(&many[..3], 0), ["opened", "opened", "opened"]);
    assert_eq!(world.told(&many[..4], 30), ["aggregate"], "the fourth within an hour");
    assert_eq!(world.told(&many[..5], 95), ["opened"], "the hour is over");
}

#[test]
fn the_most_urgent_is_told_first() {
    let later = threatening("cake", at(Severity::Critical, dead("cake")));
    let conditions = [dead("rye"), later, at(Severity::Critical, dead("wheat"))];
    let decisions = World::default().tick(&conditions, minute(0));
    let subjects: Vec<_> =
        decisions.notifications.iter().map(|sent| sent.news[0].alert.root.subject.as_str()).collect();
    assert_eq!(subjects, ["wheat", "cake", "rye"]);
}

#[test]
fn a_clock_that_was_set_back_silences_no_one() {
    let mut world = World::default();
    assert_eq!(world.told(&[dead("rye")], 6000), ["opened"]);
    assert_eq!(world.told(&[], 0), ["resolved"], "last seen in the far future");
    assert_eq!(world.told(&[dead("rye")], 1), ["opened"], "what was told in the far future does not count");
}
