//! Being told when the thread ends.
//!
//! With glibc, the destructor of a thread-local tells. Elsewhere it cannot: std before 1.93 keeps a list of those destructors itself where
//! the C library offers no `__cxa_thread_atexit_impl`, the list allocates, and registering a destructor while one is being registered
//! ends the process: "the global allocator may not use TLS with destructors" (`std/src/sys/thread_local/destructors/list.rs`, 1.85).
//! `std::thread::spawn` registers one of its own first. So there a key of pthread tells, which is what std builds on as well. With glibc
//! it would be worse: glibc keeps a library loaded while a thread has a destructor of it to run, but calls the destructor of a key in a
//! library that is gone, as other systems do.
//!
//! Where there is no pthread, as on Windows, a thread-local tells all the same, which takes Rust 1.93.

#[cfg(all(unix, any(test, not(all(target_os = "linux", target_env = "gnu")))))]
mod key;

use super::{THREAD, Thread};

/// Has this thread depart when it ends; `false` where it is about to, so that nothing would see to it any more. May allocate.
pub(super) fn announce() -> bool {
    platform::announce()
}

/// Whether the C library has the few bytes left that it registers a destructor in. Where it has not, it ends the process ("failed to
/// register TLS destructor", `stdlib/cxa_thread_atexit_impl.c` of glibc 2.36), and not only the thread.
///
/// Asks for more than a thread keeps for itself when it is freed, so that what follows can have it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn has_memory() -> bool {
    // SAFETY: asks for a block, which is only compared and freed.
    let block = unsafe { libc::malloc(2048) };
    // SAFETY: that block, or null.
    unsafe { libc::free(block) };
    !block.is_null()
}

/// Elsewhere a thread is only not announced.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn has_memory() -> bool {
    true
}

fn depart() {
    // The state has no destructor, so it cannot be gone.
    let _ = THREAD.try_with(Thread::depart);
}

#[cfg(any(not(unix), all(target_os = "linux", target_env = "gnu")))]
mod platform {
    /// Dropped late: it was registered by the first allocation of the thread, and destructors run in the opposite order.
    struct Departure;

    thread_local! {
        static DEPARTURE: Departure = const { Departure };
    }

    impl Drop for Departure {
        fn drop(&mut self) {
            super::depart();
        }
    }

    pub(super) fn announce() -> bool {
        DEPARTURE.try_with(|_| ()).is_ok()
    }
}

#[cfg(not(any(not(unix), all(target_os = "linux", target_env = "gnu"))))]
mod platform {
    use super::key::Key;

    static KEY: Key = Key::new(depart);

    extern "C" fn depart(_: *mut libc::c_void) {
        super::depart();
    }

    pub(super) fn announce() -> bool {
        KEY.set()
    }
}
