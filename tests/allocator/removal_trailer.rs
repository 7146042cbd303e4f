//! Removed groups that stand behind their blocks, as they do by default.

use std::alloc::System;

use memory_accounting::allocator::TrackingAllocator;

mod removal;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);
