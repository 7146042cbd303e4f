//! What a recorder was told before, so that what comes after a component was removed is counted too.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use super::facade;
use crate::allocator::AllocationGroupToken;
use crate::lock::lock;
use crate::report::MemoryReport;

/// Tells a `metrics` recorder what reports say, one after the other.
///
/// Counters begin at nothing when a component is removed and registered again under the same name, and a recorder takes no counter back. So this remembers
/// what it told of each component, and tells what came on top of that: all of it where the component is another one. Then `rate()` of a counter is
/// true of the second one from its first byte on. What a component did between the last report and its removal is in none.
///
/// What it remembers goes with the component. Keep one for each recorder: what was told to another one is not told again.
/// [`MemoryReport::publish_metrics`] uses one that is the whole program's.
///
/// ```
/// use memory_accounting::{ComponentRegistry, MemoryReport, MetricsPublisher};
///
/// let registry = ComponentRegistry::default();
/// let publisher = MetricsPublisher::default();
/// // Again and again, such as before each scrape:
/// publisher.publish(&MemoryReport::new(&registry));
/// ```
#[derive(Debug, Default)]
pub struct MetricsPublisher {
    /// How much was told of each counter of a group.
    told: Mutex<HashMap<(AllocationGroupToken, &'static str), u64>>,
}

static OF_THE_PROGRAM: LazyLock<MetricsPublisher> = LazyLock::new(MetricsPublisher::default);

impl MetricsPublisher {
    /// One that has told nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells the installed recorder what `report` says, as [`MemoryReport::publish_metrics`] does.
    pub fn publish(&self, report: &MemoryReport) {
        // What is remembered, and what the recorder keeps, is of no component.
        AllocationGroupToken::root().scope(|| {
            facade::publish(report, &|name, series, number| {
                series.group.map(|group| self.on_top(group, name, number))
            });
            self.forget_removed();
        });
    }

    /// What `number` is beyond what was told. A report that is older than the last has nothing to add, nor has one of a group that is removed and of which it is
    /// forgotten what was told.
    fn on_top(&self, group: AllocationGroupToken, name: &'static str, number: u64) -> u64 {
        let mut all_told = lock(&self.told);
        let Some(told) = all_told.get_mut(&(group, name)) else {
            let is_new = group.is_registered();
            return if is_new { *all_told.entry((group, name)).or_insert(number) } else { 0 };
        };
        let on_top = number.saturating_sub(*told);
        *told = number.max(*told);
        on_top
    }

    fn forget_removed(&self) {
        lock(&self.told).retain(|(group, _), _| group.is_registered());
    }
}

impl MemoryReport {
    /// Tells the installed `metrics` recorder what this report says, and describes it: the [metrics](Self::metrics) for which there is a
    /// number, under the names and with the labels that they have in [`to_prometheus`](Self::to_prometheus).
    ///
    /// Counters of components that were [read](Self::new) are told as a [`MetricsPublisher`] does, by one that is the whole program's: where there are several
    /// recorders, or another one from some time on, keep a publisher for each.
    ///
    /// Two things the facade cannot do:
    ///
    /// - A recorder keeps what it was last told. So the series of a component that was removed, or of what is not measured any more, stay as
    ///   they are until the recorder lets go of them (that of Prometheus: by its idle timeout). A peak that is not known any more is NaN.
    /// - A histogram cannot be told how many there were before. So `memory_accounting_limiter_wait_seconds` is told as the series it is made of:
    ///   `_bucket` with the label `le` and `_count` are counters, and `_sum`, which is no whole number, is a gauge. `histogram_quantile`
    ///   works with them.
    pub fn publish_metrics(&self) {
        AllocationGroupToken::root().scope(|| LazyLock::force(&OF_THE_PROGRAM)).publish(self);
    }
}
