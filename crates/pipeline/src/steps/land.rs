//! Phase 1: bytes as they came.

use futures::{StreamExt, TryStreamExt, stream};

use crate::delivery::Delivery;
use crate::pipeline::{Pipeline, StepError, Work};
use crate::ports::FetchError;
use crate::{RawPayload, Rows};

/// Requests of one delivery under way at a time; a provider's own limit may be lower.
const AT_ONCE: usize = 8;

/// Fetches what a source wants of a delivery: all of it, or nothing is kept and it is asked again.
pub(crate) async fn run(pipeline: &Pipeline, delivery: &Delivery, source: &str) -> Result<Work, StepError> {
    let Some(fetch) = &pipeline.fetch else {
        return Err(StepError::Broken("no way out is configured".to_owned()));
    };
    let directory = pipeline.directory().await?;
    let source = pipeline.source(source)?;
    let answers = source.plan(delivery, &directory).into_iter().map(|request| {
        let (fetch, raw) = (fetch.clone(), pipeline.raw.clone());
        async move {
            let etag = raw.etag(request.source, &request.subject).await?;
            arrived(fetch.fetch(&request, etag.as_deref()).await)
        }
    });
    let payloads: Vec<Option<RawPayload>> = stream::iter(answers).buffered(AT_ONCE).try_collect().await?;
    let payloads: Vec<RawPayload> = payloads.into_iter().flatten().collect();
    if payloads.is_empty() {
        return Ok(Work::Nothing(format!("{} has nothing new of {delivery}", source.id())));
    }
    Ok(Work::Rows(Rows::Payloads(payloads)))
}

/// What an answer comes to: a payload, or that there is none, which is an answer too.
fn arrived(answer: Result<RawPayload, FetchError>) -> Result<Option<RawPayload>, StepError> {
    let error = match answer {
        Ok(payload) => return Ok(Some(payload)),
        Err(FetchError::NotThere { .. } | FetchError::Unchanged { .. }) => return Ok(None),
        Err(error) => error,
    };
    let message = error.to_string();
    Err(match error {
        FetchError::Refused { .. } => StepError::Refused(message),
        FetchError::NotNow { until, .. } => StepError::NotNow { until, why: message },
        FetchError::NotThere { .. } | FetchError::Unchanged { .. } | FetchError::Failed { .. } => {
            StepError::Upstream(message)
        }
    })
}
