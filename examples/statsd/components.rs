//! The components by name: what each allocates is attributed to it, and all of it is held below the limit.

use memory_accounting::allocator::AllocationGroupToken;
use memory_accounting::{ComponentRegistry, ComponentUsage, MemoryGrant, MemoryLimiter, MemoryReport};

/// The registry of this program's components, and the token that each is built and run under. The names are those of the
/// configuration's parts.
#[derive(Debug)]
pub(crate) struct Components {
    registry: ComponentRegistry,
    grant: MemoryGrant,
    pub(crate) limiter: MemoryLimiter,
    pub(crate) source: AllocationGroupToken,
    pub(crate) aggregator: AllocationGroupToken,
    pub(crate) destination: AllocationGroupToken,
}

impl Components {
    /// The components that `registry` knows, which fit `grant`.
    pub(crate) fn of(registry: ComponentRegistry, grant: MemoryGrant) -> Self {
        let token = |name| registry.get_or_create(name).token();
        let (source, aggregator, destination) = (token("source"), token("aggregator"), token("destination"));
        let limiter = MemoryLimiter::new(grant).unwrap_or_else(|_| MemoryLimiter::noop());
        Self { registry, grant, limiter, source, aggregator, destination }
    }

    /// What each component declared, and what it holds now.
    pub(crate) fn usage(&self) -> ComponentUsage {
        self.registry.usage()
    }

    /// The token of the component with this full name, where it is attributed anything.
    pub(crate) fn token(&self, usage: &ComponentUsage) -> Option<AllocationGroupToken> {
        usage.live?;
        Some(self.registry.find(&usage.name).ok()?.token())
    }

    /// The same for people, with the grant and how near to it the process is.
    pub(crate) fn report(&self) -> MemoryReport {
        MemoryReport::new(&self.registry).with_grant(self.grant).with_limiter(&self.limiter)
    }

    /// The components that hold more than they declared.
    pub(crate) fn beyond_declaration(&self) -> Vec<String> {
        let usage = self.usage();
        let mut beyond = Vec::new();
        usage.visit(&mut |component, _| {
            if component.declared.exceeded_by(component.live) > 0 {
                beyond.push(component.name.clone());
            }
        });
        beyond
    }
}
