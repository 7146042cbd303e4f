//! Gives free memory back.

/// Asks the system allocator to give the memory it holds free back to the operating system.
///
/// Returns whether any was given back. Only glibc offers this; elsewhere nothing happens and the answer is `false`.
/// It walks the whole heap and takes its locks, so it is for the rare moment after much has been freed.
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
