//! Nothing around the allocator of the system.

use std::alloc::System;
use std::process::ExitCode;

use memory_accounting_benches::NoGroups;

#[global_allocator]
static ALLOCATOR: System = System;

fn main() -> ExitCode {
    memory_accounting_benches::main::<NoGroups>()
}
