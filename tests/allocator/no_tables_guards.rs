//! Guards of threads that have no tables.

#![cfg(target_os = "linux")]

use std::alloc::System;

use memory_accounting::allocator::TrackingAllocator;

mod guards;
mod no_memory;

const THREADS: guards::Threads = guards::Threads { deepest: 30, have_tables: false };

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);
