//! What a payload says, without keeping it.

use std::collections::BTreeMap;

use pipeline::source::Rejects;
use serde::Serialize;

use super::FindingReport;
use crate::app::Reading;

/// What a payload says.
#[derive(Serialize)]
pub(crate) struct ReadingReport {
    pub(crate) file: String,
    pub(crate) source: &'static str,
    pub(crate) rows_read: u64,
    pub(crate) verdict: &'static str,
    /// Facts by table.
    pub(crate) facts: BTreeMap<&'static str, usize>,
    pub(crate) rejects: Vec<RejectReport>,
    pub(crate) findings: Vec<FindingReport>,
}

/// Rows that cannot be used, for one reason.
#[derive(Serialize)]
pub(crate) struct RejectReport {
    pub(crate) reason: &'static str,
    pub(crate) count: u64,
    pub(crate) examples: Vec<String>,
}

/// So many rejects of each reason are shown.
const EXAMPLES: usize = 3;

impl ReadingReport {
    pub(crate) fn of(reading: &Reading) -> Self {
        let parsed = reading.parsed.as_ref().ok();
        let rejects = parsed.map(|parsed| &parsed.rejects);
        let examples = |reason| {
            let described = rejects.into_iter().flat_map(Rejects::described);
            let of_reason = described.filter(|reject| reject.reason == reason);
            of_reason.take(EXAMPLES).map(|reject| reject.detail.clone()).collect()
        };
        let facts = parsed.map(|parsed| parsed.facts.counts()).unwrap_or_default();
        Self {
            file: reading.file.display().to_string(),
            source: reading.source,
            rows_read: parsed.map_or(0, |parsed| parsed.rows_read),
            verdict: reading.judgement.verdict().code(),
            facts: facts.into_iter().filter(|(_, count)| *count > 0).collect(),
            rejects: rejects
                .into_iter()
                .flat_map(Rejects::counts)
                .map(|(reason, count)| RejectReport {
                    reason: reason.code(),
                    count: *count,
                    examples: examples(*reason),
                })
                .collect(),
            findings: reading.judgement.findings.iter().cloned().map(FindingReport::from).collect(),
        }
    }
}
