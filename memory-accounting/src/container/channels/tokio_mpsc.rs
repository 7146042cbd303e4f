//! The bounded channel with one receiver, of `tokio`.

mod one_thread;
mod several_threads;

use std::marker::PhantomData;
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

/// A channel of `tokio::sync::mpsc` into which up to `THREADS` threads send at the same time, made by `channel(n)`.
///
/// It stands for an endpoint where that says how much memory the channel takes. A thread that is suspended amid sending keeps
/// blocks that have been received. What counts is how many threads may be amid sending, not how many senders or tasks there are:
/// the workers of the runtime, and other threads that send. An endpoint itself says 32, or 16 where a word has 32 bits, which is
/// the most: more does not compile. That is never too little, but far too much for a small channel into which one or two threads send: 65
/// blocks of 32 items, where 5 or 2 would do. Beyond 32 threads nothing bounds the memory, and a channel that allocates once is the better one,
/// such as those of `async-channel` and `crossbeam-channel`.
///
/// With `B = 32` items in a block, or 16 where a word has 32 bits, that is what the endpoints share and so many blocks:
///
/// | `THREADS` | blocks |
/// |---|---|
/// | 1: a runtime of one thread, one task, or behind a lock | `(n + 1) / B + 2` |
/// | more | `ceil(n / B) + ceil(2 * n / B) + 2 * THREADS + 1` |
///
/// The number of threads is in the entry (`sending threads=32`), and in short `32 threads sending`.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use memory_accounting::{MemoryBounds, SendingThreads};
///
/// #[derive(MemoryBounds)]
/// struct Inbox {
///     /// How many messages wait at most. The runtime has eight threads.
///     #[bounds(sizes = SendingThreads<tokio::sync::mpsc::Sender<[u64; 4]>, 8>)]
///     waiting: usize,
/// }
/// # }
/// ```
///
/// ```compile_fail,E0080
/// use memory_accounting::{Container, SendingThreads, UsageExpr};
///
/// SendingThreads::<tokio::sync::mpsc::Sender<u8>, 1000>::bounded("items", &UsageExpr::number(1));
/// ```
#[derive(Debug)]
pub struct SendingThreads<C, const THREADS: usize = BLOCK> {
    _channel: PhantomData<C>,
}

impl<T, const THREADS: usize> Container for SendingThreads<Sender<T>, THREADS> {
    type Item = T;

    fn allocated(name: &str, _: &UsageExpr) -> UsageExpr {
        let values = vec![UsageExpr::constant("channel", CHANNEL), blocks::<T>(name, UsageExpr::number(1))];
        UsageExpr::Sum { values }
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        const { assert!(THREADS <= BLOCK, "nothing bounds the memory with more threads than a block has items") };
        let most = match THREADS {
            0 | 1 => one_thread::most_blocks(items),
            several => several_threads::most_blocks(items, several),
        };
        let channel = UsageExpr::constant("channel", CHANNEL.saturating_add(LOCKS));
        UsageExpr::Sum { values: vec![channel, blocks::<T>(name, most)] }
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::bounded(name, items)
    }
}

same_as! {
    /// As the other endpoint.
    impl[T, const THREADS: usize] Container<Item = T> for SendingThreads<Receiver<T>, THREADS> = SendingThreads<Sender<T>, THREADS>;
    /// The whole channel: declare it on one of its endpoints and skip the other.
    ///
    /// For 32 threads that send at the same time, or 16 where a word has 32 bits: 65 blocks of 32 items beside the capacity, because the type
    /// does not say how many there are. Where you know that, [`SendingThreads`] says so and takes less: in the place of `per_item =
    /// "capacity"` write `sizes = SendingThreads<Sender<T>, 4>, per_item = "capacity"`.
    impl[T] Container<Item = T> for Sender<T> = SendingThreads<Sender<T>>;
    /// As the other endpoint.
    impl[T] Container<Item = T> for Receiver<T> = SendingThreads<Sender<T>>;
}

fn blocks<T>(name: &str, number: UsageExpr) -> UsageExpr {
    UsageExpr::Product { values: vec![UsageExpr::struct_size::<Block<T>>(name), number] }
}
