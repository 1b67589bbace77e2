//! Traces for OpenTelemetry, over OTLP: each attempt is a span, each partition (an edition of a slate, a payload) a trace,
//! whichever process works on it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::trace::{
    Span, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
    TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use pipeline::PayloadHash;
use runtime::{AttemptOutcome, Ended, Event, Observer};

/// A collector that does not answer for so long is not waited for.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Sends traces, and tells another observer everything too.
pub(crate) struct Traces {
    tracer: SdkTracer,
    /// Sends what is left when it is dropped.
    _provider: SdkTracerProvider,
    behind: Arc<dyn Observer>,
}

impl Traces {
    /// Traces to a collector's address for them, such as `http://127.0.0.1:4318/v1/traces`.
    ///
    /// # Errors
    /// When it is no address.
    pub(crate) fn to(url: &str, behind: Arc<dyn Observer>) -> anyhow::Result<Self> {
        let _installed_before = rustls::crypto::ring::default_provider().install_default();
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(url)
            .with_timeout(TIMEOUT)
            .build()
            .with_context(|| format!("traces cannot be sent to {url}"))?;
        let service = Resource::builder().with_service_name("tipoff").build();
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(service).build();
        Ok(Self { tracer: provider.tracer("tipoff"), _provider: provider, behind })
    }

    fn record(&self, ended: &Ended<'_>) {
        let (lease, key) = (ended.lease, &ended.lease.task.key);
        let attributes = vec![
            KeyValue::new("tipoff.partition", key.partition.to_string()),
            KeyValue::new("tipoff.attempt", lease.attempt.to_string()),
            KeyValue::new("tipoff.outcome", ended.outcome.code()),
            KeyValue::new("tipoff.rows_written", ended.rows_written as i64),
            KeyValue::new("tipoff.fetch_ms", ended.timing.fetch.as_millis() as i64),
            KeyValue::new("tipoff.compute_ms", ended.timing.compute.as_millis() as i64),
        ];
        let span = SpanBuilder::from_name(key.step.to_string())
            .with_kind(SpanKind::Internal)
            .with_start_time(lease.claimed_at)
            .with_attributes(attributes);
        let mut span = self.tracer.build_with_context(span, &trace_of(&key.partition.to_string()));
        if let AttemptOutcome::Failed(_) = ended.outcome {
            span.set_status(Status::error(ended.message.unwrap_or_default().to_owned()));
        }
        span.end_with_timestamp(ended.at.into());
    }
}

impl Observer for Traces {
    fn on(&self, event: &Event<'_>) {
        if let Event::Settled { ended, .. } = event {
            self.record(ended);
        }
        self.behind.on(event);
    }
}

/// The trace of a partition: its number follows from the partition's name, so that all processes add to the same one.
fn trace_of(partition: &str) -> Context {
    let hash = PayloadHash::of(partition.as_bytes());
    let (trace, parent) = hash.bytes().split_at(16);
    let trace = TraceId::from_bytes(trace.try_into().expect("sixteen of thirty-two bytes"));
    let parent = SpanId::from_bytes(parent[..8].try_into().expect("eight of sixteen bytes"));
    let sampled = SpanContext::new(trace, parent, TraceFlags::SAMPLED, true, TraceState::default());
    Context::new().with_remote_span_context(sampled)
}
