//! What the limiter knows, as the agent shows it to its monitoring.

use std::fmt;

use memory_accounting::allocator::AllocationGroupToken;
use memory_accounting::{Level, LimiterState, MemoryLimiter};

/// Where to read what limits the process.
#[derive(Debug)]
pub(super) struct LimiterGauges(MemoryLimiter);

impl Default for LimiterGauges {
    fn default() -> Self {
        Self(MemoryLimiter::noop())
    }
}

impl LimiterGauges {
    pub(super) fn of(limiter: MemoryLimiter) -> Self {
        Self(limiter)
    }

    /// Writes the state of the limiter in Prometheus text format; nothing where nothing is limited.
    pub(super) fn write(&self, page: &mut impl fmt::Write) -> fmt::Result {
        // The state belongs to no component, whoever reads it.
        match AllocationGroupToken::root().scope(|| self.0.state()) {
            Some(state) => write_state(page, &state),
            None => Ok(()),
        }
    }
}

fn write_state(page: &mut impl fmt::Write, state: &LimiterState) -> fmt::Result {
    let (ledger, limits, counts) = (&state.ledger, &state.limits, &state.counts);
    let level = match state.level {
        Level::Normal => 0,
        Level::Soft => 1,
        Level::Hard => 2,
    };
    let waiting = u64::try_from(state.waiting).unwrap_or(u64::MAX);
    let numbers = [
        ("level", "gauge", "How scarce memory is: 0 normal, 1 soft, 2 hard", level),
        ("waiting", "gauge", "Callers that wait for memory", waiting),
        ("waited_total", "counter", "Callers that had to wait for memory", counts.waited),
        ("refused_total", "counter", "Callers that were refused memory", counts.refused),
    ];
    for (name, kind, help, number) in numbers {
        write_header(page, name, kind, help)?;
        writeln!(page, "statsd_agent_limiter_{name} {number}")?;
    }
    let measures = [
        ("used_bytes", "Bytes in use", ledger.tracked_bytes(), ledger.held_bytes()),
        ("soft_bytes", "Bytes from which callers are slowed down", limits.tracked.soft, limits.held.soft),
        ("hard_bytes", "Bytes from which callers wait", limits.tracked.hard, limits.held.hard),
        ("limit_bytes", "Bytes that may be in use", limits.effective_bytes, limits.full_bytes),
    ];
    for (name, help, tracked, held) in measures {
        write_header(page, name, "gauge", help)?;
        writeln!(page, "statsd_agent_limiter_{name}{{measure=\"tracked\"}} {tracked}")?;
        writeln!(page, "statsd_agent_limiter_{name}{{measure=\"held\"}} {held}")?;
    }
    Ok(())
}

fn write_header(page: &mut impl fmt::Write, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(page, "# HELP statsd_agent_limiter_{name} {help}")?;
    writeln!(page, "# TYPE statsd_agent_limiter_{name} {kind}")
}

#[cfg(test)]
mod tests {
    use memory_accounting::MemoryGrant;

    use super::*;

    #[test]
    fn writes_what_is_used_and_from_where_on_it_is_scarce() {
        let grant = MemoryGrant::with_slop_factor(1_000, 0.5).unwrap();
        let limiter = MemoryLimiter::builder(grant).with_usage_source(|| Some(490)).start().unwrap();
        assert!(limiter.try_reserve(20).is_err());
        let mut page = String::new();
        LimiterGauges::of(limiter).write(&mut page).unwrap();
        for line in [
            "# TYPE statsd_agent_limiter_level gauge",
            "statsd_agent_limiter_level 2",
            "statsd_agent_limiter_refused_total 1",
            "statsd_agent_limiter_used_bytes{measure=\"tracked\"} 490",
            "statsd_agent_limiter_soft_bytes{measure=\"tracked\"} 400",
            "statsd_agent_limiter_limit_bytes{measure=\"held\"} 1000",
        ] {
            assert!(page.lines().any(|written| written == line), "{line} is not in {page}");
        }
    }
}
