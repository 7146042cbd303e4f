//! Compiles programs one by one and compares what the compiler says.

mod compiler;
mod message;
mod program;

use std::env;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub(crate) use self::compiler::{Compiled, Compiler};
pub(crate) use self::program::Program;

/// Does `check` for every program that was asked for, as many at a time as there are processors, and fails with all that went wrong.
pub(crate) fn each(mut programs: Vec<Program>, check: impl Fn(&Program) -> Result<(), String> + Sync) {
    let wanted = env::var("UI_CASES").unwrap_or_default();
    programs.retain(|program| program.name().contains(&wanted));
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let work = || {
        while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(failure) = check(program) {
                failures.lock().unwrap().push(format!("== {}\n{failure}", program.name()));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work);
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} fail\n\n{}",
        failures.len(),
        programs.len(),
        failures.join("\n\n")
    );
}
