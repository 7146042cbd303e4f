//! Ours around mimalloc, with every group in a table.

use std::process::ExitCode;

use memory_accounting::allocator::{SideTable, TrackingAllocator};
use memory_accounting_benches::OurGroups;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<MiMalloc, SideTable> =
    TrackingAllocator::with_placement(MiMalloc, SideTable);

fn main() -> ExitCode {
    memory_accounting_benches::main::<OurGroups>()
}
