//! The channel whose receivers all see every item, of `tokio`.

use std::sync::Mutex;

use tokio::sync::Notify;
use tokio::sync::broadcast::{Receiver, Sender};

use super::Container;
use super::ends::ends;
use super::layout::List;
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

ends! {
    "The whole channel made by `tokio::sync::broadcast::channel(n)`, for any number of senders and receivers: \
     declare it on one of its ends and skip the others.",
    channel, UsageExpr::next_power_of_two, Sender<T>, Receiver<T>
}
