//! Phase 2: a payload into facts and rejects, unless it cannot be believed.

use jiff::Timestamp;

use crate::pipeline::{Pipeline, StepError, Work};
use crate::rows::FactBatch;
use crate::source::Unreadable;
use crate::suspicion::{self, Verdict};
use crate::{PayloadHash, Rows};

pub(crate) async fn run(
    pipeline: &Pipeline,
    source: &str,
    hash: PayloadHash,
    again: Option<Timestamp>,
) -> Result<Work, StepError> {
    let payload = pipeline
        .raw
        .payload(hash, source, again)
        .await?
        .ok_or_else(|| StepError::Upstream(format!("payload {hash} has not landed")))?;
    let source = pipeline.source(source)?;
    let directory = pipeline.directory().await?;
    let reading = source.parse(&payload, &directory);
    let judgement = suspicion::judge(source, &payload, &reading, &directory);
    let parsed = match reading {
        Ok(parsed) if judgement.verdict() != Verdict::Block => parsed,
        _ => return Err(Unreadable { subject: payload.subject, problem: judgement.why_blocked() }.into()),
    };
    Ok(Work::Rows(Rows::Facts(Box::new(FactBatch {
        payload: hash,
        landed_at: payload.fetched_at,
        facts: parsed.facts,
        rows_read: parsed.rows_read,
        rejects: parsed.rejects,
        findings: judgement.findings,
    }))))
}
