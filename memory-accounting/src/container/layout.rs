//! What containers of the standard library and of other crates are made of.

#[cfg(unix)]
const SYSTEM_LOCK: usize = size_of::<libc::pthread_mutex_t>();
#[cfg(not(unix))]
const SYSTEM_LOCK: usize = 0;

/// What a [`Mutex`](std::sync::Mutex) of the standard library has on the heap once it was locked, in bytes: the system's lock,
/// which has to stay in place. On the systems named here, and those that are no Unix, the standard library makes locks
/// that need nothing there.
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

/// A value on cache lines of its own, which have 128 bytes or fewer on all targets but one.
#[cfg(any(feature = "crossbeam-channel", feature = "tokio"))]
#[cfg_attr(target_arch = "s390x", repr(align(256)))]
#[cfg_attr(not(target_arch = "s390x"), repr(align(128)))]
pub(super) struct CacheLine<T> {
    _value: T,
}

/// The ends of a list whose nodes are not on the heap.
#[cfg(feature = "tokio")]
pub(super) type List = [Option<std::ptr::NonNull<u8>>; 2];
