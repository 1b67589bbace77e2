//! Phase 2: a payload into facts and rejects.

use crate::pipeline::{Pipeline, StepError, Work};
use crate::rows::FactBatch;
use crate::{PayloadHash, Rows};

pub(crate) async fn run(pipeline: &Pipeline, hash: PayloadHash) -> Result<Work, StepError> {
    let payload = pipeline
        .raw
        .payload(hash)
        .await?
        .ok_or_else(|| StepError::Upstream(format!("payload {hash} has not landed")))?;
    let source = pipeline.source(&payload.source)?;
    let directory = pipeline.directory().await?;
    let parsed = source.parse(&payload, &directory)?;
    Ok(Work::Rows(Rows::Facts(Box::new(FactBatch {
        payload: hash,
        landed_at: payload.fetched_at,
        facts: parsed.facts,
        rows_read: parsed.rows_read,
        rejects: parsed.rejects,
    }))))
}
