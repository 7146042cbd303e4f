//! The atomic types that threads meet in: those of `std`, or, where `loom` explores what threads may do, its own.

#[cfg(not(target_has_atomic = "64"))]
compile_error!(
    "memory-accounting counts bytes in 64 bits, and this target has no atomic integers of 64 bits"
);

#[cfg(not(loom))]
pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicI64, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
};

#[cfg(loom)]
pub(crate) use loom::sync::atomic::{
    AtomicBool, AtomicI64, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
};

/// A `new` that can be called in a constant, which with the types of `loom` it cannot.
macro_rules! constructor {
    ($(#[$attribute:meta])* fn new($($argument:ident: $type:ty),*) -> Self $body:block) => {
        $(#[$attribute])*
        #[cfg(not(loom))]
        pub(crate) const fn new($($argument: $type),*) -> Self $body

        $(#[$attribute])*
        #[cfg(loom)]
        pub(crate) fn new($($argument: $type),*) -> Self $body
    };
}

/// An array of equal values, made in a constant where that can be.
macro_rules! array {
    ($value:expr; $length:expr) => {{
        #[cfg(not(loom))]
        let array = [const { $value }; $length];
        #[cfg(loom)]
        let array = std::array::from_fn::<_, { $length }, _>(|_| $value);
        array
    }};
}

pub(crate) use {array, constructor};
