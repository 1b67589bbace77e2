//! Providers, quotas and blocked payloads threaten tonight only while its page may be without lines because of them.

use pipeline::ports::{ProviderDay, Quota};
use pipeline::source::Provider;

use super::*;
use crate::app::ProviderStanding;

/// An hour before the page is made.
fn soon() -> Timestamp {
    tonight().at(12, 0)
}

/// The only threat stated of a scene at an instant.
fn threat_at(scene: &Scene, now: Timestamp) -> Threat {
    let conditions = conditions(scene, now);
    let [condition] = conditions.as_slice() else { panic!("{conditions:?}") };
    condition.threatens.clone()
}

fn open_for_an_hour(provider: Provider) -> Scene {
    let breaker = Breaker::Open { until: soon(), since: soon() - minutes(60), times: 1, why: "HTTP 503".to_owned() };
    let breakers = [(StepId::from(provider.name()), breaker)].into();
    Scene { tonight: Some(on_time()), breakers, ..Scene::default() }
}

#[test]
fn a_provider_that_fails_threatens_a_page_without_lines_that_is_made_soon() {
    let scene = open_for_an_hour(Provider::OddsApi);
    assert_ne!(threat_at(&scene, soon()), Threat::Nothing);
    assert_eq!(threat_at(&scene, soon() - minutes(61)), Threat::Nothing, "it may be back by then");
    let scene = Scene { are_lines_known: true, ..scene };
    assert_eq!(threat_at(&scene, soon()), Threat::Nothing, "it has told some, or another has");
    let scene = Scene { tonight: Some(promise_that(SlaVerdict::Met { at: now() })), are_lines_known: false, ..scene };
    assert_eq!(threat_at(&scene, soon()), Threat::Nothing, "the page is out");
    assert_eq!(threat_at(&Scene { tonight: None, ..scene }, soon()), Threat::Nothing, "nothing is promised");
}

#[test]
fn who_tells_no_lines_or_has_just_begun_to_fail_threatens_nothing() {
    assert_eq!(threat_at(&open_for_an_hour(Provider::NbaStats), soon()), Threat::Nothing);
    let young = open_for_an_hour(Provider::OddsApi);
    assert_eq!(threat_at(&young, soon() - minutes(31)), Threat::Nothing, "it is probed within a minute");
}

#[test]
fn a_provider_s_trouble_is_its_own_and_says_what_to_do() {
    let scene = open_for_an_hour(Provider::OddsApi);
    let stated = &conditions(&scene, soon())[0];
    assert_eq!(stated.root_cause(), RootCause::new(Cause::BreakerOpen, "breaker odds_api"), "no step is dead");
    assert!(stated.what_to_do.contains("tipoff sources"), "{}", stated.what_to_do);
}

#[test]
fn a_quota_threatens_a_page_where_less_is_left_than_a_day_takes() {
    let of = |provider, left, quota_a_day, verdict| {
        let quota = Some(Quota { used: 500 - left, left });
        let today = ProviderDay { quota, ..ProviderDay::unasked(provider, tonight()) };
        let standing = ProviderStanding { today, quota_a_day, breaker: Breaker::default() };
        Scene { tonight: Some(promise_that(verdict)), providers: vec![standing], ..Scene::default() }
    };
    let still = SlaVerdict::OnTime { slack: minutes(300) };
    assert_eq!(conditions(&of(Provider::OddsApi, 100, Some(120), still), soon()), [], "a fifth is left");
    let low = of(Provider::OddsApi, 99, Some(120), still);
    assert_eq!(only(&low).cause, Cause::QuotaLow);
    assert_ne!(threat_at(&low, soon()), Threat::Nothing);
    assert_eq!(threat_at(&of(Provider::OddsApi, 99, Some(90), still), soon()), Threat::Nothing, "it lasts");
    assert_eq!(threat_at(&of(Provider::Espn, 99, Some(120), still), soon()), Threat::Nothing, "it tells no lines");
    let out = of(Provider::OddsApi, 0, Some(120), SlaVerdict::Met { at: now() });
    assert_eq!(threat_at(&out, soon()), Threat::Nothing, "the page is out");
}

#[test]
fn a_blocked_payload_threatens_a_page_that_would_be_without_lines() {
    let of = |source: &str| {
        let partition = format!("payload {source}.1 {}", "0".repeat(64));
        assert!(partition.parse::<pipeline::Partition>().is_ok(), "{partition}");
        let blocked = dead_of("process", &partition, FailureCategory::UpstreamFailure);
        Scene { tonight: Some(on_time()), unsettled: vec![blocked], ..Scene::default() }
    };
    let scene = of("odds_api_event_odds");
    assert_ne!(threat_at(&scene, soon()), Threat::Nothing);
    assert_eq!(threat_at(&Scene { are_lines_known: true, ..scene }, soon()), Threat::Nothing);
    assert_eq!(threat_at(&of("espn_roster"), soon()), Threat::Nothing);
    let mut old = of("odds_api_event_odds");
    old.unsettled[0].updated_at = tonight().at(0, 0) - minutes(1);
    assert_eq!(threat_at(&old, soon()), Threat::Nothing, "it was yesterday's");
}

#[test]
fn a_look_that_is_refused_for_good_threatens_the_slate_it_is_about() {
    let of = |delivery: &str| {
        let partition = format!("delivery {delivery} of odds_api_event_odds");
        assert!(partition.parse::<pipeline::Partition>().is_ok(), "{partition}");
        let refused = dead_of("land", &partition, FailureCategory::UpstreamFailure);
        Scene { tonight: Some(on_time()), unsettled: vec![refused], ..Scene::default() }
    };
    assert_ne!(threat_at(&of("2025-01-15 midday"), soon()), Threat::Nothing);
    assert_eq!(threat_at(&of("2025-01-16 morning"), soon()), Threat::Nothing, "it is about tomorrow");
}
