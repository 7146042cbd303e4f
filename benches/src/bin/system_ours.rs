//! Ours around the allocator of the system.

use std::alloc::System;
use std::process::ExitCode;

use memory_accounting::allocator::TrackingAllocator;
use memory_accounting_benches::OurGroups;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

fn main() -> ExitCode {
    memory_accounting_benches::main::<OurGroups>()
}
