//! Runs the tests one after another: each needs the machine for itself.

use std::alloc::System;
use std::env;
use std::panic;
use std::process::ExitCode;
use std::time::Instant;

use memory_accounting::allocator::TrackingAllocator;

use crate::group::{self, MemoryGroup};
use crate::load::Load;
use crate::programs::{Burst, FilePages, Fork, Hold};
use crate::{confined, controls, scenarios};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// A test and its name.
pub(crate) type Test = (&'static str, fn());

pub(crate) fn main() -> ExitCode {
    let programs = [
        confined::ran::<Load>,
        confined::ran::<Burst>,
        confined::ran::<FilePages>,
        confined::ran::<Fork>,
        confined::ran::<Hold>,
    ];
    if programs.iter().any(|ran| ran()) {
        return ExitCode::SUCCESS;
    }
    if let Err(reason) = may_run() {
        println!("SKIPPED the tests in a memory control group: {reason}");
        return ExitCode::SUCCESS;
    }
    // As of any test program: those that have it in their name.
    let wanted = env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let tests = controls::TESTS.iter().chain(scenarios::TESTS).filter(|(name, _)| name.contains(&wanted));
    let failed = tests.filter(|test| !passes(test)).count();
    println!("{failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How often each load is to be survived.
pub(crate) fn rounds() -> u32 {
    let asked = env::var(group::VARIABLE).ok().and_then(|rounds| rounds.parse().ok());
    asked.unwrap_or(1)
}

/// Whether the tests were asked for and groups can be made.
fn may_run() -> Result<(), String> {
    group::asked()?;
    MemoryGroup::new(64 * 1024 * 1024).map(drop)
}

fn passes((name, test): &Test) -> bool {
    println!("test {name}");
    let start = Instant::now();
    let passed = panic::catch_unwind(test).is_ok();
    println!("     {} after {:.1} s", if passed { "ok" } else { "FAILED" }, start.elapsed().as_secs_f64());
    passed
}
