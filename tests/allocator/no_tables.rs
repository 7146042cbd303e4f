//! A system without memory for any table: everything is counted all the same.

#![cfg(target_os = "linux")]

use std::alloc::System;
use std::hint::black_box;
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, TrackingAllocator};

mod mmap;

/// The system has no memory for any table.
fn may_reserve(_: usize) -> bool {
    false
}

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

#[test]
fn nothing_is_lost() {
    let groups: Vec<AllocationGroupToken> = (0..100)
        .map(|number| AllocationGroupRegistry::global().register_allocation_group(format!("group {number}")))
        .collect();
    let made: Vec<Vec<u8>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let make = |group: &AllocationGroupToken| group.scope(|| black_box(vec![1_u8; 100]));
                    groups.iter().map(make).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    for group in &groups {
        assert_eq!((group.stats().live_bytes(), group.stats().live_objects()), (400, 4));
    }
    drop(made);
    for group in &groups {
        assert_eq!((group.stats().live_bytes(), group.stats().allocated_objects), (0, 4));
    }
    // Where a block of a page or more belongs cannot be written down, so it is the root's.
    let before = AllocationGroupToken::root().stats().live_bytes();
    let large = groups[0].scope(|| black_box(vec![1_u8; 10_000]));
    assert_eq!(groups[0].stats().live_bytes(), 0);
    assert_eq!(AllocationGroupToken::root().stats().live_bytes(), before + 10_000);
    drop(large);
    assert_eq!(AllocationGroupToken::root().stats().live_bytes(), before);
}

#[test]
fn groups_nest_and_stay_until_they_are_left() {
    let registry = AllocationGroupRegistry::global();
    let [outer, inner, late] =
        ["outer", "inner", "late"].map(|name| registry.register_allocation_group(name));
    let current = AllocationGroupToken::current;
    let outer_guard = outer.enter();
    let inner_guard = inner.enter();
    for removed in [outer, inner] {
        assert!(registry.remove_allocation_group(removed));
    }
    assert_eq!((current(), inner.name().as_str()), (inner, "inner"));
    assert_eq!(inner.scope(current), AllocationGroupToken::root(), "it is removed");
    assert_eq!(late.scope(current), late);
    drop(inner_guard);
    assert_eq!((current(), outer.name().as_str()), (outer, "outer"));
    drop(outer_guard);
    assert_eq!(current(), AllocationGroupToken::root());
    for removed in [outer, inner] {
        // Looks at what was removed, and finds that nobody is inside.
        registry.remove_allocation_group(registry.register_allocation_group("passing"));
        assert_eq!(removed.name(), "root");
    }
    let (first, second) = (late.enter(), late.enter());
    drop(first);
    assert_eq!(current(), AllocationGroupToken::root());
    drop(second);
    assert_eq!(current(), AllocationGroupToken::root());
}
