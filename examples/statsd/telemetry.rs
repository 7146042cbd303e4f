//! What the agent counts and shows about itself. Its memory is fixed, and counting never waits.

mod count;
mod limiter;
mod memory;

use std::fmt;

use crate::aggregator::DropReason;
use crate::components::Components;
use crate::protocol::{ParseError, Unsupported};

pub(crate) use count::{Count, Level, Tallied, Tally};

use limiter::LimiterGauges;
use memory::MemoryGauges;

/// All counters of the agent, shared by its components.
#[derive(Debug)]
pub(crate) struct Telemetry {
    /// Packets received, whole.
    pub(crate) packets: Count,
    /// Packets longer than a buffer, dropped.
    pub(crate) oversized_packets: Count,
    /// Packets that the system dropped because nobody had received the ones before.
    pub(crate) kernel_drops: Count,
    /// Failures to receive that the system reported.
    pub(crate) receive_errors: Count,
    /// Packets that may take more than the limit, dropped.
    pub(crate) impossible_packets: Count,
    /// Lines in the packets.
    pub(crate) lines: Count,
    /// Fields of lines of which this agent does not know what they say.
    pub(crate) ignored_fields: Count,
    /// Well-formed lines that are not metrics.
    pub(crate) unsupported: Tally<Unsupported, 2>,
    /// Lines that are nothing known.
    pub(crate) malformed: Tally<ParseError, 13>,
    /// Well-formed lines and values for which there was no room.
    pub(crate) dropped: Tally<DropReason, 9>,
    /// Idle contexts forgotten because others needed their places.
    pub(crate) replaced_contexts: Count,
    /// Contexts forgotten after nobody sent to them.
    pub(crate) expired_contexts: Count,
    /// Contexts forgotten because memory was scarce.
    pub(crate) shed_contexts: Count,
    /// Pages of metrics written.
    pub(crate) pages: Count,
    /// Series that did not fit into their page.
    pub(crate) omitted_series: Count,
    /// Failures to accept a connection.
    pub(crate) accept_errors: Count,
    /// Connections for which there was no memory.
    pub(crate) refused_connections: Count,
    /// How often all connections were taken.
    pub(crate) busy: Count,
    /// Connections ended because they stood still while all were taken.
    pub(crate) displaced_connections: Count,
    /// Connections ended because they took too long.
    pub(crate) timed_out_connections: Count,
    /// Connections there are.
    pub(crate) open_connections: Level,
    /// Declared and live memory.
    memory: MemoryGauges,
    /// How scarce memory is.
    limiter: LimiterGauges,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            packets: Count::default(),
            oversized_packets: Count::default(),
            kernel_drops: Count::default(),
            receive_errors: Count::default(),
            impossible_packets: Count::default(),
            lines: Count::default(),
            ignored_fields: Count::default(),
            unsupported: Tally::new(Unsupported::ALL),
            malformed: Tally::new(ParseError::MALFORMED),
            dropped: Tally::new(DropReason::ALL),
            replaced_contexts: Count::default(),
            expired_contexts: Count::default(),
            shed_contexts: Count::default(),
            pages: Count::default(),
            omitted_series: Count::default(),
            accept_errors: Count::default(),
            refused_connections: Count::default(),
            busy: Count::default(),
            displaced_connections: Count::default(),
            timed_out_connections: Count::default(),
            open_connections: Level::default(),
            memory: MemoryGauges::default(),
            limiter: LimiterGauges::default(),
        }
    }
}

impl Telemetry {
    /// Counts nothing yet, and shows the memory of `components` and what limits it.
    pub(crate) fn of(components: &Components) -> Self {
        let limiter = LimiterGauges::of(components.limiter().clone());
        Self { memory: MemoryGauges::of(components), limiter, ..Self::default() }
    }

    /// Shows what `components` declare now.
    pub(crate) fn redeclare(&self, components: &Components) {
        self.memory.redeclare(components);
    }

    /// Writes every counter in Prometheus text format.
    pub(crate) fn write(&self, page: &mut impl fmt::Write) -> fmt::Result {
        let totals = [
            ("packets", "Packets received", &self.packets),
            ("oversized_packets", "Packets longer than max_packet_bytes, dropped", &self.oversized_packets),
            (
                "kernel_drops",
                "Packets the system dropped because its receive buffer was full, as of the last packet received",
                &self.kernel_drops,
            ),
            ("receive_errors", "Failures to receive a packet", &self.receive_errors),
            (
                "impossible_packets",
                "Packets that may take more memory than the limit, dropped",
                &self.impossible_packets,
            ),
            ("lines", "Lines received", &self.lines),
            (
                "ignored_fields",
                "Fields of lines that were taken without them, as nothing is known of such",
                &self.ignored_fields,
            ),
            ("expired_contexts", "Contexts forgotten because nobody sent to them", &self.expired_contexts),
            (
                "replaced_contexts",
                "Idle contexts with a total forgotten because others needed their places",
                &self.replaced_contexts,
            ),
            ("shed_contexts", "Contexts forgotten because memory was scarce", &self.shed_contexts),
            ("pages", "Pages of metrics written before this one", &self.pages),
            (
                "omitted_series",
                "Series left out as too long for a piece of a page, or of a name that changed its type meanwhile",
                &self.omitted_series,
            ),
            ("accept_errors", "Failures to accept a connection", &self.accept_errors),
            ("refused_connections", "Connections for which there was no memory", &self.refused_connections),
            ("busy", "Times that every connection was taken", &self.busy),
            (
                "displaced_connections",
                "Connections ended because they stood still while every one was taken",
                &self.displaced_connections,
            ),
            (
                "timed_out_connections",
                "Connections ended because their client sent or took nothing for too long",
                &self.timed_out_connections,
            ),
        ];
        for (name, help, count) in totals {
            write_header(page, name, help)?;
            writeln!(page, "statsd_agent_{name}_total {}", count.get())?;
        }
        write_header(page, "unsupported_lines", "Well-formed lines that are not metrics, dropped")?;
        for (kind, count) in self.unsupported.iter() {
            writeln!(page, "statsd_agent_unsupported_lines_total{{kind=\"{}\"}} {count}", kind.label())?;
        }
        write_header(page, "malformed_lines", "Lines that are not well-formed, dropped")?;
        for (reason, count) in self.malformed.iter() {
            writeln!(page, "statsd_agent_malformed_lines_total{{reason=\"{}\"}} {count}", reason.label())?;
        }
        write_header(page, "dropped_lines", "Lines for which a limit left no room, dropped")?;
        for (reason, count) in self.dropped.iter() {
            writeln!(page, "statsd_agent_dropped_lines_total{{reason=\"{}\"}} {count}", reason.label())?;
        }
        writeln!(page, "# HELP statsd_agent_open_connections Connections there are")?;
        writeln!(page, "# TYPE statsd_agent_open_connections gauge")?;
        writeln!(page, "statsd_agent_open_connections {}", self.open_connections.get())?;
        self.memory.write(page)?;
        self.limiter.write(page)
    }
}

fn write_header(page: &mut impl fmt::Write, name: &str, help: &str) -> fmt::Result {
    writeln!(page, "# HELP statsd_agent_{name}_total {help}")?;
    writeln!(page, "# TYPE statsd_agent_{name}_total counter")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_totals_and_reasons() {
        let telemetry = Telemetry::default();
        telemetry.packets.increment();
        telemetry.malformed.increment(ParseError::UnknownKind);
        telemetry.dropped.increment(DropReason::ContextLimit);
        let mut page = String::new();
        telemetry.write(&mut page).unwrap();
        for line in [
            "# TYPE statsd_agent_packets_total counter",
            "statsd_agent_packets_total 1",
            "statsd_agent_malformed_lines_total{reason=\"unknown_type\"} 1",
            "statsd_agent_malformed_lines_total{reason=\"not_utf8\"} 0",
            "statsd_agent_dropped_lines_total{reason=\"context_limit\"} 1",
        ] {
            assert!(page.lines().any(|written| written == line), "{line} is not in {page}");
        }
    }
}
