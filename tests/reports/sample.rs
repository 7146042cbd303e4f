//! Made-up numbers.

use std::sync::atomic::{AtomicBool, Ordering};

use memory_accounting::{ComponentUsage, DeclaredBytes, LiveBytes, MemoryGrant, MemoryLimiter};

pub(crate) const KIB: usize = 1024;
pub(crate) const MIB: usize = 1024 * KIB;

/// A component that declared a minimum of half its firm limit, holds `live` bytes and once held a KiB more.
pub(crate) fn component(name: &str, firm_limit: usize, live: usize) -> ComponentUsage {
    ComponentUsage::new(name)
        .with_declared(DeclaredBytes::new(Some(firm_limit / 2), Some(firm_limit)))
        .with_live(LiveBytes::new(live, live / KIB), Some(live + KIB))
}

/// One of which nothing is known but its name.
pub(crate) fn untracked(name: &str) -> ComponentUsage {
    ComponentUsage::new(name)
}

/// One that needs 7 bytes and may use more than can be counted.
pub(crate) fn unbounded(name: &str) -> ComponentUsage {
    ComponentUsage::new(name).with_declared(DeclaredBytes::new(Some(7), None))
}

/// The root, with everything below it; the process had twice of what it has now.
pub(crate) fn root(live: usize, subcomponents: Vec<ComponentUsage>) -> ComponentUsage {
    let mut root = component("root", 0, live).with_subcomponents(subcomponents);
    root.peak_bytes = None;
    root.total_peak_bytes = root.total_live.map(|live| 2 * live.bytes);
    root
}

/// One component of each kind.
pub(crate) fn program() -> ComponentUsage {
    let sources = component("topology.sources", 64 * KIB, 16 * KIB).with_subcomponents(vec![component(
        "topology.sources.dsd",
        512 * KIB,
        640 * KIB,
    )]);
    let store = untracked("topology.store").with_subcomponents(vec![
        component("topology.store.pages", 8 * MIB, 5),
        untracked("topology.store.log"),
    ]);
    let topology = untracked("topology").with_subcomponents(vec![
        component("topology.encoder", 0, 3 * KIB),
        sources,
        store,
    ]);
    root(MIB, vec![topology])
}

/// 16 MiB less a quarter.
pub(crate) fn grant() -> MemoryGrant {
    MemoryGrant::with_slop_factor(16 * MIB, 0.25).unwrap()
}

/// A limiter of [`grant`] that reads 1 MiB live, and 6 MiB resident at first, then 2 MiB.
pub(crate) fn limiter_with_overhead_at_first() -> MemoryLimiter {
    let is_first = AtomicBool::new(true);
    let resident = move || Some(if is_first.swap(false, Ordering::SeqCst) { 6 } else { 2 } * MIB as u64);
    let builder = MemoryLimiter::builder(grant()).with_usage_source(|| Some(MIB as u64));
    builder.with_resident_source(resident).start().unwrap()
}

/// A limiter of 1000 bytes that always reads `usage`.
pub(crate) fn limiter(usage: u64) -> MemoryLimiter {
    let grant = MemoryGrant::effective(1000).unwrap();
    MemoryLimiter::builder(grant).with_usage_source(move || Some(usage)).start().unwrap()
}
