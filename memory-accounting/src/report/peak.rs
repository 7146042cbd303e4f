//! Who held what at the peak, as a sentence.

use std::fmt;

use super::NO_COMPONENT;
use crate::allocator::{PeakHolder, PeakMoment};
use crate::bytes::Bytes;

/// What the root group, which has what no component claims, is called.
const ROOT: &str = "root";

/// Prints `peak`, of a process that held `peak_bytes` at most.
pub(super) struct AtPeak<'a> {
    pub(super) peak: &'a PeakMoment,
    pub(super) peak_bytes: Option<usize>,
}

/// `peak: 52.0 MiB, 50.1 MiB of them seen 12 s ago: aggregator 40.1 MiB (in allocations of up to 8.0 MiB), …`
impl fmt::Display for AtPeak<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = Bytes(self.peak.live_bytes).to_string();
        let most = self.peak_bytes.map(|bytes| Bytes(bytes.max(self.peak.live_bytes)).to_string());
        match most {
            Some(most) if most != seen => write!(f, "peak: {most}, {seen} of them seen ")?,
            _ => write!(f, "peak: {seen}, seen ")?,
        }
        write_age(self.peak.age_ms / 1000, f)?;
        for (index, holder) in self.peak.largest.iter().enumerate() {
            f.write_str(if index == 0 { ": " } else { ", " })?;
            write_holder(holder, f)?;
        }
        let named: usize =
            self.peak.largest.iter().map(|holder| holder.live_bytes).fold(0, usize::saturating_add);
        match self.peak.holders.saturating_sub(self.peak.largest.len()) {
            0 => Ok(()),
            1 => write!(f, ", 1 other {}", Bytes(self.peak.live_bytes.saturating_sub(named))),
            others => write!(f, ", {others} others {}", Bytes(self.peak.live_bytes.saturating_sub(named))),
        }
    }
}

fn write_holder(holder: &PeakHolder, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let name = if holder.name == ROOT { NO_COMPONENT } else { holder.name.as_str() };
    write!(f, "{name} {}", Bytes(holder.live_bytes))?;
    match holder.largest_allocations_bytes.first() {
        // Blocks that are a small part explain nothing.
        Some(largest) if *largest >= holder.live_bytes / 20 => {
            write!(f, " (in allocations of up to {})", Bytes(*largest))
        }
        _ => Ok(()),
    }
}

/// How long ago something was, in its greatest unit.
fn write_age(seconds: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (seconds / 86_400, seconds / 3600, seconds / 60) {
        (0, 0, 0) => write!(f, "{seconds} s ago"),
        (0, 0, minutes) => write!(f, "{minutes} min ago"),
        (0, hours, _) => write!(f, "{hours} h ago"),
        (days, ..) => write!(f, "{days} d ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1 << 20;

    fn holder(name: &str, live_bytes: usize, largest_allocations_bytes: &[usize]) -> PeakHolder {
        let largest_allocations_bytes = largest_allocations_bytes.to_vec();
        PeakHolder { name: name.to_owned(), live_bytes, largest_allocations_bytes }
    }

    fn moment(age_ms: u64, holders: usize, largest: Vec<PeakHolder>) -> PeakMoment {
        PeakMoment { live_bytes: 50 * MIB, age_ms, holders, largest }
    }

    fn said(peak: &PeakMoment, peak_bytes: Option<usize>) -> String {
        AtPeak { peak, peak_bytes }.to_string()
    }

    #[test]
    fn those_who_held_most_are_named_and_what_they_held_it_in() {
        let largest = vec![
            holder("aggregator", 40 * MIB, &[8 * MIB, MIB]),
            holder("source", 6 * MIB, &[1000]),
            holder("root", 2 * MIB, &[]),
        ];
        assert_eq!(
            said(&moment(12_999, 9, largest.clone()), Some(52 * MIB)),
            "peak: 52.0 MiB, 50.0 MiB of them seen 12 s ago: aggregator 40.0 MiB (in allocations of up to 8.0 MiB), \
             source 6.0 MiB, (no component) 2.0 MiB, 6 others 2.0 MiB"
        );
        let all_but_one = said(&moment(0, 4, largest), None);
        assert!(all_but_one.ends_with(", (no component) 2.0 MiB, 1 other 2.0 MiB"), "{all_but_one}");
    }

    #[test]
    fn what_was_seen_as_it_was_is_said_once() {
        let one = moment(60_000, 1, vec![holder("cache", 50 * MIB, &[])]);
        for peak_bytes in [None, Some(50 * MIB + 1), Some(49 * MIB)] {
            assert_eq!(said(&one, peak_bytes), "peak: 50.0 MiB, seen 1 min ago: cache 50.0 MiB");
        }
    }

    #[test]
    fn an_age_is_told_in_its_greatest_unit() {
        let ago = |seconds: u64| said(&moment(seconds * 1000, 0, Vec::new()), None);
        let told = [59, 3599, 86_399, 86_400].map(ago);
        assert_eq!(
            told.map(|said| said.replace("peak: 50.0 MiB, seen ", "")),
            ["59 s ago", "59 min ago", "23 h ago", "1 d ago"]
        );
    }
}
