//! Ours around jemalloc.

use std::process::ExitCode;

use memory_accounting::allocator::TrackingAllocator;
use memory_accounting_benches::OurGroups;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<Jemalloc> = TrackingAllocator::new(Jemalloc);

fn main() -> ExitCode {
    memory_accounting_benches::main::<OurGroups>()
}
