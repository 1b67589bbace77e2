//! Phase 1: bytes as they came.

use crate::Rows;
use crate::delivery::Delivery;
use crate::pipeline::{Pipeline, StepError, Work};
use crate::ports::FetchError;

/// Fetches everything the sources want of a delivery.
pub(crate) async fn run(pipeline: &Pipeline, delivery: &Delivery) -> Result<Work, StepError> {
    let Some(fetch) = &pipeline.fetch else {
        return Err(StepError::Broken("no way out is configured".to_owned()));
    };
    let directory = pipeline.directory().await?;
    let requests: Vec<_> = pipeline.sources.iter().flat_map(|source| source.plan(delivery, &directory)).collect();
    let mut payloads = Vec::with_capacity(requests.len());
    for request in &requests {
        match fetch.fetch(request).await {
            Ok(payload) => payloads.push(payload),
            Err(FetchError::NotThere { .. }) => {}
            Err(error @ FetchError::Refused { .. }) => return Err(StepError::Refused(error.to_string())),
            Err(error @ FetchError::Failed { .. }) => return Err(StepError::Upstream(error.to_string())),
        }
    }
    if payloads.is_empty() {
        return Ok(Work::Nothing(format!("{delivery} holds nothing")));
    }
    Ok(Work::Rows(Rows::Payloads(payloads)))
}
