//! Ours around mimalloc.

use std::process::ExitCode;

use memory_accounting::allocator::TrackingAllocator;
use memory_accounting_benches::OurGroups;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<MiMalloc> = TrackingAllocator::new(MiMalloc);

fn main() -> ExitCode {
    memory_accounting_benches::main::<OurGroups>()
}
