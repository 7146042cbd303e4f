//! The bounded channel of the crate `crossbeam-channel`.

use std::convert::identity;
use std::mem::MaybeUninit;
use std::sync::Mutex;
#[cfg(target_has_atomic = "64")]
use std::sync::atomic::AtomicU64 as Stamp;
#[cfg(not(target_has_atomic = "64"))]
use std::sync::atomic::AtomicUsize as Stamp;

use crossbeam_channel::{Receiver, Sender};

use super::Container;
use super::ends::{bounded_channel, ends};
use super::layout::CacheLine;
use crate::UsageExpr;

/// Those who wait on one side of a channel, in two vectors.
type Waiting = [[usize; 3]; 2];

/// Laid out as a channel with room, of the same types or ones of the same size.
struct Buffered {
    _head: CacheLine<Stamp>,
    _tail: CacheLine<Stamp>,
    _slots: [usize; 2],
    _capacity: usize,
    _lap: Stamp,
    _mark: Stamp,
    _sides: [(Mutex<Waiting>, bool); 2],
}

/// Laid out as a channel without room, where sender and receiver meet.
struct Rendezvous {
    _sides: Mutex<([Waiting; 2], bool)>,
}

/// A channel and its handles.
struct Counter<C> {
    _handles: [usize; 2],
    _destroy: bool,
    _channel: C,
}

/// An item behind the stamp that says whose turn it is.
struct Slot<T> {
    _stamp: Stamp,
    _item: MaybeUninit<T>,
}

fn channel<T>(name: &str, items: &UsageExpr, lock: usize) -> UsageExpr {
    let heads = (size_of::<Counter<Rendezvous>>(), size_of::<Counter<Buffered>>());
    bounded_channel::<Slot<T>>(name, items, heads, lock)
}

ends! {
    "The whole channel made by `crossbeam_channel::bounded(n)`: declare it on one of its ends and skip the other. \
     What threads allocate that wait at it is not counted: how many do is not up to the channel.",
    channel, identity, Sender<T>, Receiver<T>
}
