//! Made-up numbers.

use memory_accounting::{ComponentUsage, DeclaredBytes, LiveBytes, MemoryGrant, MemoryLimiter};

pub(crate) const KIB: usize = 1024;
pub(crate) const MIB: usize = 1024 * KIB;

/// A component that declared a minimum of half its firm limit.
pub(crate) fn component(name: &str, firm_limit: usize, live: usize) -> ComponentUsage {
    let declared = DeclaredBytes { minimum: firm_limit / 2, firm_limit };
    let live = LiveBytes { bytes: live, objects: live / KIB, tracked: true };
    ComponentUsage {
        name: name.to_owned(),
        declared,
        total_declared: declared,
        live,
        total_live: live,
        subcomponents: Vec::new(),
    }
}

/// `parent` with everything of `children` added to its totals.
pub(crate) fn containing(mut parent: ComponentUsage, children: Vec<ComponentUsage>) -> ComponentUsage {
    for child in &children {
        parent.total_declared.minimum += child.total_declared.minimum;
        parent.total_declared.firm_limit += child.total_declared.firm_limit;
        parent.total_live.bytes += child.total_live.bytes;
        parent.total_live.objects += child.total_live.objects;
    }
    parent.subcomponents = children;
    parent
}

/// One component of each kind.
pub(crate) fn program() -> ComponentUsage {
    let sources = containing(
        component("topology.sources", 64 * KIB, 16 * KIB),
        vec![component("topology.sources.dsd", 512 * KIB, 640 * KIB)],
    );
    let topology = containing(
        component("topology", 0, 0),
        vec![component("topology.encoder", 0, 3 * KIB), sources, component("topology.store", 8 * MIB, 5)],
    );
    containing(component("root", 0, MIB), vec![topology])
}

/// 16 MiB less a quarter.
pub(crate) fn grant() -> MemoryGrant {
    MemoryGrant::with_slop_factor(16 * MIB, 0.25).unwrap()
}

/// A limiter of 1000 bytes that always reads `usage`.
pub(crate) fn limiter(usage: usize) -> MemoryLimiter {
    MemoryLimiter::with_usage_source(MemoryGrant::effective(1000).unwrap(), move || Some(usage)).unwrap()
}
