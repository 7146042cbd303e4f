//! `alloc_tracker` around jemalloc.

use std::process::ExitCode;

use alloc_tracker::Allocator;
use memory_accounting_benches::AllocTrackerSpans;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Allocator<Jemalloc> = Allocator::new(Jemalloc);

fn main() -> ExitCode {
    memory_accounting_benches::main::<AllocTrackerSpans>()
}
