//! Parts of the standard library that several rules count.

#[cfg(unix)]
const SYSTEM_LOCK: usize = size_of::<libc::pthread_mutex_t>();
#[cfg(not(unix))]
const SYSTEM_LOCK: usize = 0;

/// What a [`Mutex`](std::sync::Mutex) of the standard library has on the heap once it was locked, in bytes: the system's lock,
/// which has to stay in place. On the systems named here, and those that are no Unix, the standard library makes locks
/// that need nothing there (`library/std/src/sys/sync/mutex/mod.rs`, Rust 1.85).
pub(super) const LOCK: usize = if cfg!(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_os = "openbsd",
    target_os = "dragonfly"
)) {
    0
} else {
    SYSTEM_LOCK
};

/// A value behind the two counters of an `Arc` or `Rc` (`ArcInner` in `library/alloc/src/sync.rs`, Rust 1.85).
#[repr(C)]
pub(super) struct Counted<T> {
    _counters: [usize; 2],
    _value: T,
}
