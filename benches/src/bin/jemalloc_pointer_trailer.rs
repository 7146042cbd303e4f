//! A pointer to shared counters behind each block of jemalloc.

use std::process::ExitCode;

use memory_accounting_benches::{PointerTrailer, PointerTrailerGroups};
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: PointerTrailer<Jemalloc> = PointerTrailer::new(Jemalloc);

fn main() -> ExitCode {
    memory_accounting_benches::main::<PointerTrailerGroups>()
}
