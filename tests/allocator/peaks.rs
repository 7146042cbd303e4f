//! The most that was ever alive: exact where it was asked for, and elsewhere off by no more than is documented.

use std::alloc::System;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

fn group(name: &str) -> AllocationGroupToken {
    AllocationGroupRegistry::global().register_allocation_group(name)
}

fn exact_group(name: &str) -> AllocationGroupToken {
    let group = group(name);
    group.track_exact_peak();
    group
}

fn block(bytes: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(bytes))
}

#[test]
fn a_group_that_did_nothing_has_no_peak() {
    assert_eq!(group("idle").peak_bytes(), 0);
    assert_eq!(exact_group("idle and exact").peak_bytes(), 0);
}

#[test]
fn an_exact_peak_is_the_most_alive_at_once() {
    let group = exact_group("one thread");
    group.scope(|| {
        let first = block(1000);
        drop(block(200));
        drop(first);
        drop(block(1100));
        drop(block(3));
    });
    assert_eq!((group.peak_bytes(), group.stats().live_bytes()), (1200, 0));
}

#[test]
fn a_reallocation_has_both_blocks_alive_at_its_peak() {
    let group = exact_group("growing");
    group.scope(|| {
        let mut numbers = Vec::new();
        for number in 0..16_u64 {
            numbers.push(black_box(number));
        }
        assert_eq!(group.stats().live_bytes(), 128);
    });
    assert_eq!(group.peak_bytes(), 64 + 128);
}

#[test]
fn a_reallocation_into_another_group_raises_each_by_its_own_block() {
    let (from, to) = (exact_group("moved from"), exact_group("moved to"));
    let mut held = from.scope(|| block(70));
    to.scope(|| held.reserve_exact(100));
    assert_eq!((from.peak_bytes(), to.peak_bytes()), (70, 100));
}

#[test]
fn a_reset_peak_begins_at_what_is_alive() {
    let group = exact_group("reset");
    let held = group.scope(|| block(40));
    group.scope(|| drop(block(500)));
    assert_eq!(group.peak_bytes(), 540);
    group.reset_peak();
    assert_eq!(group.peak_bytes(), 40);
    group.scope(|| drop(block(7)));
    assert_eq!(group.peak_bytes(), 47);
    drop(held);
}

#[test]
fn an_exact_peak_spans_all_threads_that_carry_the_group() {
    const THREADS: usize = 8;
    let group = exact_group("many threads");
    let all_hold = Barrier::new(THREADS);
    thread::scope(|scope| {
        for index in 0..THREADS {
            let all_hold = &all_hold;
            let work = group.wrap(move || {
                let held = block(10 + index);
                all_hold.wait();
                drop(held);
                all_hold.wait();
                // One at a time adds nothing to the peak.
                drop(block(10));
            });
            scope.spawn(work);
        }
    });
    assert_eq!((group.peak_bytes(), group.stats().live_bytes()), ((10..18).sum::<usize>(), 0));
}

#[test]
fn measurements_at_the_same_time_do_not_see_each_other() {
    thread::scope(|scope| {
        for index in 0..8_usize {
            scope.spawn(move || {
                for round in 1..=50 {
                    let group = exact_group(&format!("measurement {index} {round}"));
                    let bytes = 100 * index + round;
                    group.scope(|| {
                        let held = block(bytes);
                        drop(block(bytes));
                        drop(held);
                        drop(block(bytes));
                    });
                    assert_eq!((group.peak_bytes(), group.stats().live_bytes()), (2 * bytes, 0));
                }
            });
        }
    });
}

#[test]
fn a_group_in_use_becomes_exact_once_its_threads_have_counted_again() {
    let group = group("exact late");
    let turn = Barrier::new(2);
    let peak = thread::scope(|scope| {
        scope.spawn(|| {
            let mut held = Vec::with_capacity(3);
            group.scope(|| held.push(block(100)));
            group.scope(|| held.push(block(50)));
            turn.wait();
            turn.wait();
            group.scope(|| held.push(block(5)));
            group.scope(|| drop(block(20)));
            turn.wait();
            turn.wait();
        });
        turn.wait();
        group.track_exact_peak();
        turn.wait();
        turn.wait();
        let peak = group.peak_bytes();
        turn.wait();
        peak
    });
    assert_eq!(peak, 175);
    assert_eq!((group.peak_bytes(), group.stats().live_bytes()), (175, 0));
}

#[test]
fn a_batched_peak_is_off_by_less_than_a_batch_for_each_thread() {
    const THREADS: usize = 4;
    const BLOCK: usize = 1000;
    const BLOCKS: usize = 500;
    let group = group("batched");
    let (all_hold, all_freed) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
    let tolerance = THREADS * AllocationGroupRegistry::peak_batch_bytes();
    let peak = thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut held = Vec::with_capacity(BLOCKS);
                group.scope(|| held.extend((0..BLOCKS).map(|_| block(BLOCK))));
                all_hold.wait();
                drop(held);
                all_freed.wait();
                // Keeps the thread, so that its end cannot be what reports.
                all_freed.wait();
            });
        }
        all_hold.wait();
        all_freed.wait();
        let peak = group.peak_bytes();
        all_freed.wait();
        peak
    });
    let true_peak = THREADS * BLOCKS * BLOCK;
    assert!(peak.abs_diff(true_peak) <= tolerance, "{peak}, in truth {true_peak}");
}

#[test]
fn a_batched_peak_is_never_below_what_is_alive() {
    let group = group("alive");
    let mut held = Vec::with_capacity(100);
    for index in 0..100 {
        held.push(group.scope(|| block(10)));
        assert!(group.peak_bytes() >= 10 * (index + 1));
    }
    let turn = Barrier::new(2);
    let peak = thread::scope(|scope| {
        scope.spawn(|| {
            // The first block is always reported, the second is not.
            group.scope(|| drop(block(1)));
            let held = group.scope(|| block(5000));
            turn.wait();
            turn.wait();
            drop(held);
        });
        turn.wait();
        let peak = group.peak_bytes();
        turn.wait();
        peak
    });
    assert_eq!(peak, 6000);
}

#[test]
fn the_process_knows_about_how_much_is_alive_and_was_at_most() {
    const MUCH: usize = 256 << 20;
    // What the other tests hold and what their threads have not reported: far less than a tenth of it.
    const OTHERS: usize = MUCH / 10;
    let before = AllocationGroupRegistry::approximate_live_bytes();
    let held = block(MUCH);
    let during = AllocationGroupRegistry::approximate_live_bytes();
    drop(held);
    let after = AllocationGroupRegistry::approximate_live_bytes();
    assert!(before < OTHERS && after < OTHERS, "{before} {after}");
    assert!((MUCH - OTHERS..MUCH + OTHERS).contains(&during), "{during}");
    let total = AllocationGroupRegistry::total().live_bytes();
    assert!(after.abs_diff(total) < OTHERS, "{after} {total}");
    let peak = AllocationGroupRegistry::peak_bytes();
    assert!((MUCH - OTHERS..MUCH + OTHERS).contains(&peak), "{peak}");
    AllocationGroupRegistry::reset_peak();
    assert!(AllocationGroupRegistry::peak_bytes() < OTHERS);
}
