//! A pointer to shared counters behind each block of the allocator of the system.

use std::alloc::System;
use std::process::ExitCode;

use memory_accounting_benches::{PointerTrailer, PointerTrailerGroups};

#[global_allocator]
static ALLOCATOR: PointerTrailer<System> = PointerTrailer::new(System);

fn main() -> ExitCode {
    memory_accounting_benches::main::<PointerTrailerGroups>()
}
