//! Ours around the allocator of the system, with every group in a table.

use std::alloc::System;
use std::process::ExitCode;

use memory_accounting::allocator::{SideTable, TrackingAllocator};
use memory_accounting_benches::OurGroups;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System, SideTable> = TrackingAllocator::with_placement(System, SideTable);

fn main() -> ExitCode {
    memory_accounting_benches::main::<OurGroups>()
}
