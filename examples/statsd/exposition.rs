//! Metrics as text, in version 0.0.4 of the Prometheus format, written piece by piece: each when the piece before is on its way, so
//! that a page is as long as there are metrics, and takes the memory of a piece.

mod page;

use std::fmt::{self, Write};
use std::sync::Arc;

use crate::aggregator::{Context, Entry, Reading, SharedStore, Summary};
use crate::protocol::Kind;
use crate::telemetry::Telemetry;

pub(crate) use page::Page;

/// What the text is, for the HTTP header.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// How many series are read at once. Nobody aggregates meanwhile.
const READ_AT_ONCE: usize = 32;

/// A page that is being written: the agent's own counters, then every series by name and labels.
#[derive(Debug)]
pub(crate) struct Scrape {
    store: SharedStore,
    telemetry: Arc<Telemetry>,
    state: State,
    /// What was read and is to be written, the next one last.
    entries: Vec<Entry>,
    /// The last that was read.
    read: Option<Context>,
    /// One with the name and kind whose header was written last.
    family: Option<(Context, Kind)>,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Fresh,
    Reading,
    AllRead,
    Done,
}

impl Scrape {
    pub(crate) fn new(store: SharedStore, telemetry: Arc<Telemetry>) -> Self {
        let entries = Vec::with_capacity(READ_AT_ONCE);
        Self { store, telemetry, state: State::Fresh, entries, read: None, family: None }
    }

    /// Writes as much as fits into the empty `page`; `false` where everything was written before.
    pub(crate) fn write(&mut self, page: &mut Page) -> bool {
        if self.state == State::Fresh {
            self.begin(page);
        }
        while self.state != State::Done {
            if self.entries.is_empty() {
                self.read();
            }
            while let Some(entry) = self.entries.last() {
                if self.is_other_kind(entry) {
                    // The name has changed hands since its header was written.
                    self.telemetry.omitted_series.increment();
                } else if !self.write_entry(entry, page) {
                    if !page.text().is_empty() {
                        return true;
                    }
                    self.telemetry.omitted_series.increment();
                } else {
                    self.family = Some((entry.context.clone(), entry.kind));
                }
                self.entries.pop();
            }
        }
        !page.text().is_empty()
    }

    fn begin(&mut self, page: &mut Page) {
        let contexts = {
            let mut store = self.store.lock();
            store.sort();
            store.len()
        };
        page.write_whole(|page| {
            self.telemetry.write(page)?;
            writeln!(page, "# HELP statsd_agent_contexts Contexts held")?;
            writeln!(page, "# TYPE statsd_agent_contexts gauge")?;
            writeln!(page, "statsd_agent_contexts {contexts}")
        });
        self.state = State::Reading;
    }

    /// Reads more, without which the page is done.
    fn read(&mut self) {
        if self.state == State::Reading {
            self.store.lock().read_after(self.read.as_ref(), &mut self.entries);
            self.read = self.entries.last().map(|entry| entry.context.clone());
            self.entries.reverse();
            if self.entries.len() < self.entries.capacity() {
                self.state = State::AllRead;
            }
        } else {
            self.state = State::Done;
            self.telemetry.pages.increment();
        }
    }

    fn is_same_family(&self, entry: &Entry) -> bool {
        self.family.as_ref().is_some_and(|(family, _)| family.name() == entry.context.name())
    }

    fn is_other_kind(&self, entry: &Entry) -> bool {
        self.is_same_family(entry) && self.family.as_ref().is_some_and(|(_, kind)| *kind != entry.kind)
    }

    fn write_entry(&self, entry: &Entry, page: &mut Page) -> bool {
        page.write_whole(|page| {
            if !self.is_same_family(entry) {
                write_family(page, entry.context.name(), entry.kind)?;
            }
            write_series(page, &entry.context, entry.reading)
        })
    }
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

/// The most bytes of text that one series takes together with the header of its name.
pub(crate) fn most_series_bytes(max_name_bytes: usize, max_context_bytes: usize) -> usize {
    /// Four quantiles, a sum and a count.
    const LINES: usize = 6;
    /// What a line has beside its context: braces, a quantile, a suffix, and the longest number, which is written without an exponent.
    const LINE_BYTES: usize = 400;
    /// Both lines of a header beside the name.
    const HEADER_BYTES: usize = 100;
    let lines = max_context_bytes.saturating_add(LINE_BYTES).saturating_mul(LINES);
    lines.saturating_add(max_name_bytes.saturating_mul(2)).saturating_add(HEADER_BYTES)
}

#[cfg(test)]
mod tests;
