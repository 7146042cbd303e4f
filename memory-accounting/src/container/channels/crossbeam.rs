//! The bounded channel of the crate `crossbeam-channel`.

#[cfg(target_has_atomic = "64")]
use std::sync::atomic::AtomicU64 as Stamp;
#[cfg(not(target_has_atomic = "64"))]
use std::sync::atomic::AtomicUsize as Stamp;

use crossbeam_channel::{Receiver, Sender};

use super::ring;
use crate::container::Container;
use crate::container::same_as::same_as;
use crate::expr::UsageExpr;

/// The whole channel made by `crossbeam_channel::bounded(n)`: declare it on one of its endpoints and skip the other. What threads
/// allocate that wait at it is not counted: how many do is not up to the channel.
impl<T> Container for Sender<T> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        ring::allocated::<Stamp, T>(name, items)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        ring::bounded::<Stamp, T>(name, items)
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::bounded(name, items)
    }
}

same_as! {
    /// As the other endpoint.
    impl[T] Container<Item = T> for Receiver<T> = Sender<T>;
}
