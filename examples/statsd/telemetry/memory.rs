//! The memory of each component, as the agent shows it to its monitoring.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use memory_accounting::allocator::AllocationGroupToken;

use crate::components::Components;

/// What each component declared, and where to read what it holds. Reading allocates nothing, so that showing memory
/// does not change it.
#[derive(Debug, Default)]
pub(crate) struct MemoryGauges(Mutex<Vec<Gauge>>);

#[derive(Debug)]
struct Gauge {
    component: String,
    minimum: Option<usize>,
    firm_limit: Option<usize>,
    token: AllocationGroupToken,
}

impl MemoryGauges {
    pub(crate) fn of(components: &Components) -> Self {
        let gauges = Self::default();
        gauges.redeclare(components);
        gauges
    }

    /// Shows what is declared now.
    pub(super) fn redeclare(&self, components: &Components) {
        let mut gauges = Vec::new();
        components.usage().visit(&mut |usage, _| {
            gauges.extend(components.token(usage).map(|token| Gauge {
                component: usage.name.clone(),
                minimum: usage.declared.minimum,
                firm_limit: usage.declared.firm_limit,
                token,
            }));
        });
        *self.lock() = gauges;
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Gauge>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes every gauge in Prometheus text format.
    pub(super) fn write(&self, page: &mut impl fmt::Write) -> fmt::Result {
        self.write_gauge(page, "minimum", "Bytes the component needs up front", |gauge| gauge.minimum)?;
        self.write_gauge(page, "firm_limit", "Bytes the component may hold", |gauge| gauge.firm_limit)?;
        self.write_gauge(page, "live", "Bytes the component holds", |gauge| {
            Some(gauge.token.stats().live_bytes())
        })
    }

    fn write_gauge(
        &self,
        page: &mut impl fmt::Write,
        name: &str,
        help: &str,
        read: impl Fn(&Gauge) -> Option<usize>,
    ) -> fmt::Result {
        writeln!(page, "# HELP statsd_agent_memory_{name}_bytes {help}")?;
        writeln!(page, "# TYPE statsd_agent_memory_{name}_bytes gauge")?;
        self.lock().iter().try_for_each(|gauge| {
            write!(page, "statsd_agent_memory_{name}_bytes{{component=\"{}\"}} ", gauge.component)?;
            match read(gauge) {
                Some(bytes) => writeln!(page, "{bytes}"),
                // What was not verified may be unbounded.
                None => writeln!(page, "+Inf"),
            }
        })
    }
}
