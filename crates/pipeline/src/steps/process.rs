//! Phase 2: a payload into facts and rejects, unless it cannot be believed.

use crate::pipeline::{Pipeline, StepError, Work};
use crate::rows::FactBatch;
use crate::source::Unreadable;
use crate::suspicion::{self, Verdict};
use crate::{PayloadHash, Rows};

pub(crate) async fn run(pipeline: &Pipeline, hash: PayloadHash) -> Result<Work, StepError> {
    let payload = pipeline
        .raw
        .payload(hash)
        .await?
        .ok_or_else(|| StepError::Upstream(format!("payload {hash} has not landed")))?;
    let source = pipeline.source(&payload.source)?;
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
