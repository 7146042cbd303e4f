//! The thread that is woken when less is alive in the process, and when more is than ever.
//!
//! It is woken by a thread that frees, or allocates, in the middle of that, with [`Thread::unpark`]: an exchange, and a system call where the thread is parked.
//! Nothing is allocated, and no lock is taken: `std/src/sys/sync/thread_parking/` has `futex.rs` for Linux, Android, Windows, FreeBSD and
//! OpenBSD, `darwin.rs` with a semaphore, and `id.rs` for NetBSD. Other systems have `pthread.rs`, which takes a lock of the parked thread for a moment,
//! under which that thread neither allocates nor frees.

use std::thread::Thread;

use self::slot::Slot;
use crate::system::OfThisProcess;

mod slot;

/// A process ID would not tell a child from its parent: in nested namespaces both may have the same.
static WAKER: Slot<OfThisProcess<Thread>> = Slot::new();

/// Has `thread`, of this process, woken from now on.
pub(crate) fn set(thread: Thread) {
    WAKER.set(OfThisProcess::new(thread));
}

/// Wakes the thread. In a forked child, where it is not, nothing happens: a semaphore of its parent would end the child.
#[cold]
#[inline(never)]
pub(crate) fn wake() {
    WAKER.with(|waker| {
        if let Some(thread) = waker.get() {
            thread.unpark();
        }
    });
}
