//! `alloc_tracker` around the allocator of the system.

use std::alloc::System;
use std::process::ExitCode;

use alloc_tracker::Allocator;
use memory_accounting_benches::AllocTrackerSpans;

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::new(System);

fn main() -> ExitCode {
    memory_accounting_benches::main::<AllocTrackerSpans>()
}
