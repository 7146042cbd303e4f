//! What does the limiter cost a caller and the program, and how soon does one that waits go on?
//!
//! Run with `cargo bench -p memory-accounting-benches --bench limiter [-- TABLE]`. It needs Linux and 5 GiB of memory, and prints
//! tables in Markdown. The limiter that polls is that of `tests/cgroup`.

#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/cgroup"]
mod cgroup {
    pub(crate) mod policy;
}
#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod table;
#[cfg(target_os = "linux")]
mod throughput;
#[cfg(target_os = "linux")]
mod tick;
#[cfg(target_os = "linux")]
mod wake_up;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: memory_accounting::allocator::TrackingAllocator<std::alloc::System> =
    memory_accounting::allocator::TrackingAllocator::new(std::alloc::System);

#[cfg(target_os = "linux")]
fn main() {
    // As of any test program: those that have it in their name.
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    for (_, print) in TABLES.iter().filter(|(name, _)| name.contains(&wanted)) {
        print();
        println!();
    }
}

/// A table and its name.
#[cfg(target_os = "linux")]
type Table = (&'static str, fn());

#[cfg(target_os = "linux")]
const TABLES: &[Table] = &[
    ("calls", || table::print(calls::HEAD, calls::measure())),
    ("wake_up", || table::print(wake_up::HEAD, wake_up::measure())),
    ("throughput", || table::print(throughput::HEAD, throughput::measure())),
    ("tick", || table::print(tick::HEAD, tick::measure())),
];

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("only Linux tells how much processor time a thread has taken");
}
