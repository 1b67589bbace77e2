//! The league's own injury report: a PDF, issued every quarter of an hour.

mod table;
mod words;

use std::collections::BTreeSet;

use domain::{GameDate, InjuryEvent, InjuryEventKind, Team};
use jiff::SignedDuration;

use crate::delivery::Delivery;
use crate::source::{Directory, Mention, Parsed, Provider, RejectReason, Rejection, Source, Unreadable, seen};
use crate::{RawPayload, RawRequest};
use table::Row;

/// The injury report.
///
/// It is about the games of one or two days, and about teams that have reported: who is not in it is not therefore fit.
pub(crate) struct NbaOfficialInjuryReport;

/// An issue is there soon after its time, not at it. A look that finds none is not repeated, so the one before is read.
const ISSUED_BY_NOW: SignedDuration = SignedDuration::from_mins(15);

impl Source for NbaOfficialInjuryReport {
    fn id(&self) -> &'static str {
        "nba_official_injury_report"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::NbaOfficial)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        false
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched"
    }

    fn plan(&self, delivery: &Delivery, _: &Directory) -> Vec<RawRequest> {
        let Delivery::Watch { at, .. } = delivery else { return Vec::new() };
        let issue = *at - ISSUED_BY_NOW;
        let quarter = issue - SignedDuration::from_secs(issue.as_second().rem_euclid(900));
        vec![RawRequest { source: self.id(), subject: format!("referee/injury/{}", file_name(quarter)) }]
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let report = words::words(&payload.body).and_then(|words| table::report(&words));
        let report = report.map_err(|problem| Unreadable {
            subject: payload.subject.clone(),
            problem: format!("not the injury report: {problem}; the bytes are kept"),
        })?;
        let mut parsed = Parsed::default();
        let mut listed = BTreeSet::new();
        for row in &report.rows {
            // Games stand in the order in which they are played; the next is what a player's state is about.
            let later = || (RejectReason::NotCounted, format!("{} is listed for {} as well", row.player, row.matchup));
            let entry = entry(row, report.issued, directory);
            let entry = entry.and_then(|event| if listed.insert(event.player) { Ok(event) } else { Err(later()) });
            if let Some(event) = parsed.row(entry) {
                parsed.facts.injuries.push(seen(event, payload));
            }
        }
        Ok(parsed)
    }
}

/// The name of an issue, since 23 December 2025: `Injury-Report_2026-01-05_05_15PM.pdf`.
fn file_name(issue: jiff::Timestamp) -> String {
    let clock = GameDate::clock_text(issue);
    let (hour, rest) = clock.split_once(':').unwrap_or_default();
    let time: String = rest.split(' ').take(2).collect();
    format!("Injury-Report_{}_{hour:0>2}_{time}.pdf", GameDate::of(issue))
}

fn entry(row: &Row, date: GameDate, directory: &Directory) -> Result<InjuryEvent, Rejection> {
    let name = match row.player.split_once(',') {
        Some((last, first)) => format!("{} {}", first.trim(), last.trim()),
        None => row.player.clone(),
    };
    if name.is_empty() {
        return Err((RejectReason::MissingValue, format!("no player of {} with status {:?}", row.team, row.status)));
    }
    let kind = match row.status.as_str() {
        "Out" => InjuryEventKind::Out,
        "Doubtful" | "Questionable" | "Probable" => InjuryEventKind::Questionable,
        "Available" => InjuryEventKind::Return,
        other => return Err((RejectReason::Malformed, format!("status {other:?} of {name:?}"))),
    };
    let teams: Vec<Team> = directory.team(&row.team).into_iter().collect();
    let player = directory.resolve(Mention::named(&name).of(&teams))?;
    Ok(InjuryEvent { player, date, kind, detail: row.reason.clone() })
}

#[cfg(test)]
mod tests;
