//! A thread that waits until less is alive, and one that waits until more is.

use loom::sync::{Arc, Notify};
use loom::thread;

use crate::allocator::protocol::counters::{PeakLevel, WakeLevel, Watermark};

/// What is alive at first, and what each of two threads frees of it.
const ALIVE: u64 = 10;
const FREED: u64 = 3;

/// Has this thread wait until fewer than `level` bytes are alive, while others free. `loom` finds a wake-up that is lost, because then no
/// thread can go on.
fn wait_until_below(levels: &'static [u64]) {
    loom::model(move || {
        let shared = Arc::new((Watermark::new(), WakeLevel::new(), Notify::new()));
        shared.0.report(ALIVE);
        let freeing: Vec<_> = (0..2)
            .map(|_| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    let (live, level, waiter) = &*shared;
                    if level.is_to_wake(live.report(0_u64.wrapping_sub(FREED))) {
                        waiter.notify();
                    }
                })
            })
            .collect();
        let (live, level, waiter) = &*shared;
        for bytes in levels {
            while level.arm(*bytes, live) >= *bytes {
                waiter.wait();
            }
        }
        for thread in freeing {
            thread.join().expect("no panic");
        }
    });
}

#[test]
fn the_thread_is_woken_by_the_report_that_makes_room() {
    // Reached with the second.
    wait_until_below(&[ALIVE - FREED]);
}

#[test]
fn a_late_report_takes_no_later_level_back_without_waking() {
    wait_until_below(&[ALIVE, ALIVE - FREED]);
}

/// The same, while others allocate, for `level` bytes or more.
fn wait_until_at(levels: &'static [u64]) {
    loom::model(move || {
        let shared = Arc::new((Watermark::new(), PeakLevel::new(), Notify::new()));
        let allocating: Vec<_> = (0..2)
            .map(|_| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    let (live, level, waiter) = &*shared;
                    if level.is_to_wake(live.report(FREED)) {
                        waiter.notify();
                    }
                })
            })
            .collect();
        let (live, level, waiter) = &*shared;
        for bytes in levels {
            while level.arm(*bytes, live) < *bytes {
                waiter.wait();
            }
        }
        for thread in allocating {
            thread.join().expect("no panic");
        }
    });
}

#[test]
fn the_thread_is_woken_by_the_report_that_makes_a_peak() {
    // Reached with the second.
    wait_until_at(&[2 * FREED]);
}

#[test]
fn a_late_report_takes_no_higher_level_back_without_waking() {
    wait_until_at(&[FREED, 2 * FREED]);
}
