//! Metrics as OpenMetrics text.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use super::{Kind, Metric, Sample};

#[derive(Debug)]
struct Measured(Vec<Metric>);

/// These metrics as text. One without samples keeps its description.
pub(super) fn of(metrics: Vec<Metric>) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Measured(metrics)));
    let mut text = String::new();
    text::encode(&mut text, &registry).expect("text takes what is written to it");
    text
}

impl Collector for Measured {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        for Metric { name, help, kind, samples } in &self.0 {
            let metric_type = match kind {
                Kind::Gauge => MetricType::Gauge,
                Kind::Counter => MetricType::Counter,
            };
            let mut described = encoder.encode_descriptor(name, help, None, metric_type)?;
            for Sample { labels, value } in samples {
                if labels.is_empty() {
                    write(&mut described, *kind, *value)?;
                } else {
                    write(&mut described.encode_family(labels)?, *kind, *value)?;
                }
            }
        }
        Ok(())
    }
}

fn write(encoder: &mut MetricEncoder, kind: Kind, value: f64) -> fmt::Result {
    match kind {
        Kind::Gauge => encoder.encode_gauge(&value),
        Kind::Counter => encoder.encode_counter::<NoLabelSet, f64, f64>(&value, None),
    }
}
