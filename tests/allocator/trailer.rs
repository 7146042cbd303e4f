//! Counts with groups behind the blocks, as they are by default.

use std::alloc::System;

use memory_accounting::allocator::TrackingAllocator;

mod guards;
mod one_thread;
mod threads;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// How many groups a thread can be inside of, each at a place of its own.
const PLACES: usize = 510;
