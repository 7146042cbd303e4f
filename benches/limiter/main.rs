//! What does the limiter cost a caller, and how soon does one that waits go on?
//!
//! Run with `cargo bench -p memory-accounting-benches --bench limiter`. Prints tables in Markdown. The limiter that polls is
//! that of `tests/cgroup`.

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/cgroup"]
mod cgroup {
    pub(crate) mod policy;
}
mod calls;
mod throughput;
mod wake_up;

use std::alloc::System;

use memory_accounting::allocator::TrackingAllocator;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

fn main() {
    println!("| a call with room | ns |\n|---|--:|");
    for (name, nanoseconds) in calls::measure() {
        println!("| {name} | {nanoseconds:.2} |");
    }
    println!(
        "\n| from a free until a caller that waited for it runs | p50 | p99 | longest | of |\n|---|--:|--:|--:|--:|"
    );
    for (name, latencies) in wake_up::measure() {
        println!("| {name} | {latencies} |");
    }
    println!(
        "\n| blocks a second with three quarters of the grant in use | to those without a limiter |\n|---|--:|"
    );
    for (name, ratio) in throughput::measure() {
        println!("| {name} | {ratio:.3} |");
    }
}
