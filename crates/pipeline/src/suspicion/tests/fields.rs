//! Fields that come and go are noticed; those that nobody lists are not.

use std::collections::BTreeSet;

use super::*;
use crate::source::Parsed;

fn renamed(body: &Value, from: &str, to: &str) -> Value {
    serde_json::from_str(&body.to_string().replace(&format!("\"{from}\":"), &format!("\"{to}\":"))).unwrap()
}

/// What is said of drift alone.
fn drift(source: &str, body: &Value) -> Vec<(Verdict, String)> {
    let judgement = judged(source, at_noon(), body.to_string().into());
    let said = judgement.findings.into_iter().filter(|finding| finding.check == Check::Drift);
    said.map(|finding| (finding.verdict, finding.detail)).collect()
}

#[test]
fn fields_that_are_new_are_counted_and_five_are_named() {
    let mut body = schedule();
    body["leagueSchedule"]["gameDates"][0]["games"][0]["isCupFinal"] = json!(true);
    let told = |detail: &str| vec![(Verdict::Accept, format!("fields it was not known to send: {detail}"))];
    assert_eq!(drift("nba_cdn_schedule", &body), told("1 (isCupFinal)"));
    for nth in 1..=6 {
        body["meta"][format!("new{nth}")] = json!({ "gameId": nth });
    }
    assert_eq!(drift("nba_cdn_schedule", &body), told("7 (isCupFinal, new1, new2, new3, new4, …)"));
}

#[test]
fn a_field_that_is_read_and_has_another_name_now_marks_its_source() {
    let gone = |names: &str| (Verdict::Degrade, format!("fields that are read and that no row has: {names}"));
    let new = |names: &str| (Verdict::Accept, format!("fields it was not known to send: {names}"));
    let body = renamed(&schedule(), "gameDateTimeUTC", "tipoffUTC");
    assert_eq!(drift("nba_cdn_schedule", &body), [new("1 (tipoffUTC)"), gone("1 (gameDateTimeUTC)")]);
    let body = renamed(&play_by_play(), "area", "zone");
    assert_eq!(drift("nba_cdn_play_by_play", &body), [new("1 (zone)"), gone("1 (area)")]);
}

#[test]
fn columns_are_fields_too() {
    let column = |name: &str| json!({ "resultSets": [{ "name": "PlayerIndex", "headers": [name], "rowSet": [] }] });
    let source = all().into_iter().find(|known| known.id() == "stats_nba_player_index").unwrap();
    let said = |name| {
        let (body, mut judgement) = (column(name).to_string().into_bytes(), Judgement::default());
        let payload = RawPayload {
            source: source.id().to_owned(),
            subject: "columns".to_owned(),
            fetched_at: at_noon(),
            etag: None,
            body: body.into(),
        };
        super::super::fields::judge(source.as_ref(), &payload, &Parsed::default(), &mut judgement);
        judgement.findings.len()
    };
    assert_eq!((said("PERSON_ID"), said("PERSON_NUMBER")), (0, 1));
}

#[test]
fn what_is_wanted_is_known() {
    let mut listed = 0;
    for source in all() {
        let fields = source.fields();
        let known: BTreeSet<&str> = fields.known.split_whitespace().collect();
        listed += usize::from(!known.is_empty());
        let unknown: Vec<_> = fields.wanted.iter().filter(|name| !known.is_empty() && !known.contains(*name)).collect();
        assert!(unknown.is_empty(), "{}: {unknown:?}", source.id());
    }
    assert!(listed > 20, "{listed} sources have a list");
}
