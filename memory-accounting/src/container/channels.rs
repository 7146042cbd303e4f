//! The standard library's bounded channel.

use std::convert::identity;
use std::sync::mpsc::{Receiver, SyncSender};

use super::Container;
use super::ends::{bounded_channel, ends};
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

fn channel<T>(name: &str, items: &UsageExpr, lock: usize) -> UsageExpr {
    bounded_channel::<Slot<T>>(name, items, (RENDEZVOUS, BUFFERED), lock)
}

ends! {
    "The whole channel made by `sync_channel(n)`: declare it on one of its ends and skip the other. What threads \
     allocate that wait at it is not counted: how many do is not up to the channel.",
    channel, identity, SyncSender<T>, Receiver<T>
}
