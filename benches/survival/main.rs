//! Who stays alive in a memory limit, how far above the grant, and how much work gets done: with our limiter, with one that
//! polls the resident size four times a second, and with none.
//!
//! Run with `cargo bench -p memory-accounting-benches --bench survival`; `-- --help` tells the options. It needs Linux and
//! root.
//!
//! The loads and the policies are those of `tests/cgroup`, where each number comes from is told there.

#[cfg(target_os = "linux")]
#[allow(dead_code, unused_imports, reason = "the tests use more of it")]
#[path = "../../tests/cgroup"]
mod cgroup {
    pub(crate) mod confined;
    pub(crate) mod group;
    pub(crate) mod load;
    pub(crate) mod policy;
    pub(crate) mod size;
}
#[cfg(target_os = "linux")]
mod arguments;
#[cfg(target_os = "linux")]
mod row;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: memory_accounting::allocator::TrackingAllocator<std::alloc::System> =
    memory_accounting::allocator::TrackingAllocator::new(std::alloc::System);

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use clap::Parser;

    if cgroup::confined::ran::<cgroup::load::Load>() {
        return ExitCode::SUCCESS;
    }
    let plan = arguments::Arguments::parse().plan();
    if let Err(reason) = cgroup::group::MemoryGroup::new(plan.largest_limit_bytes()) {
        eprintln!("{reason}");
        return ExitCode::FAILURE;
    }
    println!("{}", row::HEAD);
    for (name, load) in &plan.loads {
        for policy in &plan.policies {
            let load = cgroup::load::Load { policy: *policy, milliseconds: plan.milliseconds, ..*load };
            println!("{}", row::Row::measure(name, &load, plan.rounds));
        }
    }
    ExitCode::SUCCESS
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("only Linux has control groups");
    ExitCode::FAILURE
}
