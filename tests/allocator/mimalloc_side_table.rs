//! Counts with the group of every block of mimalloc in a table, as it is meant to be used.

use memory_accounting::allocator::{SideTable, TrackingAllocator};
use mimalloc::MiMalloc;

mod one_thread;
mod threads;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<MiMalloc, SideTable> =
    TrackingAllocator::with_placement(MiMalloc, SideTable);
