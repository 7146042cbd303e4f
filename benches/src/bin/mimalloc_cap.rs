//! `cap` around mimalloc.

use std::process::ExitCode;

use cap::Cap;
use memory_accounting_benches::NoGroups;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: Cap<MiMalloc> = Cap::new(MiMalloc, usize::MAX);

fn main() -> ExitCode {
    memory_accounting_benches::main::<NoGroups>()
}
