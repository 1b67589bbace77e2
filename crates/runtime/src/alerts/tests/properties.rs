//! What holds whatever happens: any conditions, in any order, at any pace.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::alerts::{Change, NotificationKind};

fn a_condition() -> impl Strategy<Value = Condition> {
    let causes = prop::sample::select(vec![Cause::TaskDead, Cause::TaskLate]);
    let severities = prop::sample::select(Severity::ALL.to_vec());
    let parts = (0..3usize, causes, severities, prop::option::of(0..2i64), any::<bool>(), 0..1000u32);
    parts.prop_map(|(subject, cause, severity, sla, of_oven, text)| Condition {
        cause,
        severity,
        threatens: sla.map_or(Threat::Nothing, |day| Threat::Sla {
            deadline: minute(60 * (day + 4)),
            what: format!("bread of day {day}"),
        }),
        root: of_oven.then(oven),
        message: format!("failure {text}"),
        ..dead(["rye", "wheat", "spelt"][subject])
    })
}

/// Ticks: minutes since the one before, and what holds.
fn a_story() -> impl Strategy<Value = Vec<(i64, Vec<Condition>)>> {
    prop::collection::vec((0..40i64, prop::collection::vec(a_condition(), 0..5)), 1..40)
}

/// Plays a story; hands every tick's instant, conditions and decisions, and the world before them, to a check.
fn play(
    story: &[(i64, Vec<Condition>)],
    mut check: impl FnMut(&World, Timestamp, &[Condition], &Decisions) -> Result<(), TestCaseError>,
) -> Result<World, TestCaseError> {
    let mut world = World::default();
    let mut minutes = 0;
    for (pause, conditions) in story {
        minutes += pause;
        let before = World { open: world.open.clone(), sent: world.sent.clone(), ..World::default() };
        let decisions = world.tick(conditions, minute(minutes));
        check(&before, minute(minutes), conditions, &decisions)?;
    }
    Ok(world)
}

/// Whether people knew of this condition before the tick: told of its root within the cooldown, or of the SLA in this opening.
fn is_known(before: &World, condition: &Condition, what: &String, now: Timestamp) -> bool {
    let root = condition.root_cause();
    let lately =
        |sent: &Sent| sent.change != Change::Resolved && now.duration_since(sent.at) < Policy::default().cooldown;
    let in_opening = |alert: &Alert| alert.told.as_ref().is_some_and(|told| told.slas.contains(what));
    before.sent.iter().any(|sent| sent.root == root && lately(sent))
        || before.open.iter().any(|alert| alert.root == root && in_opening(alert))
}

/// What a tick told, without its texts' order.
fn news(decisions: &Decisions) -> impl Iterator<Item = (Change, &Alert)> {
    decisions.notifications.iter().flat_map(|sent| &sent.news).map(|news| (news.change, &news.alert))
}

proptest! {
    #[test]
    fn a_root_has_one_open_alert_and_five_changes_told_an_hour(story in a_story()) {
        let world = play(&story, |_, _, _, decisions| {
            let open: Vec<_> = decisions.opened.iter().chain(&decisions.continued).map(|alert| &alert.root).collect();
            prop_assert_eq!(open.iter().collect::<BTreeSet<_>>().len(), open.len());
            Ok(())
        })?;
        for sent in &world.sent {
            let hour = |other: &&Sent| other.root == sent.root
                && other.at >= sent.at && other.at < sent.at + SignedDuration::from_hours(1);
            prop_assert!(world.sent.iter().filter(hour).count() <= 5);
        }
    }

    #[test]
    fn whatever_threatens_an_sla_is_told_unless_people_know(story in a_story()) {
        play(&story, |before, now, conditions, decisions| {
            for condition in conditions {
                let Threat::Sla { what, .. } = &condition.threatens else { continue };
                let told = news(decisions).any(|(change, alert)| {
                    change != Change::Resolved && alert.root == condition.root_cause() && alert.slas.contains_key(what)
                });
                prop_assert!(told || is_known(before, condition, what, now), "{condition:?} at {now}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn nobody_is_told_of_what_threatens_nothing(story in a_story()) {
        play(&story, |before, _, _, decisions| {
            for (change, alert) in news(decisions) {
                let was_told = before.open.iter().any(|known| known.root == alert.root && known.told.is_some());
                match change {
                    Change::Opened => prop_assert!(!alert.slas.is_empty() && !was_told),
                    Change::Escalated => prop_assert!(!alert.slas.is_empty() && was_told),
                    Change::Resolved => prop_assert!(was_told),
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn an_alert_is_over_only_after_the_damping_time(story in a_story()) {
        play(&story, |_, now, conditions, decisions| {
            for alert in &decisions.resolved {
                prop_assert!(now.duration_since(alert.held_at) >= Policy::default().damping);
                prop_assert!(conditions.iter().all(|condition| condition.root_cause() != alert.root));
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_order_of_everything_is_no_matter(story in a_story()) {
        play(&story, |before, now, conditions, decisions| {
            let backwards = |conditions: &[Condition]| conditions.iter().rev().cloned().collect::<Vec<_>>();
            let open: Vec<Alert> = before.open.iter().rev().cloned().collect();
            let sent: Vec<Sent> = before.sent.iter().rev().cloned().collect();
            let twice = [backwards(conditions), conditions.to_vec()].concat();
            prop_assert_eq!(decisions, &decide(&open, &twice, &sent, &Policy::default(), now));
            Ok(())
        })?;
    }

    #[test]
    fn what_was_told_before_the_memory_is_no_matter(story in a_story()) {
        play(&story, |before, now, conditions, decisions| {
            let since = now - Policy::default().memory();
            let recent: Vec<Sent> = before.sent.iter().filter(|sent| sent.at >= since).cloned().collect();
            prop_assert_eq!(decisions, &decide(&before.open, conditions, &recent, &Policy::default(), now));
            Ok(())
        })?;
    }

    #[test]
    fn messages_of_a_tick_differ_in_their_ids_and_single_ones_tell_one_change(story in a_story()) {
        play(&story, |_, _, _, decisions| {
            let ids: BTreeSet<String> = decisions.notifications.iter().map(|sent| sent.id().to_string()).collect();
            prop_assert_eq!(ids.len(), decisions.notifications.len());
            for sent in &decisions.notifications {
                prop_assert!(!sent.news.is_empty());
                if let NotificationKind::Single(change) = sent.kind {
                    prop_assert!(sent.news.len() == 1 && sent.news[0].change == change);
                }
            }
            Ok(())
        })?;
    }
}
