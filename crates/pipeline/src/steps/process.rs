//! Phase 2: a payload into facts and rejects, unless it cannot be believed.

use jiff::Timestamp;

use crate::pipeline::{Pipeline, StepError, Work};
use crate::reconcile::Told;
use crate::rows::FactBatch;
use crate::source::{Rank, Unreadable};
use crate::suspicion::{self, Judgement, Verdict};
use crate::{PayloadHash, RawPayload, Rows};

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
        Ok(_) if judgement.verdict() == Verdict::Block => return Err(blocked(payload, &judgement)),
        Ok(parsed) if source.rank() == Rank::Backup => {
            Told::about(&parsed.facts, pipeline.facts.as_ref()).await?.gaps(parsed)
        }
        Ok(parsed) => parsed,
        Err(_) => return Err(blocked(payload, &judgement)),
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

fn blocked(payload: RawPayload, judgement: &Judgement) -> StepError {
    Unreadable { subject: payload.subject, problem: judgement.why_blocked() }.into()
}
