//! The StatsD line protocol, with DogStatsD tags and packed values.
//!
//! `name[,tag=value…]:value[:value…]|type[|@rate][|#tag[:value],…][|Tseconds]`, several lines to a packet. Parsing
//! borrows from the packet and allocates nothing.
//!
//! A counter only goes up, as Prometheus reads a fall as a restart: what decrements one is refused, and counted as
//! `negative_counter`. What goes down too is a gauge, or two counters.

mod line;
mod parse_error;
mod tags;
mod unsupported;
mod values;

pub(crate) use line::Line;
pub(crate) use parse_error::ParseError;
pub(crate) use tags::{Tag, Tags};
pub(crate) use unsupported::Unsupported;
pub(crate) use values::{Value, Values};

/// What a metric measures, and so what becomes of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `c`: increments to a running total.
    Counter,
    /// `g`: a level, set or changed by a signed amount.
    Gauge,
    /// `ms`, `h` and `d`: values whose spread matters. One service sends a name as one of them, another as the other.
    Distribution,
    /// `s`: members, of which the distinct ones are counted.
    Set,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Distribution => "distribution",
            Self::Set => "set",
        }
    }
}

/// The lines of a packet. Empty ones, as a final line break leaves, do not count.
pub(crate) fn lines(packet: &[u8]) -> impl Iterator<Item = &[u8]> {
    packet
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_packets_into_lines_that_are_not_empty() {
        let packet = b"a:1|c\n\nb:2|g\r\n";
        assert_eq!(lines(packet).collect::<Vec<_>>(), [b"a:1|c", b"b:2|g"]);
        assert_eq!(lines(b"").count(), 0);
    }
}
