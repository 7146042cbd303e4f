//! `dhat`, which is around the allocator of the system, with its profiler running.

use std::process::ExitCode;

use dhat::{Alloc, Profiler};
use memory_accounting_benches::NoGroups;

#[global_allocator]
static ALLOCATOR: Alloc = Alloc;

fn main() -> ExitCode {
    // Testing mode writes no file when the profiler is dropped.
    let _profiler = Profiler::builder().testing().build();
    memory_accounting_benches::main::<NoGroups>()
}
