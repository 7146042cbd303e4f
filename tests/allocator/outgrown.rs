//! A thread's table has counters for the groups there were when it was made. A thread that meets a later group goes on in a larger table, and
//! what it has entered and counted before is as it was.

use std::alloc::System;
use std::hint::black_box;
use std::sync::mpsc;
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

fn register(name: &str) -> AllocationGroupToken {
    AllocationGroupRegistry::global().register_allocation_group(name)
}

/// A group whose counters no table has that was made before.
fn register_beyond(what: &str) -> AllocationGroupToken {
    // More than double the room there is.
    let before = register(&format!("before {what}"));
    let mut last = before;
    for number in 0..300 {
        last = register(&format!("{what} {number}"));
    }
    last
}

fn block(bytes: usize) -> Vec<u8> {
    black_box(vec![1; bytes])
}

/// Has the slots of removed groups looked at.
fn reclaim() {
    let registry = AllocationGroupRegistry::global();
    registry.remove_allocation_group(register("passing"));
}

#[test]
fn a_thread_stays_inside_of_what_it_entered_in_its_first_table() {
    let outer = register("outer");
    let (to_worker, orders) = mpsc::channel::<AllocationGroupToken>();
    let (to_main, reports) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            // What channels allocate is not outer's.
            let root = AllocationGroupToken::root();
            let tell = || root.scope(|| to_main.send(()).expect("main listens"));
            let wait = || root.scope(|| orders.recv());
            let guard = outer.enter();
            let held = block(100);
            tell();
            let later = wait().expect("a group");
            let of_later = later.scope(|| block(7));
            assert_eq!(AllocationGroupToken::current(), outer);
            assert_eq!((outer.stats().live_bytes(), later.stats().live_bytes()), (100, 7));
            tell();
            wait().expect("it goes on");
            drop((held, of_later));
            assert_eq!((later.stats().live_bytes(), later.stats().allocated_bytes), (0, 7));
            tell();
            wait().expect("it goes on");
            drop(guard);
            tell();
            wait().expect_err("main is done");
        });
        reports.recv().expect("it is inside");
        let later = register_beyond("later");
        to_worker.send(later).expect("it listens");
        reports.recv().expect("it has outgrown its table");
        assert!(AllocationGroupRegistry::global().remove_allocation_group(outer));
        reclaim();
        assert_eq!(outer.name(), "outer", "something is alive");
        to_worker.send(later).expect("it listens");
        reports.recv().expect("nothing is alive");
        reclaim();
        assert_eq!(outer.name(), "outer", "a thread is inside");
        to_worker.send(later).expect("it listens");
        reports.recv().expect("it has left");
        reclaim();
        assert_eq!(outer.name(), "root", "its slot was reclaimed");
        drop(to_worker);
    });
}

#[test]
fn a_peak_that_becomes_exact_has_what_was_counted_in_the_first_table() {
    let measured = register("measured");
    let (to_worker, orders) = mpsc::channel::<AllocationGroupToken>();
    let (to_main, reports) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let first = measured.scope(|| block(50));
            // Not reported: the first count of a thread is, and the next ones in a batch.
            let second = measured.scope(|| block(100));
            to_main.send(()).expect("main listens");
            let later = orders.recv().expect("a group");
            drop(later.scope(|| block(7)));
            to_main.send(()).expect("main listens");
            orders.recv().expect("it goes on");
            drop(measured.scope(|| block(1000)));
            drop((first, second));
            to_main.send(()).expect("main listens");
        });
        reports.recv().expect("it has counted");
        let later = register_beyond("even later");
        to_worker.send(later).expect("it listens");
        reports.recv().expect("it has outgrown its table");
        measured.track_exact_peak();
        to_worker.send(later).expect("it listens");
        reports.recv().expect("it is done");
        assert_eq!((measured.stats().live_bytes(), measured.peak_bytes()), (0, 1150));
    });
}
