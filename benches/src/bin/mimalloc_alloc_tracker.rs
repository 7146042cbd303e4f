//! `alloc_tracker` around mimalloc.

use std::process::ExitCode;

use alloc_tracker::Allocator;
use memory_accounting_benches::AllocTrackerSpans;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: Allocator<MiMalloc> = Allocator::new(MiMalloc);

fn main() -> ExitCode {
    memory_accounting_benches::main::<AllocTrackerSpans>()
}
