//! Removed groups that stand in a table.

use std::alloc::System;

use memory_accounting::allocator::{SideTable, TrackingAllocator};

mod removal;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System, SideTable> = TrackingAllocator::with_placement(System, SideTable);
