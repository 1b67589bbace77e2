//! Metrics of live providers: what they were asked, what is left of their quotas, whether they are left alone.

use std::collections::BTreeMap;

use pipeline::source::Provider;
use runtime::Breaker;

use super::Metric;
use super::families::{Labels, counter, gauge, label, unix};
use super::reading::Reading;

/// Every metric about providers, with its values.
pub(super) fn all(reading: &Reading) -> Vec<Metric> {
    let mut all = counts(reading);
    let of = |provider: Provider| vec![label("provider", &provider)];
    let standings = &reading.providers;
    let quotas = |part: fn(&pipeline::ports::Quota) -> u64| -> Vec<(Labels, f64)> {
        let quotas =
            standings.iter().filter_map(|standing| Some((standing.provider(), standing.today.quota.as_ref()?)));
        quotas.map(|(provider, quota)| (of(provider), part(quota) as f64)).collect()
    };
    let stands = |is_so: fn(&Breaker) -> bool| -> Vec<(Labels, f64)> {
        let value = |breaker: &Breaker| f64::from(u8::from(is_so(breaker)));
        standings.iter().map(|standing| (of(standing.provider()), value(&standing.breaker))).collect()
    };
    let answered =
        standings.iter().filter_map(|standing| Some((of(standing.provider()), unix(standing.today.answered_at?))));
    all.extend([
        gauge(
            "tipoff_provider_quota_used",
            "What the provider counted against its quota, as it last told; nothing where it does not tell",
            quotas(|quota| quota.used),
        ),
        gauge(
            "tipoff_provider_quota_left",
            "What is left of the provider's quota, as it last told; nothing where it does not tell",
            quotas(|quota| quota.left),
        ),
        gauge(
            "tipoff_provider_breaker_open",
            "1 while the provider is left alone because it keeps failing or asked for it",
            stands(|breaker| matches!(breaker, Breaker::Open { .. } | Breaker::Probing { .. })),
        ),
        gauge(
            "tipoff_provider_held",
            "1 while somebody has it that the provider is not asked",
            stands(|breaker| matches!(breaker, Breaker::Held { .. })),
        ),
        gauge(
            "tipoff_provider_last_answer_timestamp_seconds",
            "When the provider last answered anything, of the last month",
            answered,
        ),
    ]);
    all
}

/// What was asked and received this year.
fn counts(reading: &Reading) -> Vec<Metric> {
    let mut asked = BTreeMap::<(Provider, &'static str), u64>::new();
    let mut received: BTreeMap<Provider, u64> = Provider::ALL.map(|provider| (provider, 0)).into();
    for provider in Provider::ALL {
        let none = pipeline::ports::ProviderDay::unasked(provider, domain::GameDate::of(reading.now));
        let own = reading.provider_days.iter().filter(|day| day.provider == provider);
        for day in own.chain([&none]) {
            for (outcome, count) in day.outcomes() {
                *asked.entry((provider, outcome)).or_default() += count;
            }
            *received.entry(provider).or_default() += day.bytes;
        }
    }
    let asked = asked.into_iter().map(|((provider, outcome), count)| {
        (vec![label("provider", &provider), label("outcome", outcome)], count as f64)
    });
    let received = received.into_iter().map(|(provider, bytes)| (vec![label("provider", &provider)], bytes as f64));
    vec![
        counter(
            "tipoff_provider_requests",
            "Requests to the provider, by what came of them; counted anew each year (US Eastern)",
            asked,
        ),
        counter(
            "tipoff_provider_received_bytes",
            "Bytes received of the provider, unpacked; counted anew each year (US Eastern)",
            received,
        ),
    ]
}
