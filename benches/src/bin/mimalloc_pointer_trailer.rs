//! A pointer to shared counters behind each block of mimalloc.

use std::process::ExitCode;

use memory_accounting_benches::{PointerTrailer, PointerTrailerGroups};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: PointerTrailer<MiMalloc> = PointerTrailer::new(MiMalloc);

fn main() -> ExitCode {
    memory_accounting_benches::main::<PointerTrailerGroups>()
}
