//! The groups of `memory-accounting`.

use std::hint::black_box;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, Track, TrackingGuard};

use super::{Groups, Task};

/// A group of `memory-accounting`.
#[derive(Clone, Copy, Debug)]
pub struct OurGroups {
    token: AllocationGroupToken,
}

impl Groups for OurGroups {
    type Guard = TrackingGuard;

    fn register(name: &str) -> Option<Self> {
        Some(Self { token: AllocationGroupRegistry::global().register_allocation_group(name) })
    }

    #[inline]
    fn enter(&self) -> TrackingGuard {
        self.token.enter()
    }

    fn track(&self, future: impl Future<Output = ()> + 'static) -> Task {
        Box::pin(future.track_allocations(self.token))
    }

    fn read_all() -> u32 {
        let mut groups = 0;
        AllocationGroupRegistry::global().visit_snapshots(|_, snapshot| {
            black_box(snapshot);
            groups += 1;
        });
        groups
    }
}
