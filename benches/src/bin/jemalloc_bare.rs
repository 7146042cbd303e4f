//! Nothing around jemalloc.

use std::process::ExitCode;

use memory_accounting_benches::NoGroups;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    memory_accounting_benches::main::<NoGroups>()
}
