//! The thread that is woken when less is alive.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::block::Block;
use crate::allocator::{AllocationGroupRegistry, limits};

/// Far more than the other tests have alive.
const BYTES: usize = 64 << 20;

/// Only to fail.
const TIMEOUT: Duration = Duration::from_secs(60);

/// There is one level and one thread to wake.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());

    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A level that is reached with `block` alive, and not without it.
fn level_with(block: &Block) -> u64 {
    let live = AllocationGroupRegistry::approximate_live_bytes();
    (live - block.bytes() / 2) as u64
}

/// Whether this thread is woken by `free`, which makes less alive than it waits for.
fn is_woken_by(level: u64, free: impl FnOnce() + Send + 'static) -> bool {
    limits::set_waker(thread::current());
    assert!(limits::wake_when_below(level) >= level);
    is_woken_while(limits::is_armed, free)
}

/// Whether this thread, which waits while it `is_armed`, is woken by `work`.
fn is_woken_while(is_armed: fn() -> bool, work: impl FnOnce() + Send + 'static) -> bool {
    let end = Instant::now() + TIMEOUT;
    // Not a thread of a scope, which wakes this one as well, when it ends.
    let working = thread::spawn(work);
    // Parks at least once, since whoever disarms has yet to wake.
    loop {
        thread::park_timeout(TIMEOUT);
        if !is_armed() || Instant::now() >= end {
            break;
        }
    }
    working.join().expect("no panic");
    // Not woken, it would be later.
    !is_armed() && Instant::now() < end
}

#[test]
fn a_free_on_another_thread_wakes_the_one_that_waits() {
    let _alone = alone();
    let block = Block::new(BYTES);
    let level = level_with(&block);
    assert!(is_woken_by(level, || drop(block)));
    assert!(limits::wake_when_below(level) < level, "less is alive already");
    limits::disarm();
}

#[test]
fn an_allocation_on_another_thread_wakes_the_one_that_waits_for_a_peak() {
    let _alone = alone();
    limits::set_waker(thread::current());
    let level = (AllocationGroupRegistry::approximate_live_bytes() + BYTES / 2) as u64;
    assert!(limits::wake_at_peak(level) < level);
    drop(Block::new(BYTES / 4));
    assert!(limits::is_armed_for_peak());
    assert!(is_woken_while(limits::is_armed_for_peak, || drop(Block::new(BYTES))));
}

#[test]
fn blocks_smaller_than_a_batch_wake_together() {
    const EACH: usize = 1000;
    let _alone = alone();
    let blocks: Vec<Block> = (0..BYTES / 4 / EACH).map(|_| Block::new(EACH)).collect();
    let level = AllocationGroupRegistry::approximate_live_bytes() - BYTES / 8;
    assert!(is_woken_by(level as u64, || drop(blocks)));
}

#[test]
fn nobody_is_woken_while_enough_is_alive() {
    let _alone = alone();
    let (kept, freed) = (Block::new(BYTES), Block::new(1 << 20));
    let level = level_with(&kept);
    assert!(limits::wake_when_below(level) >= level);
    drop(freed);
    assert!(limits::is_armed());
    limits::disarm();
    drop(kept);
    assert!(!limits::is_armed());
}

#[cfg(unix)]
#[test]
fn a_forked_child_has_a_thread_of_its_own_woken() {
    let _alone = alone();
    let block = Block::new(BYTES);
    let level = level_with(&block);
    limits::set_waker(thread::current());
    assert!(limits::wake_when_below(level) >= level);
    // SAFETY: the child goes on with a copy of this thread, and ends below.
    let pid = unsafe { libc::fork() };
    assert_ne!(pid, -1, "no child");
    if pid == 0 {
        // SAFETY: only asks for a signal, so that a child that hangs ends.
        unsafe { libc::alarm(20) };
        // In vain: the thread that the parent has woken is not there.
        drop(block);
        let not_armed = !limits::is_armed();
        let block = Block::new(BYTES);
        let woken = is_woken_by(level_with(&block), || drop(block));
        // SAFETY: ends the child without running what the parent registered for its end.
        unsafe { libc::_exit(i32::from(!(not_armed && woken))) };
    }
    let mut status = 0;
    // SAFETY: a child of this process, and a place of ours.
    assert_eq!(unsafe { libc::waitpid(pid, &raw mut status, 0) }, pid);
    assert_eq!(status, 0);
    assert!(limits::is_armed(), "what the child freed is alive here");
    limits::disarm();
}
