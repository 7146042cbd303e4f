//! The channel whose receivers all see every item, of `tokio`.

use std::sync::Mutex;

use tokio::sync::Notify;
use tokio::sync::broadcast::{Receiver, Sender};

use super::Container;
use super::layout::{LOCK, List};
use super::owners::Counted;
use crate::UsageExpr;

/// Laid out as what the ends share, of the same types or ones of the same size.
struct Channel {
    _slots: [usize; 2],
    _mask: usize,
    _tail: Mutex<(u64, usize, List, bool)>,
    _senders: [usize; 2],
    _closed: Notify,
}

/// Laid out as a slot: how many have yet to see the item, its position, and the item.
struct Slot<T> {
    _remaining: usize,
    _position: u64,
    _item: Option<T>,
}

/// Where tokio is built with the locks of `parking_lot`, they are not larger than those of the standard library.
fn channel<T>(name: &str, items: &UsageExpr, lock: usize) -> UsageExpr {
    let shared = size_of::<Counted<Channel>>().saturating_add(lock.saturating_mul(2));
    let slot = size_of::<Mutex<Slot<T>>>().saturating_add(lock);
    let slots = vec![
        UsageExpr::StructSize { name: name.to_owned(), value: slot },
        UsageExpr::next_power_of_two(items.clone()),
    ];
    UsageExpr::Sum {
        values: vec![UsageExpr::constant("channel", shared), UsageExpr::Product { values: slots }],
    }
}

macro_rules! ends {
    ($($end:ty;)*) => {$(
        /// The whole channel made by `tokio::sync::broadcast::channel(n)`, for any number of senders and receivers: declare it
        /// on one of its ends and skip the others.
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

            fn kept(items: &UsageExpr) -> UsageExpr {
                UsageExpr::next_power_of_two(items.clone())
            }
        }
    )*};
}

ends! {
    Sender<T>;
    Receiver<T>;
}
