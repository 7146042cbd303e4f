//! The components by name: what each allocates is attributed to it.

use memory_accounting::allocator::AllocationGroupToken;
use memory_accounting::{ComponentRegistry, ComponentUsage};

/// The registry of this program's components, and the token that each is built and run under. The names are those of the
/// configuration's parts.
#[derive(Debug)]
pub(crate) struct Components {
    registry: ComponentRegistry,
    pub(crate) source: AllocationGroupToken,
    pub(crate) aggregator: AllocationGroupToken,
    pub(crate) destination: AllocationGroupToken,
}

impl Components {
    /// The components that `registry` knows.
    pub(crate) fn of(registry: ComponentRegistry) -> Self {
        let token = |name| registry.get_or_create(name).token();
        let (source, aggregator, destination) = (token("source"), token("aggregator"), token("destination"));
        Self { registry, source, aggregator, destination }
    }

    /// What each component declared, and what it holds now.
    pub(crate) fn usage(&self) -> ComponentUsage {
        self.registry.usage()
    }
}
