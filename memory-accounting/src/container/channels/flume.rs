//! The bounded channel of the crate `flume`: a deque behind a lock, which grows on demand.
//!
//! What is cited is in `src/lib.rs` and `src/async.rs` of flume 0.12.
//!
//! The deque may hold more items than the channel was made for. A receiver takes the item of a sender that waits before it takes
//! its own from the front (`Chan::pull_pending`), so there is one more for that moment. And an item that comes while a receiver is
//! awaited (`recv_async`, `stream`) is put into the deque without a look at its length (`Shared::send`): a receiver which found
//! nothing and is about to wait may do so when the deque is full in the meantime (`RecvFut::poll_inner`). Until the deque is empty
//! again no receiver finds nothing, so each that is awaited adds one item at most. One that blocks its thread is handed its item
//! past the deque.

use std::collections::VecDeque;
use std::sync::Mutex;

use flume::{Receiver, Sender};

use crate::container::Container;
use crate::container::layout::{Counted, LOCK};
use crate::container::same_as::same_as;
use crate::container::sequences::least_capacity;
use crate::expr::UsageExpr;

/// Laid out as `Shared` there. With the feature `spin` of `flume` its lock is not larger than that of the standard library.
struct Shared {
    _channel: Mutex<Channel>,
    _disconnected: bool,
    _endpoints: [usize; 2],
}

/// Laid out as `Chan`: who waits for room and how much there is, the items, and who waits for them.
struct Channel {
    _sending: Option<(usize, VecDeque<usize>)>,
    _items: VecDeque<usize>,
    _waiting: VecDeque<usize>,
}

fn channel(lock: usize) -> UsageExpr {
    UsageExpr::constant("channel", size_of::<Counted<Shared>>().saturating_add(lock))
}

/// The whole channel made by `flume::bounded(n)`: declare it on one of its endpoints and skip the other. What is allocated for
/// those that wait at it is not counted: how many do is not up to the channel.
///
/// Only where one receiver is awaited at a time, in `recv_async` or as a stream; any number may block their threads. Each further
/// one may add an item.
impl<T> Container for Sender<T> {
    type Item = T;

    fn allocated(_: &str, _: &UsageExpr) -> UsageExpr {
        channel(0)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        UsageExpr::Sum { values: vec![channel(LOCK), deque::<T>(name, Self::max_items_retained(items))] }
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::bounded(name, items)
    }

    /// One more than the channel was made for.
    fn max_items_retained(items: &UsageExpr) -> UsageExpr {
        UsageExpr::Sum { values: vec![items.clone(), UsageExpr::number(1)] }
    }
}

same_as! {
    /// As the other endpoint.
    impl[T] Container<Item = T> for Receiver<T> = Sender<T>;
}

/// A deque that grew item by item to hold `items`, one at least: the least capacity, doubled until it suffices, beside half of it
/// that the items are copied from.
fn deque<T>(name: &str, items: UsageExpr) -> UsageExpr {
    let least = UsageExpr::number(least_capacity::<T>());
    let times = UsageExpr::next_power_of_two(UsageExpr::quotient(items, least.clone()));
    // Quotients round up: half of the capacity, and nothing of the least.
    let one_less = UsageExpr::difference(times.clone(), UsageExpr::number(1));
    let half = UsageExpr::quotient(one_less, UsageExpr::number(2));
    let capacity = UsageExpr::Sum { values: vec![times, half] }.times(&least);
    UsageExpr::Product { values: vec![UsageExpr::struct_size::<T>(name), capacity] }
}
