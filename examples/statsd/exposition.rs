//! Metrics as text, in version 0.0.4 of the Prometheus format.

mod page;

use std::fmt::{self, Write};

use crate::aggregator::{Context, Reading, Store, Summary};
use crate::protocol::Kind;
use crate::telemetry::Telemetry;

pub(crate) use page::Page;

/// What the text is, for the HTTP header.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Writes the agent's own counters, then every series that fits.
pub(crate) fn render(page: &mut Page, store: &mut Store, telemetry: &Telemetry) {
    page.clear();
    page.write_whole(|page| {
        telemetry.write(page)?;
        writeln!(page, "# HELP statsd_agent_contexts Contexts held")?;
        writeln!(page, "# TYPE statsd_agent_contexts gauge")?;
        writeln!(page, "statsd_agent_contexts {}", store.len())
    });
    let mut family: Option<Context> = None;
    store.visit(|context, kind, reading| {
        let is_first = family.as_ref().is_none_or(|family| family.name() != context.name());
        let is_written = page.write_whole(|page| {
            if is_first {
                write_family(page, context.name(), kind)?;
            }
            write_series(page, context, reading)
        });
        if !is_written {
            telemetry.omitted_series.increment();
        } else if is_first {
            family = Some(context.clone());
        }
    });
    telemetry.pages.increment();
}

fn write_family(page: &mut Page, name: &str, kind: Kind) -> fmt::Result {
    let prometheus_type = match kind {
        Kind::Counter => "counter",
        Kind::Gauge | Kind::Set => "gauge",
        Kind::Distribution => "summary",
    };
    writeln!(page, "# HELP {name} StatsD {}", kind.name())?;
    writeln!(page, "# TYPE {name} {prometheus_type}")
}

fn write_series(page: &mut Page, context: &Context, reading: Reading) -> fmt::Result {
    match reading {
        Reading::Value(value) => write_line(page, context, "", value),
        Reading::Dated(value, seconds) => {
            let milliseconds = seconds.saturating_mul(1_000);
            write_line(page, context, "", format_args!("{value} {milliseconds}"))
        }
        Reading::Summary(summary) => write_summary(page, context, &summary),
    }
}

fn write_summary(page: &mut Page, context: &Context, summary: &Summary) -> fmt::Result {
    let (name, labels) = (context.name(), context.labels());
    let separator = if labels.is_empty() { "" } else { "," };
    for (quantile, value) in summary.quantiles {
        writeln!(page, "{name}{{{labels}{separator}quantile=\"{quantile}\"}} {value}")?;
    }
    write_line(page, context, "_sum", summary.sum)?;
    write_line(page, context, "_count", summary.count)
}

fn write_line(page: &mut Page, context: &Context, suffix: &str, value: impl fmt::Display) -> fmt::Result {
    match context.labels() {
        "" => writeln!(page, "{}{suffix} {value}", context.name()),
        labels => writeln!(page, "{}{suffix}{{{labels}}} {value}", context.name()),
    }
}

#[cfg(test)]
mod tests;
