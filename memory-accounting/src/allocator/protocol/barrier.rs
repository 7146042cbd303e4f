//! A fence between two threads that costs only one of them.
//!
//! Entering a group writes down that the thread is inside, and then looks whether the group was removed; removing a group
//! marks it, and then looks who is inside. At least one of them has to see the other. Two fences would see to it, but
//! entering happens millions of times a second and removing seldom. On Linux the remover therefore has the kernel run
//! a fence on every thread of the process (`membarrier`), and entering needs none of its own.

use super::atomic::{Ordering, fence};

/// The half for the frequent side: between its write and its look.
#[inline]
pub(crate) fn light() {
    #[cfg(all(not(loom), target_os = "linux"))]
    std::sync::atomic::compiler_fence(Ordering::SeqCst);
    #[cfg(any(loom, not(target_os = "linux")))]
    fence(Ordering::SeqCst);
}

/// That the heavy half was passed.
#[derive(Debug)]
pub(crate) struct Passed(());

/// The half for the rare side, in the same place. `None` when the system has no such thing: nothing is then promised.
pub(crate) fn heavy() -> Option<Passed> {
    fence(Ordering::SeqCst);
    fence_all_threads().then_some(Passed(()))
}

#[cfg(all(not(loom), target_os = "linux"))]
fn fence_all_threads() -> bool {
    // Registering again is allowed and cheap, and a forked child need not ask whether its parent did.
    (membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
        && membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED))
        || membarrier(libc::MEMBARRIER_CMD_GLOBAL)
}

#[cfg(all(not(loom), target_os = "linux"))]
fn membarrier(command: libc::c_int) -> bool {
    let no_flags: libc::c_uint = 0;
    // SAFETY: the call takes two integers and touches no memory of ours.
    unsafe { libc::syscall(libc::SYS_membarrier, command, no_flags) == 0 }
}

#[cfg(any(loom, not(target_os = "linux")))]
fn fence_all_threads() -> bool {
    true
}
