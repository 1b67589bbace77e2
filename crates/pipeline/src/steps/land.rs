//! Phase 1: bytes as they came.

use futures::{StreamExt, TryStreamExt, stream};

use crate::delivery::Delivery;
use crate::pipeline::{Pipeline, StepError, Work};
use crate::ports::{Fetch, FetchError};
use crate::source::Source;
use crate::{RawPayload, RawRequest, Rows};

/// Requests of one delivery under way at a time; a provider's own limit may be lower.
const AT_ONCE: usize = 8;

/// No list is longer; one that is goes round in circles.
const MOST_PAGES: usize = 50;

/// Fetches what a source wants of a delivery: all of it, or nothing is kept and it is asked again.
pub(crate) async fn run(pipeline: &Pipeline, delivery: &Delivery, source: &str) -> Result<Work, StepError> {
    let Some(fetch) = &pipeline.fetch else {
        return Err(StepError::Broken("no way out is configured".to_owned()));
    };
    let directory = pipeline.directory().await?;
    let source = pipeline.source(source)?;
    let answers = source.plan(delivery, &directory).into_iter().map(|request| async move {
        let etag = pipeline.raw.etag(request.source, &request.subject).await?;
        whole(fetch.as_ref(), source, &request, etag.as_deref()).await
    });
    let payloads: Vec<Option<RawPayload>> = stream::iter(answers).buffered(AT_ONCE).try_collect().await?;
    let payloads: Vec<RawPayload> = payloads.into_iter().flatten().collect();
    if payloads.is_empty() {
        return Ok(Work::Nothing(format!("{} has nothing new of {delivery}", source.id())));
    }
    Ok(Work::Rows(Rows::Payloads(payloads)))
}

/// All pages of an answer as one payload, or that there is none.
async fn whole(
    fetch: &dyn Fetch,
    source: &dyn Source,
    request: &RawRequest,
    etag: Option<&str>,
) -> Result<Option<RawPayload>, StepError> {
    let Some(first) = arrived(fetch.fetch(request, etag).await)? else { return Ok(None) };
    let Some(mut next) = source.next_page(&first) else { return Ok(Some(first)) };
    let mut body = first.body.to_vec();
    for _ in 1..MOST_PAGES {
        let gone = || StepError::Upstream(format!("{} was to follow and is not there", next.subject));
        let page = arrived(fetch.fetch(&next, None).await)?.ok_or_else(gone)?;
        body.push(b'\n');
        body.extend_from_slice(&page.body);
        match source.next_page(&page) {
            Some(request) => next = request,
            // A name that the provider gave the first page is none of the whole.
            None => {
                return Ok(Some(RawPayload { body: body.into(), etag: None, fetched_at: page.fetched_at, ..first }));
            }
        }
    }
    Err(StepError::Refused(format!("{} goes on after {MOST_PAGES} pages", request.subject)))
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

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use futures::FutureExt;
    use jiff::Timestamp;

    use super::*;
    use crate::source::all;

    /// A provider of a list in so many pages, of which one may be missing.
    struct Paged {
        pages: u64,
        without: Option<u64>,
    }

    #[async_trait]
    impl Fetch for Paged {
        async fn fetch(&self, request: &RawRequest, etag: Option<&str>) -> Result<RawPayload, FetchError> {
            let subject = request.subject.clone();
            let page = subject.split_once("&cursor=").map_or(0, |(_, page)| page.parse().unwrap());
            if self.without == Some(page) {
                return Err(FetchError::NotThere { subject });
            }
            let next = if page + 1 < self.pages { format!("{}", page + 1) } else { "null".to_owned() };
            Ok(RawPayload {
                source: request.source.to_owned(),
                subject,
                fetched_at: Timestamp::from_second(page as i64).unwrap(),
                etag: etag.map(ToOwned::to_owned).or(Some(format!("page {page}"))),
                body: format!(r#"{{"data":[],"meta":{{"next_cursor":{next}}}}}"#).into(),
            })
        }
    }

    fn landed(provider: &Paged) -> Result<Option<RawPayload>, StepError> {
        let source = all().into_iter().find(|source| source.id() == "balldontlie_injuries").unwrap();
        let request =
            RawRequest { source: "balldontlie_injuries", subject: "v1/player_injuries?per_page=100".to_owned() };
        whole(provider, source.as_ref(), &request, None).now_or_never().expect("nothing is waited for")
    }

    #[test]
    fn pages_are_one_payload_as_they_came() {
        let payload = landed(&Paged { pages: 3, without: None }).unwrap().unwrap();
        let page = |next: &str| format!(r#"{{"data":[],"meta":{{"next_cursor":{next}}}}}"#);
        assert_eq!(payload.body, format!("{}\n{}\n{}", page("1"), page("2"), page("null")));
        assert_eq!((payload.subject.as_str(), payload.etag), ("v1/player_injuries?per_page=100", None));
        assert_eq!(payload.fetched_at, Timestamp::from_second(2).unwrap(), "known when the last page was");
        let alone = landed(&Paged { pages: 1, without: None }).unwrap().unwrap();
        assert_eq!((alone.body, alone.etag.as_deref()), (page("null").into(), Some("page 0")));
    }

    #[test]
    fn half_a_list_is_none() {
        let error = landed(&Paged { pages: 3, without: Some(1) }).unwrap_err();
        assert!(matches!(error, StepError::Upstream(_)), "{error:?}");
        let error = landed(&Paged { pages: u64::MAX, without: None }).unwrap_err();
        assert!(matches!(error, StepError::Refused(_)), "{error:?}");
    }
}
