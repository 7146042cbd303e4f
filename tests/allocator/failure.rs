//! An inner allocator that says no, and what it is asked for.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::ptr;

use memory_accounting::allocator::{
    AllocationGroupRegistry, AllocationGroupToken, AllocationStatsSnapshot, TrackingAllocator,
};

/// Fails on threads that ask for it, and remembers for each thread what it was called with.
struct Obstinate;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Calls {
    alloc: usize,
    alloc_zeroed: usize,
    realloc: usize,
    dealloc: usize,
}

thread_local! {
    static FAILING: Cell<bool> = const { Cell::new(false) };
    static CALLS: Cell<Calls> = const { Cell::new(Calls { alloc: 0, alloc_zeroed: 0, realloc: 0, dealloc: 0 }) };
    static LAST_MADE: Cell<Option<Layout>> = const { Cell::new(None) };
    static LAST_FREED: Cell<Option<Layout>> = const { Cell::new(None) };
}

fn note(change: impl FnOnce(&mut Calls)) {
    let mut calls = CALLS.get();
    change(&mut calls);
    CALLS.set(calls);
}

#[expect(unsafe_code, reason = "implements `GlobalAlloc`")]
// SAFETY: every block comes from `System`, with the layout that was asked for.
unsafe impl GlobalAlloc for Obstinate {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(|calls| calls.alloc += 1);
        LAST_MADE.set(Some(layout));
        // SAFETY: passed on to the caller.
        if FAILING.get() { ptr::null_mut() } else { unsafe { System.alloc(layout) } }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(|calls| calls.alloc_zeroed += 1);
        LAST_MADE.set(Some(layout));
        // SAFETY: passed on to the caller.
        if FAILING.get() { ptr::null_mut() } else { unsafe { System.alloc_zeroed(layout) } }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        note(|calls| calls.dealloc += 1);
        LAST_FREED.set(Some(layout));
        // SAFETY: passed on to the caller.
        unsafe { System.dealloc(start, layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        note(|calls| calls.realloc += 1);
        LAST_FREED.set(Some(layout));
        LAST_MADE.set(Layout::from_size_align(new_size, layout.align()).ok());
        // SAFETY: passed on to the caller.
        if FAILING.get() { ptr::null_mut() } else { unsafe { System.realloc(start, layout, new_size) } }
    }
}

#[global_allocator]
static ALLOCATOR: TrackingAllocator<Obstinate> = TrackingAllocator::new(Obstinate);

fn group(name: &str) -> AllocationGroupToken {
    AllocationGroupRegistry::global().register_allocation_group(name)
}

fn failing<R>(work: impl FnOnce() -> R) -> R {
    FAILING.set(true);
    let result = work();
    FAILING.set(false);
    result
}

fn calls_of(work: impl FnOnce()) -> Calls {
    CALLS.set(Calls::default());
    work();
    CALLS.get()
}

#[test]
fn a_failed_allocation_is_not_counted() {
    let group = group("fails");
    let result = group.scope(|| failing(|| Vec::<u8>::new().try_reserve_exact(64)));
    assert!(result.is_err());
    assert_eq!(group.stats(), AllocationStatsSnapshot::empty());
}

#[test]
fn a_failed_reallocation_changes_nothing() {
    let (owner, other) = (group("keeps its block"), group("wanted the block"));
    let mut block = owner.scope(|| vec![9_u8; 100]);
    for additional in [1, 100, 100_000] {
        assert!(other.scope(|| failing(|| block.try_reserve_exact(additional))).is_err());
    }
    assert_eq!(other.stats(), AllocationStatsSnapshot::empty());
    assert_eq!((owner.stats().allocated_objects, owner.stats().live_bytes()), (1, 100));
    assert_eq!(block, [9; 100]);
    drop(block);
    assert_eq!((owner.stats().deallocated_objects, owner.stats().deallocated_bytes), (1, 100));
    assert_eq!(other.stats(), AllocationStatsSnapshot::empty());
}

#[test]
#[expect(unsafe_code, reason = "no safe way to ask for zeroed memory without aborting on failure")]
fn a_failed_zeroed_allocation_is_null_and_not_counted() {
    let group = group("fails with zeros");
    let layout = Layout::new::<[u64; 8]>();
    // SAFETY: the layout is not zero-sized.
    let start = group.scope(|| failing(|| black_box(unsafe { std::alloc::alloc_zeroed(layout) })));
    assert!(start.is_null());
    assert_eq!(group.stats(), AllocationStatsSnapshot::empty());
}

// Where a pointer has 32 bits, the system may have the greatest size there is.
#[cfg(target_pointer_width = "64")]
#[test]
fn an_impossible_size_fails_as_it_does_in_the_inner_allocator() {
    let largest = isize::MAX.unsigned_abs();
    assert!(Vec::<u8>::new().try_reserve_exact(largest).is_err());
    assert_eq!(LAST_MADE.get(), Layout::from_size_align(largest, 1).ok());
    let mut block = vec![1_u8, 2, 3];
    assert!(block.try_reserve_exact(largest - 3).is_err());
    assert_eq!(LAST_MADE.get(), Layout::from_size_align(largest, 1).ok());
    assert_eq!(block, [1, 2, 3]);
}

#[test]
fn a_block_of_a_page_or_more_is_asked_for_as_it_is() {
    for (size, block) in [(100, 102), (4095, 4097), (4096, 4096), (1 << 20, 1 << 20)] {
        drop(black_box(Vec::<u8>::with_capacity(size)));
        let expected = Layout::from_size_align(block, 1).ok();
        assert_eq!((LAST_MADE.get(), LAST_FREED.get()), (expected, expected));
    }
}

#[test]
fn every_request_is_forwarded_as_what_it_is() {
    let mut block = Vec::new();
    let calls = calls_of(|| block = black_box(vec![0_u8; 1000]));
    assert_eq!(calls, Calls { alloc_zeroed: 1, ..Calls::default() });
    let calls = calls_of(|| block.reserve_exact(1000));
    assert_eq!(calls, Calls { realloc: 1, ..Calls::default() });
    let calls = calls_of(|| block.shrink_to_fit());
    assert_eq!(calls, Calls { realloc: 1, ..Calls::default() });
    let calls = calls_of(|| drop(black_box(block)));
    assert_eq!(calls, Calls { dealloc: 1, ..Calls::default() });
    let calls = calls_of(|| drop(black_box(Box::new(black_box(1_u64)))));
    assert_eq!(calls, Calls { alloc: 1, dealloc: 1, ..Calls::default() });
}

#[test]
fn the_inner_allocator_gets_back_the_layout_it_gave() {
    let mut block = black_box(Vec::<u64>::with_capacity(10));
    let made = LAST_MADE.get();
    block.reserve_exact(20);
    assert_eq!(LAST_FREED.get(), made);
    let made = LAST_MADE.get();
    drop(black_box(block));
    assert_eq!(LAST_FREED.get(), made);
}

#[test]
fn a_failure_as_the_first_thing_of_a_thread_loses_no_count() {
    let group = group("fails at first");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert!(group.scope(|| failing(|| Vec::<u8>::new().try_reserve_exact(8))).is_err());
            drop(group.scope(|| black_box(vec![1_u8; 8])));
        });
    });
    assert_eq!((group.stats().allocated_objects, group.stats().deallocated_bytes), (1, 8));
}
