//! Gives free memory back.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
use std::env;

/// Asks the system allocator to give the memory it holds free back to the operating system.
///
/// Returns whether any was given back. Only glibc offers this (`malloc_trim`); elsewhere nothing happens and the answer is `false`. A
/// program with another allocator asks that one.
///
/// # What is given back
///
/// Every free page, also between blocks that are in use, of the heaps of all threads (since glibc 2.8: `malloc_trim(3)`, "Notes"). What
/// stays is pages with a block in use on them, and the few blocks of each size that every thread keeps for itself.
///
/// # Cost
///
/// It walks one heap after another, with the lock that the threads which allocate from that heap wait for. That takes about 70 µs for each
/// MiB given back (17 ms for 254 MiB in the heaps of four threads) and, where nothing is to be given back, up to 7 ms for 16,000 gaps in
/// 84 MiB. Memory that is used again has to be fetched again. So it is for the rare moment after much has been freed.
pub fn purge() -> bool {
    purge_system()
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn purge_system() -> bool {
    // SAFETY: may be called at any time; zero asks to keep no spare memory at the top of the heap.
    unsafe { libc::malloc_trim(0) != 0 }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn purge_system() -> bool {
    false
}

/// Has the system allocator keep no more than about `bytes` free at the end of each heap, and map every larger block for itself, so that what is
/// freed goes back at once.
///
/// Only glibc needs it, which has a heap for each of several threads. `malloc_trim` gives nothing back from the end of any but the first of
/// them (glibc 2.36, `mtrim` in malloc/malloc.c); there `free` does, from a threshold on that grows with the blocks that are freed, up to 64
/// MiB. Setting it stops that (`mallopt(3)`, `M_MMAP_THRESHOLD`, "dynamic"). Whoever set the thresholds in the environment is left to it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn keep_free_at_most(bytes: u64) {
    /// What glibc begins with.
    const LEAST: u64 = 128 << 10;
    /// `HEAP_MAX_SIZE / 2`, above which glibc refuses the second.
    const MOST: u64 = if cfg!(target_pointer_width = "64") { 32 << 20 } else { 512 << 10 };
    let by_hand = ["GLIBC_TUNABLES", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_"];
    if by_hand.iter().any(|name| env::var_os(name).is_some()) {
        return;
    }
    let Ok(bytes) = libc::c_int::try_from(bytes.clamp(LEAST, MOST)) else { return };
    for parameter in [libc::M_TRIM_THRESHOLD, libc::M_MMAP_THRESHOLD] {
        // SAFETY: may be called at any time, and takes the lock it needs.
        let _ = unsafe { libc::mallopt(parameter, bytes) };
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn keep_free_at_most(_: u64) {}
