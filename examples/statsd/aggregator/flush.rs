//! What a flush found, for people who read the log.

use std::fmt;

use super::{DropReason, Sample};
use crate::protocol::ParseError;
use crate::telemetry::{Tallied, Telemetry};

/// Totals since the start, as of a flush.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flush {
    pub(crate) contexts: usize,
    pub(crate) packets: u64,
    pub(crate) lines: u64,
    pub(crate) kernel_drops: u64,
    pub(crate) malformed: Tallied<ParseError, 13>,
    pub(crate) dropped: Tallied<DropReason, 9>,
    /// The first malformed line since the flush before.
    pub(crate) malformed_line: Sample,
}

impl Flush {
    pub(crate) fn read(contexts: usize, malformed_line: Sample, telemetry: &Telemetry) -> Self {
        Self {
            contexts,
            packets: telemetry.packets.get(),
            lines: telemetry.lines.get(),
            kernel_drops: telemetry.kernel_drops.get(),
            malformed: telemetry.malformed.read(),
            dropped: telemetry.dropped.read(),
            malformed_line,
        }
    }

    /// What has changed since `before`, next to what it is now.
    pub(crate) fn since<'a>(&'a self, before: &'a Self) -> Changes<'a> {
        Changes { before, now: self }
    }
}

/// A flush beside the one before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Changes<'a> {
    before: &'a Flush,
    now: &'a Flush,
}

impl Changes<'_> {
    /// Whether new contexts were dropped because there are as many as allowed.
    pub(crate) fn has_reached_context_limit(&self) -> bool {
        self.now.dropped.since(&self.before.dropped).any(|(reason, _)| reason == DropReason::ContextLimit)
    }
}

impl fmt::Display for Changes<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (now, before) = (self.now, self.before);
        write!(formatter, "{} contexts", now.contexts)?;
        for (name, now, before) in
            [("packets", now.packets, before.packets), ("lines", now.lines, before.lines)]
        {
            write!(formatter, ", {now} {name}{}", Growth(now.saturating_sub(before)))?;
        }
        write!(formatter, ", {} malformed", now.malformed.total())?;
        let reasons = now.malformed.since(&before.malformed);
        write_reasons(formatter, reasons.map(|(reason, count)| (reason.label(), count)), now.malformed_line)?;
        write!(formatter, ", {} dropped", now.dropped.total())?;
        let reasons = now.dropped.since(&before.dropped);
        write_reasons(formatter, reasons.map(|(reason, count)| (reason.label(), count)), Sample::default())?;
        let lost = now.kernel_drops;
        if lost > 0 {
            let growth = Growth(lost.saturating_sub(before.kernel_drops));
            write!(formatter, ", {lost} lost before they were received{growth}")?;
        }
        Ok(())
    }
}

/// By how much a total has grown, where it has.
struct Growth(u64);

impl fmt::Display for Growth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 0 { write!(formatter, " (+{})", self.0) } else { Ok(()) }
    }
}

/// What each reason has grown by, and an example.
fn write_reasons(
    formatter: &mut fmt::Formatter<'_>,
    reasons: impl Iterator<Item = (&'static str, u64)>,
    example: Sample,
) -> fmt::Result {
    let mut opening = " (";
    for (label, count) in reasons {
        write!(formatter, "{opening}+{count} {label}")?;
        opening = ", ";
    }
    if opening == " (" {
        return Ok(());
    }
    if !example.is_empty() {
        write!(formatter, ", such as `{example}`")?;
    }
    formatter.write_str(")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_log_has_totals_and_what_is_new_of_them_with_reasons_and_an_example() {
        let telemetry = Telemetry::default();
        let before = Flush::read(0, Sample::default(), &telemetry);
        let changes = |flush: &Flush| flush.since(&before).to_string();
        assert_eq!(changes(&before), "0 contexts, 0 packets, 0 lines, 0 malformed, 0 dropped");
        telemetry.packets.add(2);
        telemetry.lines.add(5);
        telemetry.kernel_drops.add(3);
        telemetry.malformed.increment(ParseError::UnknownKind);
        telemetry.malformed.increment(ParseError::InvalidValue);
        telemetry.malformed.increment(ParseError::InvalidValue);
        telemetry.dropped.increment(DropReason::ContextLimit);
        let now = Flush::read(7, Sample::of(b"a:1|\x1b[2Jx"), &telemetry);
        assert_eq!(
            changes(&now),
            "7 contexts, 2 packets (+2), 5 lines (+5), 3 malformed (+1 unknown_type, +2 invalid_value, such as `a:1|\\x1b[2Jx`), \
             1 dropped (+1 context_limit), 3 lost before they were received (+3)"
        );
        assert!(now.since(&before).has_reached_context_limit());
        let after = Flush::read(7, Sample::default(), &telemetry);
        assert_eq!(
            after.since(&now).to_string(),
            "7 contexts, 2 packets, 5 lines, 3 malformed, 1 dropped, 3 lost before they were received"
        );
        assert!(!after.since(&now).has_reached_context_limit());
    }
}
