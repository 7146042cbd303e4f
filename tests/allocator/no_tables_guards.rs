//! Guards of threads that have no tables.

#![cfg(target_os = "linux")]

use std::alloc::System;

use memory_accounting::allocator::TrackingAllocator;

mod guards;
mod mmap;

const THREADS: guards::Threads = guards::Threads { deepest: 30, have_tables: false };

/// The system has no memory for any table.
fn may_reserve(_: usize) -> bool {
    false
}

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);
