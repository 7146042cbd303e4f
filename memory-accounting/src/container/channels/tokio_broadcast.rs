//! The channel whose receivers all see every item, of `tokio`.

use std::sync::Mutex;

use tokio::sync::Notify;
use tokio::sync::broadcast::{Receiver, Sender};

use crate::container::Container;
use crate::container::layout::{Counted, LOCK};
use crate::container::same_as::same_as;
use crate::expr::UsageExpr;

/// The first and last of the waiting receivers, which are not on the heap.
type Waiting = [Option<std::ptr::NonNull<u8>>; 2];

/// Laid out as what the endpoints share, of the same types or ones of the same size (`Shared` and `Tail` in
/// `src/sync/broadcast.rs`, tokio 1.54).
struct Channel {
    _slots: [usize; 2],
    _mask: usize,
    _tail: Mutex<(u64, usize, Waiting, bool)>,
    _senders: [usize; 2],
    _closed: Notify,
}

/// Laid out as `Slot` there: how many have yet to see the item, its position, and the item.
struct Slot<T> {
    _remaining: usize,
    _position: u64,
    _item: Option<T>,
}

/// The channel of which each lock has `lock` bytes on the heap. Where tokio is built with the locks of `parking_lot`, they are not larger than those of the standard library.
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

/// The whole channel made by `tokio::sync::broadcast::channel(n)`, for any number of senders and receivers: declare it on one of
/// its endpoints and skip the others.
impl<T> Container for Sender<T> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        channel::<T>(name, items, 0)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        channel::<T>(name, items, LOCK)
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::bounded(name, items)
    }

    /// Every slot keeps its last item until another takes its place.
    fn max_items_retained(items: &UsageExpr) -> UsageExpr {
        UsageExpr::next_power_of_two(items.clone())
    }
}

same_as! {
    /// As the other endpoint.
    impl[T] Container<Item = T> for Receiver<T> = Sender<T>;
}
