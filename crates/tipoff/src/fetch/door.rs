//! The door to one provider: its address, its key, how often one may knock, and how long one waits.

use std::num::NonZeroU32;
use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::BytesMut;
use governor::{DefaultDirectRateLimiter, Quota as Rate, RateLimiter};
use pipeline::source::{KeyRule, Provider, ProviderSpec};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH};
use reqwest::{Client, Response, Url, redirect};
use tokio::sync::Semaphore;

use crate::secret::Secret;

/// How long one waits for a connection, for the first byte of an answer or the next, and for all of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) connect: Duration,
    pub(crate) silence: Duration,
    pub(crate) total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let [connect, silence, total] = [5, 15, 60].map(Duration::from_secs);
        Self { connect, silence, total }
    }
}

/// No answer is longer than this, unpacked.
const LONGEST_BODY: usize = 64 << 20;
/// So many redirects are followed, and only to the same host.
const MOST_REDIRECTS: usize = 3;

/// The door to one provider.
pub(super) struct Door {
    pub(super) spec: ProviderSpec,
    base: Url,
    key: Option<Secret<String>>,
    client: Client,
    rate: DefaultDirectRateLimiter,
    pub(super) turns: Semaphore,
}

impl Door {
    /// A door to a provider, or to a replica that stands in for all of them.
    pub(super) fn to(
        provider: Provider,
        key: Option<Secret<String>>,
        replica: Option<&Url>,
        patience: Patience,
    ) -> anyhow::Result<Self> {
        let spec = provider.spec();
        let base = match replica {
            Some(replica) => replica.join(&format!("{}/", spec.name)),
            None => Url::parse(spec.base),
        };
        let base = base.with_context(|| format!("the address of {provider}"))?;
        let is_here = base.host_str().is_some_and(|host| ["127.0.0.1", "localhost", "[::1]"].contains(&host));
        ensure!(base.scheme() == "https" || is_here, "{provider} is asked over https, or on this machine");
        let per_minute = NonZeroU32::new(spec.per_minute).context("a rate of nothing")?;
        Ok(Self {
            client: client(&spec, &base, patience)?,
            // Bursts are bounded by the turns; the rate by the minute.
            rate: RateLimiter::direct(Rate::per_minute(per_minute).allow_burst(per_minute)),
            turns: Semaphore::new(spec.at_once as usize),
            spec,
            base,
            key,
        })
    }

    /// Asks, once one may. `etag` is that of what is known already.
    pub(super) async fn ask(&self, subject: &str, etag: Option<&str>) -> Result<Response, Failed> {
        let url = self.address(subject)?;
        self.rate.until_ready().await;
        let mut request = self.client.get(url);
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        // The key comes last: nothing that logs or keeps a request has seen it.
        request = match (&self.key, self.spec.key) {
            (Some(key), KeyRule::Header(name)) => request.header(name, key.reveal()),
            (Some(key), KeyRule::Parameter(name)) => request.query(&[(name, key.reveal())]),
            (_, KeyRule::Free | KeyRule::Header(_) | KeyRule::Parameter(_)) => request,
        };
        request.send().await.map_err(Failed::of)
    }

    /// The address of a subject: a path under the provider's own, and nowhere else.
    fn address(&self, subject: &str) -> Result<Url, Failed> {
        let elsewhere = || Failed(format!("{subject:?} is no path under {}", self.base));
        let url = self.base.join(subject).map_err(|_| elsewhere())?;
        let stays = url.origin() == self.base.origin() && url.path().starts_with(self.base.path());
        if stays { Ok(url) } else { Err(elsewhere()) }
    }
}

/// Why nothing came, without an address, which may hold a key.
#[derive(Debug)]
pub(super) struct Failed(pub(super) String);

impl Failed {
    fn of(error: reqwest::Error) -> Self {
        let late = if error.is_timeout() { "no answer in time: " } else { "" };
        Self(format!("{late}{:#}", anyhow::Error::new(error.without_url())))
    }
}

/// All of a body, unpacked, unless it is longer than anything a provider sends.
pub(super) async fn body(mut response: Response) -> Result<bytes::Bytes, Failed> {
    let mut body = BytesMut::new();
    while let Some(part) = response.chunk().await.map_err(Failed::of)? {
        if body.len() + part.len() > LONGEST_BODY {
            return Err(Failed(format!("the answer is longer than {} MB", LONGEST_BODY >> 20)));
        }
        body.extend_from_slice(&part);
    }
    Ok(body.freeze())
}

fn client(spec: &ProviderSpec, base: &Url, patience: Patience) -> anyhow::Result<Client> {
    // Only the first in a process installs it; the others find what they want.
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let mut headers = HeaderMap::new();
    for (name, value) in spec.headers {
        headers.insert(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_static(value));
    }
    let origin = base.origin();
    let redirects = redirect::Policy::custom(move |attempt| {
        if attempt.url().origin() != origin {
            attempt.error("it sends us to another host, which is not asked")
        } else if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("it sends us round in circles")
        } else {
            attempt.follow()
        }
    });
    Client::builder()
        // Some do not answer programs that do not look like a browser.
        .user_agent(concat!("Mozilla/5.0 (compatible; tipoff/", env!("CARGO_PKG_VERSION"), ")"))
        .default_headers(headers)
        .connect_timeout(patience.connect)
        .read_timeout(patience.silence)
        .timeout(patience.total)
        .redirect(redirects)
        .build()
        .context("making a client for providers; it needs the system's certificates")
}
