//! The way out to live providers: politely, one request at a time as each allows, and left alone while one fails.
//!
//! Nothing is tried again here: what failed is a failed attempt, and the ledger says when it is tried again. A provider
//! that fails again and again is left alone by its breaker, kept beside those of the steps and shown with them.

mod answer;
mod door;
mod live;
#[cfg(test)]
mod tests;

pub(crate) use door::Patience;
pub(crate) use live::Live;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use domain::GameDate;
use jiff::{SignedDuration, Timestamp};
use pipeline::ports::{Fetch, FetchError, ProviderDay, ProviderStore, Quota};
use pipeline::source::{self, Provider};
use pipeline::{RawPayload, RawRequest, Rows};
use reqwest::header::ETAG;
use runtime::state::{BreakerPolicy, Passage};
use runtime::{Breaker, Clock, Ledger, LedgerError, Moved, StepId};

use answer::Answer;
use door::{Door, Failed};

/// A provider is left alone after three failures in a row, before whoever asks has used up his retries. It is back within
/// a minute of its return where it was gone for ten, and within two and a half in any case; six hours cost 150 requests.
pub(crate) const BREAKER: BreakerPolicy = BreakerPolicy {
    threshold: 3,
    shortest: SignedDuration::from_secs(45),
    longest: SignedDuration::from_secs(150),
    part: 10,
};
/// A probe of which nothing was heard for so long is lost.
const PROBE: SignedDuration = SignedDuration::from_mins(2);

/// What this process may not ask, for want of a key, another is given so long to take.
const FOR_ANOTHER: SignedDuration = SignedDuration::from_secs(10);

/// The live providers.
pub(crate) struct Providers {
    doors: BTreeMap<Provider, Door>,
    asked_by: BTreeMap<&'static str, Provider>,
    ledger: Arc<dyn Ledger<Rows = Rows>>,
    log: Arc<dyn ProviderStore>,
    clock: Arc<dyn Clock>,
}

/// The name under which a provider's breaker stands beside those of the steps.
pub(crate) fn breaker_of(provider: Provider) -> StepId {
    StepId::from(provider.name())
}

impl Providers {
    /// Those that are live.
    ///
    /// # Errors
    /// When a door cannot be made.
    pub(crate) fn of(
        live: &Live,
        (ledger, log): (Arc<dyn Ledger<Rows = Rows>>, Arc<dyn ProviderStore>),
        clock: Arc<dyn Clock>,
        patience: Patience,
    ) -> anyhow::Result<Self> {
        let door = |provider: &Provider| {
            let key = live.key(*provider).cloned();
            Ok((*provider, Door::to(*provider, key, live.replica(), patience)?))
        };
        let doors = live.providers().iter().map(door).collect::<anyhow::Result<_>>()?;
        let asked_by = source::all().into_iter().filter_map(|source| Some((source.id(), source.provider()?))).collect();
        Ok(Self { doors, asked_by, ledger, log, clock })
    }

    fn door(&self, request: &RawRequest) -> Result<(Provider, &Door), FetchError> {
        let provider = self.asked_by.get(request.source).copied();
        let door = provider.and_then(|provider| Some((provider, self.doors.get(&provider)?)));
        door.ok_or_else(|| FetchError::NotNow {
            subject: request.subject.clone(),
            until: self.clock.now() + FOR_ANOTHER,
            problem: format!(
                "the provider of {} is not live in the process that took this: left to another; see `tipoff config show` for live",
                request.source
            ),
        })
    }

    /// Whether the provider may be asked now, or is left alone.
    async fn pass(&self, provider: Provider, request: &RawRequest) -> Result<(), FetchError> {
        let (name, now) = (breaker_of(provider), self.clock.now());
        let Some(breaker) = self.ledger.breakers().await.map_err(|error| failed(request, &error))?.remove(&name) else {
            return Ok(());
        };
        let not_now = |until, why: &str| FetchError::NotNow {
            subject: request.subject.clone(),
            until,
            problem: format!("{provider} is left alone: {why}"),
        };
        match (breaker.passage(now), &breaker) {
            (Passage::Free, _) => Ok(()),
            (Passage::Probe, _) => {
                let moved = self.ledger.move_breaker(&name, &breaker, &breaker.probing(PROBE, now)).await;
                match moved.map_err(|error| failed(request, &error))? {
                    Moved::Yes => Ok(()),
                    Moved::No => {
                        Err(not_now(now + BREAKER.shortest, "somebody else has just asked whether it is back"))
                    }
                }
            }
            (Passage::Barred, Breaker::Held { by, why, .. }) => {
                Err(not_now(now + BREAKER.shortest, &format!("{by} holds it: {why}")))
            }
            (Passage::Barred, Breaker::Open { until, why, .. } | Breaker::Probing { until, why, .. }) => {
                Err(not_now((*until).min(now + BREAKER.longest), why))
            }
            (Passage::Barred, Breaker::Closed { .. }) => Ok(()),
        }
    }

    /// Keeps what an answer says about its provider, and returns how it stands then.
    async fn heed(&self, provider: Provider, answer: &Answer, now: Timestamp) -> Result<Breaker, LedgerError> {
        let name = breaker_of(provider);
        loop {
            let stands = self.ledger.breakers().await?.remove(&name).unwrap_or_default();
            let becomes = match answer {
                Answer::Here(..) | Answer::Unchanged | Answer::NotThere | Answer::Refused(_) => stands.succeeded(),
                Answer::Failed(why) => stands.failed(BREAKER, why, now),
                Answer::LeaveAlone(until, why) => stands.left_alone(*until, why, now),
            };
            if becomes == stands || self.ledger.move_breaker(&name, &stands, &becomes).await? == Moved::Yes {
                return Ok(becomes);
            }
        }
    }
}

fn failed(request: &RawRequest, error: &dyn std::fmt::Display) -> FetchError {
    FetchError::Failed { subject: request.subject.clone(), problem: error.to_string() }
}

/// Asks, and waits for all of the answer.
async fn ask(
    provider: Provider,
    door: &Door,
    subject: &str,
    etag: Option<&str>,
    now: Timestamp,
) -> (Answer, Option<Quota>) {
    let response = match door.ask(subject, etag).await {
        Ok(response) => response,
        Err(Failed(why)) => return (Answer::Failed(why), None),
    };
    let quota = answer::quota(response.headers());
    if let Some(answer) = answer::judge(provider, response.status(), response.headers(), now) {
        return (answer, quota);
    }
    let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok()).map(ToOwned::to_owned);
    match door::body(response).await {
        Ok(body) => (Answer::Here(etag, body), quota),
        Err(Failed(why)) => (Answer::Failed(why), quota),
    }
}

/// A provider's day with one request in it.
fn day_of(
    provider: Provider,
    answer: &Answer,
    quota: Option<Quota>,
    asked_at: Timestamp,
    now: Timestamp,
) -> ProviderDay {
    let count = |is_so: bool| u64::from(is_so);
    let (bytes, problem) = match answer {
        Answer::Here(_, body) => (body.len() as u64, None),
        Answer::Unchanged | Answer::NotThere => (0, None),
        Answer::Refused(why) | Answer::LeaveAlone(_, why) | Answer::Failed(why) => (0, Some((now, why.clone()))),
    };
    ProviderDay {
        provider,
        day: GameDate::of(asked_at),
        asked: 1,
        answered: count(matches!(answer, Answer::Here(..))),
        unchanged: count(*answer == Answer::Unchanged),
        missing: count(*answer == Answer::NotThere),
        refused: count(matches!(answer, Answer::Refused(_))),
        failed: count(matches!(answer, Answer::LeaveAlone(..) | Answer::Failed(_))),
        bytes,
        took: now.duration_since(asked_at),
        answered_at: (!matches!(answer, Answer::Failed(_))).then_some(now),
        problem,
        quota,
    }
}

#[async_trait]
impl Fetch for Providers {
    async fn fetch(&self, request: &RawRequest, etag: Option<&str>) -> Result<RawPayload, FetchError> {
        let (provider, door) = self.door(request)?;
        self.pass(provider, request).await?;
        let _turn = door.turns.acquire().await.map_err(|error| failed(request, &error))?;
        let asked_at = self.clock.now();
        let (answer, quota) = ask(provider, door, &request.subject, etag, asked_at).await;
        let now = self.clock.now();
        let day = day_of(provider, &answer, quota, asked_at, now);
        self.log.add_to_provider_day(&day).await.map_err(|error| failed(request, &error))?;
        let stands = self.heed(provider, &answer, now).await.map_err(|error| failed(request, &error))?;
        let subject = request.subject.clone();
        match answer {
            Answer::Here(etag, body) => {
                Ok(RawPayload { source: request.source.to_owned(), subject, fetched_at: now, etag, body })
            }
            Answer::Unchanged => Err(FetchError::Unchanged { subject }),
            Answer::NotThere => Err(FetchError::NotThere { subject }),
            Answer::Refused(problem) => Err(FetchError::Refused { subject, problem }),
            Answer::LeaveAlone(until, problem) => Err(FetchError::NotNow { subject, until, problem }),
            Answer::Failed(problem) => Err(match stands {
                // Whoever found that it is still away waits with the others: it is no failure of his.
                Breaker::Open { until, .. } => FetchError::NotNow { subject, until, problem },
                _ => FetchError::Failed { subject, problem },
            }),
        }
    }
}
