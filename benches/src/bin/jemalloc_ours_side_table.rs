//! Ours around jemalloc, with every group in a table.

use std::process::ExitCode;

use memory_accounting::allocator::{SideTable, TrackingAllocator};
use memory_accounting_benches::OurGroups;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<Jemalloc, SideTable> =
    TrackingAllocator::with_placement(Jemalloc, SideTable);

fn main() -> ExitCode {
    memory_accounting_benches::main::<OurGroups>()
}
