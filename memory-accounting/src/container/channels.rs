//! The standard library's bounded channel.

use std::sync::mpsc::{Receiver, SyncSender};

use super::Container;
use super::layout::LOCK;
use crate::UsageExpr;

/// What a channel without room takes, in bytes: sender and receiver meet.
const RENDEZVOUS: usize = 136;

/// What a channel with room takes beside its slots, in bytes: two positions on cache lines of their own, which are 128 bytes
/// or fewer on every other target.
const BUFFERED: usize = if cfg!(target_arch = "s390x") { 1024 } else { 640 };

/// An item behind the stamp that says whose turn it is.
struct Slot<T> {
    _stamp: usize,
    _item: T,
}

/// Each side of a channel with room has a lock of its own; one without room has one lock.
fn channel<T>(name: &str, items: &UsageExpr, lock: usize) -> UsageExpr {
    let any = UsageExpr::min(items.clone(), UsageExpr::number(1));
    UsageExpr::Sum {
        values: vec![
            UsageExpr::constant("channel", RENDEZVOUS.saturating_add(lock)),
            any.times(&UsageExpr::number(BUFFERED.saturating_sub(RENDEZVOUS).saturating_add(lock))),
            UsageExpr::Product { values: vec![UsageExpr::struct_size::<Slot<T>>(name), items.clone()] },
        ],
    }
}

macro_rules! ends {
    ($($end:ty;)*) => {$(
        /// The whole channel made by `sync_channel(n)`: declare it on one of its ends and skip the other. What threads
        /// allocate that wait at it is not counted: how many do is not up to the channel.
        impl<T> Container for $end {
            type Item = T;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                channel::<T>(name, items, 0)
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                channel::<T>(name, items, LOCK)
            }

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                channel::<T>(name, items, LOCK)
            }
        }
    )*};
}

ends! {
    SyncSender<T>;
    Receiver<T>;
}
