//! What people read.

use super::*;
use crate::alerts::NotificationKind;

#[test]
fn an_opening_says_what_why_what_to_do_and_how_much_time_is_left() {
    let conditions: Vec<Condition> =
        ["rye", "wheat", "spelt", "oats", "corn", "rice"].into_iter().map(dead_of_oven).collect();
    let decisions = World::default().tick(&conditions, minute(150));
    let [message] = decisions.notifications.as_slice() else { panic!("one message") };
    assert_eq!(message.headline(), "Warning: oven: breaker open (6 affected)");
    let expected = "What: oven, breaker open; affects corn, oats, rice, rye, spelt and 1 more
Why: the oven answered 503
To do: Look at the oven.
Threatens: bread of 2026-01-20, due 2026-01-20 16:00 UTC, 1 h 30 min left
Since: 2026-01-20 14:30 UTC
As of 2026-01-20 14:30 UTC";
    assert_eq!(message.body(), expected);
}

#[test]
fn a_broken_sla_is_overdue_and_an_end_says_how_long_it_took() {
    let mut world = World::default();
    let opened = world.tick(&[dead("rye")], minute(243));
    assert!(opened.notifications[0].body().contains("due 2026-01-20 16:00 UTC, 3 min ago"));
    world.tick(&[dead("rye")], minute(270));
    let resolved = world.tick(&[], minute(280));
    assert_eq!(resolved.notifications[0].headline(), "Resolved: rye: given up after the last attempt");
    assert_eq!(resolved.notifications[0].severity(), Severity::Info);
    assert!(resolved.notifications[0].body().starts_with("It was open for 27 min, from 2026-01-20 16:03 UTC."));
}

#[test]
fn text_from_elsewhere_is_one_line_of_bearable_length() {
    let page = format!("it said\r\nTo: everybody\n{}", "é".repeat(9000));
    let decisions = World::default().tick(&[Condition { message: page, ..dead("rye\nbread") }], minute(0));
    let message = &decisions.notifications[0];
    assert_eq!(message.headline(), "Warning: rye bread: given up after the last attempt");
    let body = message.body();
    let why = body.lines().nth(1).unwrap();
    assert!(why.starts_with("Why: it said To: everybody éé") && why.ends_with("é…"), "{why}");
    assert_eq!((body.lines().count(), why.chars().count()), (6, "Why: ".len() + 601));
}

#[test]
fn an_aggregate_leads_with_the_worst_and_counts_the_rest() {
    let mut many: Vec<Condition> = (0..600).map(|index| dead(&format!("loaf {index:03}"))).collect();
    many[300].severity = Severity::Critical;
    let decisions = World::default().tick(&many, minute(0));
    let message = &decisions.notifications[0];
    assert_eq!(message.headline(), "CRITICAL: loaf 300: given up after the last attempt - and 599 more");
    assert!(message.body().contains("And 590 more; the list of alerts has all."));
    assert_eq!(message.severity(), Severity::Critical);
}

#[test]
fn a_test_says_that_nothing_is_wrong() {
    let test = Notification::synthetic(minute(0));
    assert_eq!(test.headline(), "Test of this alert route: nothing is wrong");
    assert_eq!(test.severity(), Severity::Info);
    assert_ne!(test.id(), Notification::synthetic(minute(1)).id());
}

#[test]
fn every_kind_is_read_back() {
    for code in ["opened", "escalated", "resolved", "aggregate", "synthetic"] {
        assert_eq!(NotificationKind::from_code(code).map(NotificationKind::code), Some(code));
    }
    assert_eq!(NotificationKind::from_code("single"), None);
}
