//! Counts with groups behind the blocks of mimalloc.

use memory_accounting::allocator::TrackingAllocator;
use mimalloc::MiMalloc;

mod one_thread;
mod threads;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<MiMalloc> = TrackingAllocator::new(MiMalloc);
