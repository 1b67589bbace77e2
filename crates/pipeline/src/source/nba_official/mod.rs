//! The league's own injury report: a PDF, issued every quarter of an hour.

mod table;
mod words;

use std::collections::BTreeSet;

use domain::{GameDate, InjuryEvent, InjuryEventKind, Known, Provenance};
use jiff::SignedDuration;

use crate::delivery::Delivery;
use crate::source::{Directory, Parsed, Provider, Reject, RejectReason, Source, Unreadable};
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
            let number = parsed.rows_read;
            parsed.rows_read += 1;
            match entry(row, report.issued, directory) {
                // Games stand in the order in which they are played; the next is what his state is about.
                Ok(event) if listed.insert(event.player) => {
                    parsed.facts.injuries.push(Known::new(event, payload.fetched_at, Provenance::Observed));
                }
                Ok(_) => {
                    let detail = format!("{} is listed for a later game, {}, as well", row.player, row.matchup);
                    parsed.rejects.push(Reject { reason: RejectReason::NotCounted, row: number, detail });
                }
                Err((reason, detail)) => parsed.rejects.push(Reject { reason, row: number, detail }),
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

fn entry(row: &Row, date: GameDate, directory: &Directory) -> Result<InjuryEvent, (RejectReason, String)> {
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
    let unresolved = || (RejectReason::UnresolvedPlayer, name.clone());
    let player = directory.player(&name).ok_or_else(unresolved)?;
    Ok(InjuryEvent { player, date, kind, detail: row.reason.clone() })
}

#[cfg(test)]
mod tests;
