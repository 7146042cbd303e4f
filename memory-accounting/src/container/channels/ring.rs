//! The ring of slots that the standard library's bounded channel is, which was copied from `crossbeam-channel`.
//!
//! The types are laid out as those of `flavors/array.rs`, `flavors/zero.rs`, `counter.rs` and `waker.rs` in `crossbeam-channel` 0.5
//! (`src/`), and of `array.rs`, `zero.rs`, `counter.rs` and `waker.rs` in Rust 1.85 to 1.96 (`library/std/src/sync/mpmc/`): of the
//! same types or ones of the same size. What differs is the type of a stamp, which says whose turn it is.

use std::mem::MaybeUninit;
use std::sync::Mutex;

use super::CacheLine;
use crate::container::layout::LOCK;
use crate::expr::UsageExpr;

/// Those who wait on one side of a channel, in two vectors.
type Waiting = [[usize; 3]; 2];

/// A channel with room.
struct Ring<Stamp> {
    _head: CacheLine<Stamp>,
    _tail: CacheLine<Stamp>,
    _slots: [usize; 2],
    _capacity: usize,
    _lap: Stamp,
    _mark: Stamp,
    _sides: [(Mutex<Waiting>, bool); 2],
}

/// A channel without room, where sender and receiver meet.
struct Rendezvous {
    _sides: Mutex<([Waiting; 2], bool)>,
}

/// A channel and how many endpoints it has.
struct Counter<C> {
    _endpoints: [usize; 2],
    _destroy: bool,
    _channel: C,
}

/// An item behind its stamp.
struct Slot<Stamp, T> {
    _stamp: Stamp,
    _item: MaybeUninit<T>,
}

/// As it is created. The system's locks come when they are first used.
pub(super) fn allocated<Stamp, T>(name: &str, items: &UsageExpr) -> UsageExpr {
    channel::<Stamp, T>(name, items, 0)
}

/// Once it was used: each side of a channel with room has a lock, and one without room has one.
pub(super) fn bounded<Stamp, T>(name: &str, items: &UsageExpr) -> UsageExpr {
    channel::<Stamp, T>(name, items, LOCK)
}

fn channel<Stamp, T>(name: &str, items: &UsageExpr, lock: usize) -> UsageExpr {
    let rendezvous = size_of::<Counter<Rendezvous>>().saturating_add(lock);
    let ring = size_of::<Counter<Ring<Stamp>>>().saturating_add(lock.saturating_mul(2));
    let any = UsageExpr::min(items.clone(), UsageExpr::number(1));
    UsageExpr::Sum {
        values: vec![
            UsageExpr::constant("channel", rendezvous),
            any.times(&UsageExpr::number(ring.saturating_sub(rendezvous))),
            UsageExpr::Product {
                values: vec![UsageExpr::struct_size::<Slot<Stamp, T>>(name), items.clone()],
            },
        ],
    }
}
