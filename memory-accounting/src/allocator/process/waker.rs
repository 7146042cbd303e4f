//! The thread that is woken when less is alive in the process.
//!
//! It is woken by a thread that frees, in the middle of that, with [`Thread::unpark`]: an exchange, and a system call where the thread is parked.
//! Nothing is allocated, and no lock is taken: `std/src/sys/sync/thread_parking/` has `futex.rs` for Linux, Android, Windows, FreeBSD and
//! OpenBSD, `darwin.rs` with a semaphore, and `id.rs` for NetBSD. Other systems have `pthread.rs`, which takes a lock of the parked thread for a moment,
//! under which that thread neither allocates nor frees.

use std::process;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread::Thread;

/// A thread, and the process it runs in.
struct Waker {
    thread: Thread,
    process: u32,
}

static WAKER: AtomicPtr<Waker> = AtomicPtr::new(ptr::null_mut());

/// Has `thread`, of this process, woken from now on. What it is remembered in is never freed: others may be waking it.
pub(crate) fn set(thread: Thread) {
    let waker = Box::leak(Box::new(Waker { thread, process: process::id() }));
    WAKER.store(waker, Ordering::Release);
}

/// Wakes the thread. In a forked child, where it is not, nothing happens: a semaphore of its parent would end the child.
#[cold]
#[inline(never)]
pub(super) fn wake() {
    // SAFETY: null, or what `set` has leaked.
    let Some(waker) = (unsafe { WAKER.load(Ordering::Acquire).as_ref() }) else { return };
    if waker.process == process::id() {
        waker.thread.unpark();
    }
}
