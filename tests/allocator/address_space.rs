//! A process may have a limit of address space (`RLIMIT_AS`) that glibc takes most of for its arenas. What a thread's counters take there is
//! missing for the stack of another thread: with a mebibyte each, a program of 200 threads got 19 of them under 600 MiB.

// Where a pointer has 32 bits, the system call has another form.
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]

use std::alloc::System;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, TrackingAllocator};

mod mmap;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// Bytes of address space that were reserved without having them in advance, as only the tables of the library are.
static RESERVED: AtomicUsize = AtomicUsize::new(0);

/// The system has memory, and what it is asked for is added up.
fn may_reserve(bytes: usize) -> bool {
    RESERVED.fetch_add(bytes, Ordering::Relaxed);
    true
}

/// What is reserved for `threads` threads that run at the same time and allocate. All have ended when it returns, which those of a
/// `thread::scope` need not have.
fn reserved_for(threads: usize) -> usize {
    let before = RESERVED.load(Ordering::Relaxed);
    let all_run = Arc::new(Barrier::new(threads));
    let run = |_| {
        let all_run = Arc::clone(&all_run);
        thread::spawn(move || {
            drop(black_box(vec![1_u8; 100]));
            all_run.wait();
        })
    };
    let threads: Vec<_> = (0..threads).map(run).collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    RESERVED.load(Ordering::Relaxed) - before
}

#[test]
fn a_thread_takes_two_pages_and_64_bytes_for_each_further_group() {
    const SMALL: usize = 2 * 4096;
    const FOR_512_GROUPS: usize = 4096 + 512 * 64;

    // So that this thread has what it needs, and no other one has left something.
    drop(black_box(vec![1_u8; 100]));
    assert_eq!(reserved_for(50), 50 * SMALL);
    assert_eq!(reserved_for(50), 0, "those that ended left theirs");
    let (to_worker, orders) = mpsc::channel::<AllocationGroupToken>();
    let worker = thread::spawn(move || {
        drop(black_box(vec![1_u8; 100]));
        let late = orders.recv().expect("a group");
        let before = RESERVED.load(Ordering::Relaxed);
        late.scope(|| drop(black_box(vec![1_u8; 100])));
        RESERVED.load(Ordering::Relaxed) - before
    });
    let groups: Vec<_> = (0..500)
        .map(|number| AllocationGroupRegistry::global().register_allocation_group(format!("group {number}")))
        .collect();
    to_worker.send(groups[400]).expect("it listens");
    assert_eq!(worker.join().expect("no panic"), FOR_512_GROUPS, "it outgrew its table");
    // It left both: there are 51 tables.
    assert_eq!(reserved_for(60), 9 * FOR_512_GROUPS);
}
