//! The parts of what is declared that are promised one at a time, to a packet or a connection.

use memory_accounting::ComponentBounds;

use super::overhead::{CONNECTION_BYTES, TEXT_HEADER_BYTES};
use super::{AggregatorConfiguration, DestinationConfiguration};

impl AggregatorConfiguration {
    /// What the tables take before anything is in them.
    pub(crate) fn table_bytes(&self) -> u64 {
        in_u64(ComponentBounds::of(self).total_minimum_required_bytes())
    }

    /// Whether what `next` keeps has room in the tables that are there: nothing is different but times, and what signs mean.
    pub(crate) fn keeps_tables(&self, next: &Self) -> bool {
        let Self { signed_gauges, flush_seconds, idle_flushes, .. } = *next;
        Self { signed_gauges, flush_seconds, idle_flushes, ..self.clone() } == *next
    }

    /// The most bytes that one line may make the aggregator allocate and keep: those of a context and of its name.
    pub(crate) fn line_bytes(&self) -> u64 {
        let values = self.sample_limit.get().max(self.set_limit.get()).saturating_mul(size_of::<f64>());
        let texts = self.max_context_bytes.get().saturating_add(self.max_name_bytes.get());
        in_u64(values.saturating_add(texts).saturating_add(TEXT_HEADER_BYTES))
    }
}

impl DestinationConfiguration {
    /// Room for a piece of a page. The connection asks for the next piece while it has less than `max_request_bytes` left to send; with as
    /// much more in a piece, that is not before it sends the latest, and there are no more than two.
    pub(crate) fn allocated_piece_bytes(&self) -> usize {
        self.piece_bytes.get().saturating_add(self.max_request_bytes.get())
    }

    /// The most bytes that one connection may take.
    pub(crate) fn connection_bytes(&self) -> u64 {
        let buffer = self.max_request_bytes.get().saturating_mul(2);
        let pieces = self.allocated_piece_bytes().saturating_mul(2);
        in_u64(buffer.saturating_add(pieces).saturating_add(CONNECTION_BYTES))
    }
}

fn in_u64(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
