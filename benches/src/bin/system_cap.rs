//! `cap` around the allocator of the system.

use std::alloc::System;
use std::process::ExitCode;

use cap::Cap;
use memory_accounting_benches::NoGroups;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

fn main() -> ExitCode {
    memory_accounting_benches::main::<NoGroups>()
}
