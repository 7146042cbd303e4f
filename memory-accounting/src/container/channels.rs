//! Bounded channels.
//!
//! A channel counts as a whole on one of its endpoints, for what they share is one allocation.

#[cfg(feature = "async-channel")]
mod async_channel;
#[cfg(feature = "crossbeam-channel")]
mod crossbeam;
#[cfg(feature = "flume")]
mod flume;
mod ring;
mod standard;
#[cfg(feature = "tokio")]
mod tokio_broadcast;
#[cfg(feature = "tokio")]
mod tokio_mpsc;

#[cfg(feature = "tokio")]
pub use self::tokio_mpsc::SendingThreads;

/// A value on cache lines of its own: `CachePadded` of the standard library (`library/std/src/sync/mpmc/utils.rs`, Rust 1.85 to
/// 1.96), of `crossbeam-utils` 0.8 (`src/cache_padded.rs`) and of tokio 1.54 (`src/util/cacheline.rs`). Where they take different
/// lines for one target, the longest.
#[cfg_attr(target_arch = "s390x", repr(align(256)))]
#[cfg_attr(
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "arm64ec", target_arch = "powerpc64"),
    repr(align(128))
)]
#[cfg_attr(any(target_arch = "arm", target_arch = "mips", target_arch = "mips64"), repr(align(32)))]
#[cfg_attr(
    not(any(
        target_arch = "s390x",
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "arm64ec",
        target_arch = "powerpc64",
        target_arch = "arm",
        target_arch = "mips",
        target_arch = "mips64"
    )),
    repr(align(64))
)]
struct CacheLine<T> {
    _value: T,
}
