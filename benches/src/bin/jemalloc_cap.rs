//! `cap` around jemalloc.

use std::process::ExitCode;

use cap::Cap;
use memory_accounting_benches::NoGroups;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Cap<Jemalloc> = Cap::new(Jemalloc, usize::MAX);

fn main() -> ExitCode {
    memory_accounting_benches::main::<NoGroups>()
}
