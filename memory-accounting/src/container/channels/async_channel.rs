//! The bounded channel of the crate `async-channel`.
//!
//! The types are laid out as `Channel` in `src/lib.rs` of async-channel 2.5, the queue in `src/lib.rs`, `src/single.rs`,
//! `src/bounded.rs` and `src/unbounded.rs` of concurrent-queue 2.5, and `Inner` in `src/lib.rs` and `src/intrusive.rs` of
//! event-listener 5.4: of the same types or ones of the same size.

use std::mem::MaybeUninit;
use std::sync::Mutex;

use async_channel::{Receiver, Sender};

use super::CacheLine;
use crate::container::Container;
use crate::container::layout::{Counted, LOCK};
use crate::container::same_as::same_as;
use crate::expr::UsageExpr;

/// What the endpoints share: the queue, who waits for what, and how many endpoints there are.
struct Channel<T> {
    _queue: Queue<T>,
    _events: [usize; EVENTS],
    _endpoints: [usize; 2],
}

/// Sending, receiving, receiving as a stream, and the end can be waited for.
const EVENTS: usize = 4;

enum Queue<T> {
    _Single(Single<T>),
    _Bounded(Bounded),
    _Unbounded(Unbounded),
}

/// The queue of one item, which is in place.
struct Single<T> {
    _state: usize,
    _item: MaybeUninit<T>,
}

/// The queue of several items.
struct Bounded {
    _head: CacheLine<usize>,
    _tail: CacheLine<usize>,
    _slots: Box<[usize]>,
    _lap: usize,
    _mark: usize,
}

struct Unbounded {
    _head: CacheLine<[usize; 2]>,
    _tail: CacheLine<[usize; 2]>,
}

struct Slot<T> {
    _stamp: usize,
    _item: MaybeUninit<T>,
}

/// What an event has on the heap from when it is first waited for until the channel ends (`Event::inner`).
struct Event {
    _notified: usize,
    _waiting: Mutex<[usize; 5]>,
}

/// The channel, with `events` bytes of its events.
fn channel<T>(name: &str, items: &UsageExpr, events: usize) -> UsageExpr {
    let shared = size_of::<Counted<Channel<T>>>().saturating_add(events);
    let above_one = UsageExpr::difference(items.clone(), UsageExpr::number(1));
    let slots = vec![
        UsageExpr::struct_size::<Slot<T>>(name),
        items.clone(),
        UsageExpr::min(above_one, UsageExpr::number(1)),
    ];
    UsageExpr::Sum {
        values: vec![UsageExpr::constant("channel", shared), UsageExpr::Product { values: slots }],
    }
}

/// The whole channel made by `async_channel::bounded(n)`, for any number of senders and receivers: declare it on one of its
/// endpoints and skip the others. What each that waits allocates is not counted: how many do is not up to the channel.
impl<T> Container for Sender<T> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        channel::<T>(name, items, 0)
    }

    /// All that can be waited for was waited for.
    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        let event = size_of::<Counted<Event>>().saturating_add(LOCK);
        channel::<T>(name, items, event.saturating_mul(EVENTS))
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::bounded(name, items)
    }
}

same_as! {
    /// As the other endpoint.
    impl[T] Container<Item = T> for Receiver<T> = Sender<T>;
}
