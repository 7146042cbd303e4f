//! `peak_alloc`, which is around the allocator of the system.

use std::process::ExitCode;

use memory_accounting_benches::NoGroups;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

fn main() -> ExitCode {
    memory_accounting_benches::main::<NoGroups>()
}
