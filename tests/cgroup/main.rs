//! Processes that live inside of a real memory limit, or are killed by the kernel.
//!
//! Each test makes a memory control group, starts this program again inside of it, and looks whether that is still alive
//! when its time is over, how much memory it held, and how much work it got done. What a limiter is to survive is first run
//! without one: a load that kills nobody proves nothing.
//!
//! It needs root, minutes and two processors, and so runs only when asked for; the variable says how often each load is to be
//! survived:
//!
//! ```sh
//! MEMORY_ACCOUNTING_CGROUP_TESTS=20 cargo test --package memory-accounting-tests --test cgroup [NAME]
//! ```

#[cfg(target_os = "linux")]
mod confined;
#[cfg(target_os = "linux")]
mod controls;
#[cfg(target_os = "linux")]
mod group;
#[cfg(target_os = "linux")]
mod load;
#[cfg(target_os = "linux")]
mod policy;
#[cfg(target_os = "linux")]
mod programs;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod scenarios;
#[cfg(target_os = "linux")]
mod size;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    run::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    println!("SKIPPED: only Linux has control groups");
    ExitCode::SUCCESS
}
