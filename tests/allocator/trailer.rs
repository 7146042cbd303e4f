//! Counts with groups behind the blocks, as they are by default.

use std::alloc::System;

use memory_accounting::allocator::TrackingAllocator;

mod guards;
mod one_thread;
mod threads;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

const THREADS: guards::Threads = guards::Threads { deepest: 948, have_tables: true };
