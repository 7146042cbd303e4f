//! Metrics as Prometheus reads them: its text format, version 0.0.4.

use std::fmt::{self, Write};

use super::table::{Histogram, METRICS, Metric, Value};
use super::{MetricDescription, MetricKind};
use crate::report::MemoryReport;

/// One label and its value.
type Label<'a> = Option<(&'a str, &'a str)>;

impl MemoryReport {
    /// What a page that Prometheus scrapes says of this report, to be served as [`PROMETHEUS_CONTENT_TYPE`](Self::PROMETHEUS_CONTENT_TYPE).
    ///
    /// The [metrics](Self::metrics) for which there is a number, each with what it says and of which kind it is. Those of a component have
    /// its full name as the label `component` and are of it without what is below, so that a sum over all is the whole. The page is written from the
    /// report alone, so a component that was removed is not on the next one.
    ///
    /// ```
    /// use memory_accounting::{ComponentUsage, LiveBytes, MemoryReport};
    ///
    /// let source = ComponentUsage::new("source").with_live(LiveBytes::new(250, 4), Some(280));
    /// let page = MemoryReport::of(source).to_prometheus();
    /// assert!(page.contains("\nmemory_accounting_live_bytes{component=\"source\"} 250\n"), "{page}");
    /// ```
    pub fn to_prometheus(&self) -> String {
        let mut page = String::new();
        for metric in METRICS {
            // Nothing is refused by a string.
            let _ = write_metric(&mut page, metric, self);
        }
        page
    }

    /// The content type of [`to_prometheus`](Self::to_prometheus).
    pub const PROMETHEUS_CONTENT_TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";
}

fn write_metric(page: &mut String, metric: &Metric, report: &MemoryReport) -> fmt::Result {
    let MetricDescription { name, kind, help, .. } = metric.description;
    let (mut has_head, mut result) = (false, Ok(()));
    metric.visit(report, &mut |series, value| {
        if !has_head {
            has_head = true;
            result = result.and_then(|()| write_head(page, name, kind, help));
        }
        result = result.and_then(|()| write_value(page, name, series.label, &value));
    });
    result
}

fn write_head(page: &mut String, name: &str, kind: MetricKind, help: &str) -> fmt::Result {
    let kind = match kind {
        MetricKind::Gauge => "gauge",
        MetricKind::Counter => "counter",
        MetricKind::Histogram => "histogram",
    };
    writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

fn write_value(page: &mut String, name: &str, label: Label<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Gauge(number) => writeln!(page, "{name}{} {}", Labels(label), Number(*number)),
        Value::Counter(number) => writeln!(page, "{name}{} {number}", Labels(label)),
        Value::Histogram(Histogram { buckets, sum, number }) => {
            for (bound, number) in buckets {
                writeln!(page, "{name}_bucket{{le=\"{bound}\"}} {number}")?;
            }
            writeln!(page, "{name}_bucket{{le=\"+Inf\"}} {number}")?;
            writeln!(page, "{name}_sum {sum}\n{name}_count {number}")
        }
    }
}

/// `{name="value"}`, or nothing.
struct Labels<'a>(Label<'a>);

impl fmt::Display for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((name, value)) = self.0 else { return Ok(()) };
        write!(f, "{{{name}=\"")?;
        for letter in value.chars() {
            match letter {
                '\\' => f.write_str("\\\\")?,
                '"' => f.write_str("\\\"")?,
                '\n' => f.write_str("\\n")?,
                letter => f.write_char(letter)?,
            }
        }
        f.write_str("\"}")
    }
}

/// A number as Go reads it.
struct Number(f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            number if number == f64::INFINITY => f.write_str("+Inf"),
            number => number.fmt(f),
        }
    }
}
