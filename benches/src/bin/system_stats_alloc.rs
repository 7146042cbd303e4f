//! `stats_alloc` around the allocator of the system.

use std::alloc::System;
use std::process::ExitCode;

use memory_accounting_benches::NoGroups;
use stats_alloc::StatsAlloc;

#[global_allocator]
static ALLOCATOR: StatsAlloc<System> = StatsAlloc::system();

fn main() -> ExitCode {
    memory_accounting_benches::main::<NoGroups>()
}
