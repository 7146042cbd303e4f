//! The last error of the C library, which a system call of ours must not change: whoever frees something before asking for that
//! error counts on it.

/// Does `work`, and leaves the last error as it was, where the system has one.
#[cfg(any(
    target_os = "android",
    target_os = "emscripten",
    target_os = "freebsd",
    target_os = "linux",
    target_os = "netbsd",
    target_os = "openbsd",
    target_vendor = "apple"
))]
pub(super) fn kept<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
    use libc::__errno as location;
    #[cfg(any(target_os = "emscripten", target_os = "linux"))]
    use libc::__errno_location as location;
    #[cfg(any(target_os = "freebsd", target_vendor = "apple"))]
    use libc::__error as location;

    // SAFETY: takes nothing, and says where this thread has its own.
    let location = unsafe { location() };
    // SAFETY: always there.
    let before = unsafe { location.read() };
    let result = work();
    // SAFETY: always there, and of no other thread.
    unsafe { location.write(before) };
    result
}

/// Does `work`.
#[cfg(not(any(
    target_os = "android",
    target_os = "emscripten",
    target_os = "freebsd",
    target_os = "linux",
    target_os = "netbsd",
    target_os = "openbsd",
    target_vendor = "apple"
)))]
pub(super) fn kept<R>(work: impl FnOnce() -> R) -> R {
    work()
}
