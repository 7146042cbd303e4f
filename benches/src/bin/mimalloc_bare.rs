//! Nothing around mimalloc.

use std::process::ExitCode;

use memory_accounting_benches::NoGroups;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    memory_accounting_benches::main::<NoGroups>()
}
