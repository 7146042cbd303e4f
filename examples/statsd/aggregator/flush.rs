//! What a flush found, for people who read the log.

use std::fmt;

use crate::telemetry::Telemetry;

/// Totals since the start, as of a flush.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flush {
    pub(crate) contexts: usize,
    pub(crate) packets: u64,
    pub(crate) lines: u64,
    pub(crate) malformed: u64,
    pub(crate) dropped: u64,
}

impl Flush {
    pub(crate) fn read(contexts: usize, telemetry: &Telemetry) -> Self {
        Self {
            contexts,
            packets: telemetry.packets.get(),
            lines: telemetry.lines.get(),
            malformed: telemetry.malformed.total(),
            dropped: telemetry.dropped.total(),
        }
    }
}

impl fmt::Display for Flush {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} contexts, {} packets, {} lines, {} malformed, {} dropped",
            self.contexts, self.packets, self.lines, self.malformed, self.dropped
        )
    }
}
