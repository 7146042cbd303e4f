//! The standard library's bounded channel.

use std::sync::mpsc::{Receiver, SyncSender};

use super::ring;
use crate::container::Container;
use crate::container::same_as::same_as;
use crate::expr::UsageExpr;

/// The whole channel made by `sync_channel(n)`: declare it on one of its endpoints and skip the other. What threads allocate that
/// wait at it is not counted: how many do is not up to the channel.
impl<T> Container for SyncSender<T> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        ring::allocated::<usize, T>(name, items)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        ring::bounded::<usize, T>(name, items)
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::bounded(name, items)
    }
}

same_as! {
    /// As the other endpoint.
    impl[T] Container<Item = T> for Receiver<T> = SyncSender<T>;
}
