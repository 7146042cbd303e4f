//! The bounded channel with one receiver, of `tokio`.

use std::mem::MaybeUninit;
use std::task::Waker;

use tokio::sync::mpsc::{Receiver, Sender};
use tokio::sync::{Notify, Semaphore};

use super::CacheLine;
use crate::container::Container;
use crate::container::layout::{Counted, LOCK};
use crate::container::same_as::same_as;
use crate::expr::UsageExpr;

/// How many items are in one block: one for each bit of half a word (`BLOCK_CAP` in `src/sync/mpsc/mod.rs`, tokio 1.54).
const BLOCK: usize = if cfg!(target_pointer_width = "64") { 32 } else { 16 };

/// Laid out as `Block` in `src/sync/mpsc/block.rs`: where it starts, which is next, what is ready, when it may go, and the items.
struct Block<T> {
    _header: [usize; 4],
    _items: [MaybeUninit<T>; BLOCK],
}

/// Laid out as what sender and receiver share, of the same types or ones of the same size (`Chan` in `src/sync/mpsc/chan.rs`).
struct Channel {
    _senders: CacheLine<[usize; 2]>,
    _waker: CacheLine<(usize, Option<Waker>)>,
    _closed: Notify,
    _permits: (Semaphore, usize),
    _handles: [usize; 2],
    _receiver: ([usize; 3], bool),
}

/// What the channel takes beside its blocks, in bytes.
const CHANNEL: usize = size_of::<Counted<Channel>>();

/// Both locks of a channel, in bytes.
const LOCKS: usize = LOCK.saturating_mul(2);

/// The whole channel made by `tokio::sync::mpsc::channel(n)`: declare it on one of its endpoints and skip the other.
///
/// Only where one thread sends at a time, whichever it is. One that is suspended amid sending keeps every block from there
/// on, and what several keep that way does not follow from the capacity: twice as many blocks as here have been seen.
impl<T> Container for Sender<T> {
    type Item = T;

    fn allocated(name: &str, _: &UsageExpr) -> UsageExpr {
        let values = vec![UsageExpr::constant("channel", CHANNEL), blocks::<T>(name, UsageExpr::number(1))];
        UsageExpr::Sum { values }
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        let channel = UsageExpr::constant("channel", CHANNEL.saturating_add(LOCKS));
        UsageExpr::Sum { values: vec![channel, blocks::<T>(name, most_blocks(items))] }
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::bounded(name, items)
    }
}

same_as! {
    /// As the other endpoint.
    impl[T] Container<Item = T> for Receiver<T> = Sender<T>;
}

/// As many blocks as there can be, where one thread sends at a time.
///
/// Let `i` items be received. A block is released as the first item behind it is sent, and taken back as the second is asked
/// for: so the oldest block is that of item `i - 2`, counted from 0, or a later one. The newest is that of item `i + n`: `n`
/// items wait, and the last sender leaves a mark behind them. A block is allocated only where the newest has none behind it,
/// and one that was taken back becomes the newest: so no block is behind the one that is needed when another is allocated.
/// From the oldest to the newest are `n + 3` items, the first of them the last of its block at worst: `(n + 1) / 32` blocks,
/// rounded down, and two more. For 62 items that are 3 blocks, for 63 they are 4.
///
/// (`Tx::find_block` and `Tx::reclaim_block`, `Rx::reclaim_blocks` in `src/sync/mpsc/list.rs`, tokio 1.54.)
fn most_blocks(items: &UsageExpr) -> UsageExpr {
    // Quotients round up; what is taken away first makes this one round `(n + 1) / 32` down.
    let less = UsageExpr::difference(items.clone(), UsageExpr::number(BLOCK.saturating_sub(2)));
    let whole = UsageExpr::quotient(less, UsageExpr::number(BLOCK));
    UsageExpr::Sum { values: vec![whole, UsageExpr::number(2)] }
}

fn blocks<T>(name: &str, number: UsageExpr) -> UsageExpr {
    UsageExpr::Product { values: vec![UsageExpr::struct_size::<Block<T>>(name), number] }
}
