//! The batch in which threads report, which is a setting of the whole process.

use std::alloc::System;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// What a group and the process know of the ten times hundred bytes that a thread held and has freed again, less
/// what they knew before.
fn seen_of_a_thousand_bytes(name: &str) -> (usize, usize) {
    let group = AllocationGroupRegistry::global().register_allocation_group(name);
    let turn = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut held: Vec<Vec<u8>> = Vec::with_capacity(10);
            // The first block is always reported.
            group.scope(|| drop(black_box(Vec::<u8>::with_capacity(1))));
            turn.wait();
            turn.wait();
            group.scope(|| held.extend((0..10).map(|_| black_box(Vec::with_capacity(100)))));
            drop(held);
            turn.wait();
            turn.wait();
        });
        turn.wait();
        AllocationGroupRegistry::reset_peak();
        let (group_before, process_before) = (group.peak_bytes(), AllocationGroupRegistry::peak_bytes());
        turn.wait();
        turn.wait();
        let seen = (
            group.peak_bytes() - group_before,
            AllocationGroupRegistry::peak_bytes().saturating_sub(process_before),
        );
        turn.wait();
        seen
    })
}

#[test]
fn a_smaller_batch_is_more_exact() {
    let (group, process) = seen_of_a_thousand_bytes("before");
    assert!(group < 100 && process < 100, "{group} {process}");
    AllocationGroupRegistry::set_peak_batch_bytes(64);
    assert_eq!(AllocationGroupRegistry::peak_batch_bytes(), 64);
    let (group, process) = seen_of_a_thousand_bytes("after");
    assert!(group >= 900, "{group}");
    assert!(process >= 800, "{process}");
}
