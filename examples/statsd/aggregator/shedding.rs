//! Gives memory back when it is scarce: the contexts to which nobody has sent for the longest time.

use std::sync::Arc;

use memory_accounting::ReclaimHook;
use memory_accounting::allocator::AllocationGroupToken;

use super::SharedStore;
use crate::telemetry::Telemetry;

/// Contexts that are forgotten before it is looked how much that gave back: few enough that whoever waits for the store does not
/// wait long.
const AT_ONCE: usize = 64;

impl SharedStore {
    /// What the limiter asks before it refuses anybody. `aggregator` is who holds the contexts. The store does not live
    /// longer for it.
    pub(crate) fn shedding(
        &self,
        aggregator: AllocationGroupToken,
        telemetry: Arc<Telemetry>,
    ) -> ReclaimHook {
        ReclaimHook::of("contexts", &self.0, move |store, request| {
            let before = aggregator.stats().live_bytes();
            loop {
                let shed = store.lock().shed(AT_ONCE);
                telemetry.shed_contexts.add(shed);
                let given_back = before.saturating_sub(aggregator.stats().live_bytes());
                let is_enough = u64::try_from(given_back).is_ok_and(|bytes| bytes >= request.wanted_bytes);
                if shed == 0 || is_enough || request.is_overdue() {
                    break;
                }
            }
        })
    }
}
