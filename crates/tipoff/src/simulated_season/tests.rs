//! What a simulated season tells, and that it can tell otherwise.

use runtime::alerts::{Cause, Condition, Threat};

use super::*;
use crate::watch::{self, Scene};

/// A dozen slates see every kind of noise but the rarest.
const SLATES: usize = 12;

#[tokio::test]
async fn alerts_are_of_threats_and_every_threat_alerts() {
    let report = simulate(1, SLATES).await.unwrap();
    assert!(report.holds(), "{report:#?}");
    assert!(report.threats >= 3 && report.alerts >= 3, "there was something to tell: {report:#?}");
    assert!(report.published_in_time >= SLATES - 2, "{report:#?}");
}

#[tokio::test]
async fn a_noisy_rule_is_found() {
    fn every_silence_threatens(scene: &Scene, now: Timestamp) -> Vec<Condition> {
        let mut conditions = watch::conditions(scene, now);
        let tonight = scene.tonight.as_ref().map(|tonight| (tonight.edition.slate, tonight.deadline));
        for silent in conditions.iter_mut().filter(|condition| condition.cause == Cause::AttemptSilent) {
            if let Some((slate, deadline)) = tonight {
                silent.threatens = Threat::Sla { deadline, what: format!("tonight's page, {slate}") };
            }
        }
        conditions
    }
    let report = under(1, SLATES, every_silence_threatens).await.unwrap();
    assert!(!report.holds() && report.share < SHARE_AT_LEAST && !report.false_alerts.is_empty(), "{report:#?}");
}

#[tokio::test]
async fn a_deaf_rule_is_found() {
    fn nobody_hears_of_the_dead(scene: &Scene, now: Timestamp) -> Vec<Condition> {
        let mut conditions = watch::conditions(scene, now);
        conditions.retain(|condition| condition.cause != Cause::TaskDead);
        conditions
    }
    let report = under(9, SLATES, nobody_hears_of_the_dead).await.unwrap();
    assert!(!report.holds() && report.threats_alerted < report.threats, "{report:#?}");
}

#[tokio::test]
async fn the_same_seed_brings_the_same_season() {
    let [first, again, other] =
        [5, 5, 6].map(|seed| simulate(seed, 2)).map(|season| async { format!("{:?}", season.await.unwrap()) });
    let first = first.await;
    assert_eq!(first, again.await);
    assert_ne!(first, other.await);
}
