//! Metrics as the text that Prometheus, its tools and node_exporter read.

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
    let counts = |metric: &&Metric| matches!(metric.kind, Kind::Counter);
    let counters: Vec<&'static str> = metrics.iter().filter(counts).map(|metric| metric.name).collect();
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Measured(metrics)));
    let mut text = String::new();
    text::encode(&mut text, &registry).expect("text takes what is written to it");
    older(text, &counters)
}

/// OpenMetrics text in the older format, which more readers know: `promtool check metrics` and node_exporter take nothing else.
/// There a counter is described under the name of its samples, and no line marks the end.
fn older(text: String, counters: &[&str]) -> String {
    let described = |text: String, name: &&str| {
        let renamed =
            |text: String, word: &str| text.replace(&format!("# {word} {name} "), &format!("# {word} {name}_total "));
        renamed(renamed(text, "HELP"), "TYPE")
    };
    let text = counters.iter().fold(text, described);
    text.trim_end_matches("# EOF\n").to_owned()
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
