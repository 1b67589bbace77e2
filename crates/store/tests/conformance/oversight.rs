//! What people do by hand is kept in order, and a key is what it was made as until it is revoked.

use jiff::SignedDuration;
use runtime::{ApiKey, AuditEntry, AuditOutcome, Moved, Role};

use crate::attempts::now;
use crate::place::Place;

fn entry(subject: &str, outcome: AuditOutcome) -> AuditEntry {
    AuditEntry {
        at: now(),
        actor: "anna".into(),
        action: "replay".into(),
        subject: subject.into(),
        outcome,
        detail: "größter Fehler".into(),
    }
}

fn key(name: &str, role: Role, byte: u8) -> ApiKey {
    ApiKey { name: name.into(), role, digest: [byte; 32], created_at: now(), revoked_at: None }
}

pub(crate) async fn what_was_done_by_hand_is_shown_newest_first(place: Place) {
    let store = place.open().await.oversight;
    let outcomes = [AuditOutcome::Done, AuditOutcome::Refused, AuditOutcome::Failed];
    for (subject, outcome) in ["one", "two", "three"].into_iter().zip(outcomes) {
        store.audit(&entry(subject, outcome)).await.unwrap();
    }
    let newest = place.look().await.oversight.newest_audits(2).await.unwrap();
    assert_eq!(newest, [entry("three", AuditOutcome::Failed), entry("two", AuditOutcome::Refused)]);
}

pub(crate) async fn a_key_s_name_is_given_once(place: Place) {
    let store = place.open().await.oversight;
    let (anna, otto) = (key("anna", Role::Operate, 1), key("otto", Role::Admin, 2));
    assert_eq!(store.add_key(&anna).await.unwrap(), Moved::Yes);
    assert_eq!(store.add_key(&otto).await.unwrap(), Moved::Yes);
    assert_eq!(store.add_key(&key("anna", Role::Admin, 3)).await.unwrap(), Moved::No);
    assert_eq!(place.look().await.oversight.keys().await.unwrap(), [anna.clone(), otto.clone()]);

    let (revoked, later) = (now() + SignedDuration::from_mins(1), now() + SignedDuration::from_mins(2));
    assert_eq!(store.revoke_key("anna", revoked).await.unwrap(), Moved::Yes);
    assert_eq!(store.revoke_key("anna", later).await.unwrap(), Moved::No, "it is revoked already");
    assert_eq!(store.revoke_key("nobody", later).await.unwrap(), Moved::No);
    assert_eq!(store.add_key(&key("anna", Role::Read, 4)).await.unwrap(), Moved::No, "audits name her still");
    assert_eq!(store.keys().await.unwrap(), [ApiKey { revoked_at: Some(revoked), ..anna }, otto]);
}
