//! Counts with every group in a table.

use std::alloc::System;

use memory_accounting::allocator::{SideTable, TrackingAllocator};

mod one_thread;
mod threads;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System, SideTable> = TrackingAllocator::with_placement(System, SideTable);
