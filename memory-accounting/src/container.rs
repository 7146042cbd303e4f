//! How much heap memory a container takes, as an expression over its number of items.

mod channels;
mod counted_slices;
mod hash_tables;
mod layout;
mod owners;
mod pointers;
mod same_as;
mod sequences;
mod trees;
mod wrappers;

#[cfg(feature = "tokio")]
pub use self::channels::SendingThreads;
pub use self::owners::OwningPointer;
use crate::expr::UsageExpr;

/// What the number of threads is called, in the rule of a channel, that it takes to be amid sending.
pub(crate) const SENDING_THREADS: &str = "sending threads";

/// A type that keeps items on the heap and whose memory follows from how many it holds.
///
/// Each rule takes the name of what is stored (it becomes the [`UsageExpr::StructSize`] leaf) and the greatest
/// number of items ever held, `n`, as an expression. It returns requested heap bytes: what the container asks
/// the allocator for, without the allocator's own overhead. No items take no bytes, save for channels and for what is behind a
/// pointer: slices with counters, and containers in a `Box`, `Arc` or `Rc`.
///
/// | rule | the container was | and the bytes are |
/// |---|---|---|
/// | [`allocated`](Self::allocated) | created with capacity for `n` | those it has just after creation |
/// | [`bounded`](Self::bounded) | created with capacity for `n` | the most alive at any instant |
/// | [`grown`](Self::grown) | created empty, growing on demand | the most alive at any instant, old and new storage together |
///
/// "Never more than `n`" also means: no `reserve`, and no `extend` with a size hint, that comes to more than `n` together with
/// what is held; and no `shrink_to_fit`, `shrink_to`, `split_off`, `append`, `splice` or `clone` in between: those may leave a
/// capacity that no item count explains. In particular, collecting many items with few distinct keys into a set reserves for
/// all of them. Putting in an item whose key is there already is allowed, and counted; what the new one owns meanwhile, beside
/// the one it replaces, is not. Nor is what sorting takes beside the container, as a stable sort does and
/// `sort_by_cached_key`, nor the second value of `Arc::make_mut`.
///
/// `Read::read_to_end`, `read_to_string` and `io::copy` reserve unseen: into a vector (or string) that grows they take what
/// [`grown`](Self::grown) says of 32 items more than are ever read. One that was created with the capacity for them all stays as
/// it is. What is read has to be limited, as by `Read::take`.
///
/// # Rules
///
/// `s` is the size of an item; zero-sized items take nothing in a sequence.
///
/// | container | allocated | bounded | grown |
/// |---|---|---|---|
/// | `Vec`, `VecDeque`, `BinaryHeap`, `String`, `PathBuf`, `OsString` | `s * n` | `s * n` | `s * (c + n - 1)`, `c = max(MIN, n, 2 * (n - 1))` |
/// | `Box<[T]>`, and of `str`, `OsStr`, `Path` | `s * n` | `s * n` | the same, or `s * (c + n)` where `c > n` |
/// | `Arc<[T]>`, `Rc<[T]>`, and of `str`, `OsStr`, `Path` | `slice(n)` | `slice(n) + s * n` | `slice(n) + s * c` |
/// | `HashMap`, `HashSet` | `table(buckets(n))` | see [`HashContainer`] | see [`HashContainer`] |
/// | `BTreeMap`, `BTreeSet` | 0 | `n / 6` leaves and the nodes above them | as bounded |
/// | `LinkedList` | 0 | `n` times two links and an item | as bounded |
/// | `SyncSender`, `Receiver` | what they share, and `n` times a counter and an item | as allocated | as allocated |
/// | `crossbeam_channel`: `Sender`, `Receiver` | the same | as allocated | as allocated |
/// | `async_channel`: `Sender`, `Receiver` | the same | and what can be waited for at it | as bounded |
/// | `flume`: `Sender`, `Receiver` | what they share | and a deque that grew to `n + 1` items | as bounded |
/// | `tokio`: `broadcast::Sender`, `Receiver` | what they share and `next_power_of_two(n)` slots | as allocated | as allocated |
/// | `tokio`: `mpsc::Sender`, `Receiver` | what they share and a block | what they share, about `3 * n / 32` blocks, and 65: for 32 threads that send | as bounded |
/// | `SendingThreads<Sender, N>`, `Receiver` | the same | what they share, about `3 * n / 32` blocks, and `2 * N + 1`; `n / 32 + 2` blocks for `N = 1` | as bounded |
/// | `hashbrown`: `HashMap`, `HashSet` | as the standard library's | see [`HashContainer`] | see [`HashContainer`] |
/// | `indexmap`: `IndexMap`, `IndexSet` | a table of `usize` for `n`, and `n` entries | see [`HashContainer`] | see [`HashContainer`] |
/// | `slab`: `Slab` | as a `Vec` of places | as a `Vec` of places | as a `Vec` of places |
/// | `smallvec`: `SmallVec<[T; N]>` | `s * n`, and nothing up to `N` | as allocated | `s * (next_power_of_two(n) + n - 1)`, each from `N + 1` |
/// | `lru`: `LruCache` | `table(b)` of two pointers, and two entries | and `n` entries, and `table(2b)` from `w` items | or more, see there |
/// | `Box<C>` | a `C`, and as `C` | the same | the same |
/// | `Arc<C>`, `Rc<C>` | two counters and a `C`, and as `C` | the same | the same |
/// | `Option<C>`, `RwLock<C>`, `RefCell<C>`, `Cell<C>`, `OnceLock<C>`, `OnceCell<C>` | as `C` | as `C` | as `C` |
/// | `Mutex<C>` | as `C` | as `C`, and the system's lock | the same |
/// | `tokio`: `Mutex<C>`, `RwLock<C>` | as a `Mutex` | as a `Mutex` | as a `Mutex` |
/// | `parking_lot`: `Mutex<C>`, `RwLock<C>` | as `C` | as `C` | as `C` |
///
/// `MIN`, the least capacity a growing vector takes, is 8 for items of one byte, 4 up to 1024 bytes, else 1.
/// A vector doubles, and `reserve_exact(n - 1)` followed by a push is its worst case. `slice(n)` is two counters and `n`
/// items, rounded up to the alignment; it is alive together with the vector it is made from, and is there even when empty.
///
/// So an `Arc<Mutex<HashMap<K, V>>>` is a hash table behind a pointer. A pointer to what is no container, as an `Arc<Semaphore>`, has no
/// number of items: the derive's `boxed` counts it. A container behind a pointer is taken to be put there by `new`.
///
/// A boxed slice is taken to be made from a vector that was filled to its capacity. A tree must not be collected, appended
/// to or split. A channel counts as a whole on one of its endpoints, without what waiting threads allocate. Where the system's
/// lock has to stay in place, as on macOS, a `Mutex` has a box for it, which is counted.
///
/// The rules for other crates need the feature of the crate's name.
///
/// A block of tokio's `mpsc` channel is four words and 32 items, 16 where a word has 32 bits. A thread that is suspended amid
/// sending keeps blocks which have been received, so what the channel takes is up to the number of threads that send at the same
/// time, which its type does not say. So the rule of the endpoints themselves is for as many as there are items in a block, the most that
/// there is a rule for: 65 blocks, or 2080 items, beside those of the capacity. It is never too little up to that many threads, and far
/// too much where fewer send. Say how many they are where you know it: `sizes = SendingThreads<Sender<T>, 4>` (feature `tokio`) takes 9
/// blocks beside the capacity, and 2 with 1, which is right for a runtime of one thread. An entry shows for how many it is: `container
/// of inbox (1,000), 32 threads sending`. A channel that allocates once, as most of the others here, takes less. A `broadcast` channel
/// keeps items in all of its slots: [`max_items_retained`](Self::max_items_retained).
///
/// A channel of `flume` may hold one item more than it was made for, and more where several receivers are awaited at the same time:
/// its rule is for one, beside any number that block their threads.
///
/// # What has no rule
///
/// None of these has been proved, or what can be proved is of no use:
///
/// - `Vec::from_iter` and the like, which may keep the allocation of what they were made from, and channels without bounds.
/// - `dashmap`: a map has as many tables as four times the processors of the machine, unless it is told how many. Which of them an
///   item goes to is up to its key, and none shrinks: each may have held all items at some time. What can be proved is all tables
///   for all items, many times what a map takes whose keys are spread well. One `HashMap` behind an `RwLock`, or several that each
///   hold a part that your program decides, have a rule.
/// - `moka`: what was evicted is freed when every thread that looked at the map has gone on (`crossbeam-epoch`), so one that is
///   suspended keeps all that is evicted meanwhile; and entries beyond the capacity stay until somebody does the housekeeping.
/// - `quick_cache`: capacity is a weight that the program gives, so that it says nothing about the number of items that weigh
///   nothing; it is divided among shards whose number follows from the processors of the machine, and keys of evicted items are
///   remembered. `LruCache` has a rule.
///
/// # What they were proved with
///
/// The standard library of Rust 1.85 and 1.95 on x86-64, and of 1.85 on x86 of 32 bits and on ARM of 64 bits, under Linux;
/// `crossbeam-channel` 0.5.13 and 0.5.17, `hashbrown` 0.17.1, `indexmap` 2.2.6 and 2.14.2 and `tokio` 1.45.0, 1.47.1, 1.50.0 and
/// 1.54.1; and on x86-64 `async-channel` 2.5.0, `flume` 0.12.0, `lru` 0.19.1, `slab` 0.4.12 and `smallvec` 1.13.2 and 1.16.6. A
/// change of the standard library that makes a rule wrong fails a test of this crate, not a program: run `cargo test -p
/// memory-accounting-tests --test container_proofs` of this version with the compiler you use, where that is another.
///
/// A feature takes every version of its crate that is compatible with those, so that it stands in the way of no update. The rules
/// mirror what is private to the crate, which a newer version may change without a word: with one that is not named here, nothing
/// but a test says that a rule still holds. Run the same test with your version (after `cargo update -p tokio --precise 1.54.1`,
/// with that version), or hold the component that has the container to its bounds with the `testing` kit, which counts.
///
/// # How tight they are
///
/// Every rule is held against the tracking allocator, over items of 0 to 1025 bytes and alignments to 4096, numbers of items up
/// to 5000 (no more than there are distinct items, where they must differ), and orders of operations meant to break it. It was
/// never below what was alive at any instant; this is how far above the worst order it was at worst, on x86-64 and ARM of 64 bits.
/// The same on x86 of 32 bits, save for hash tables of the standard library of fewer than 16 items: up to three times the truth, as
/// said at [`HashContainer`].
///
#[doc = include_str!("container/tightness.md")]
///
/// # Implementing it
///
/// ```
/// use memory_accounting::{Container, UsageExpr};
///
/// /// A ring whose slots are allocated once, 16 bytes of header in front of each.
/// struct Ring<T>(Vec<(u128, T)>);
///
/// impl<T> Container for Ring<T> {
///     type Item = T;
///
///     fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
///         UsageExpr::product("", UsageExpr::struct_size::<(u128, T)>(name), items.clone())
///     }
///
///     fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
///         Self::allocated(name, items)
///     }
///
///     fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
///         Self::allocated(name, items)
///     }
/// }
///
/// assert_eq!(Ring::<u128>::bounded("slots", &UsageExpr::config("slots", 10)).evaluate(), 320);
/// ```
#[diagnostic::on_unimplemented(
    message = "there is no rule for how much memory `{Self}` takes",
    label = "not a container whose size follows from its number of items",
    note = "an owning pointer to one value, as a `Box`, `Arc` or `Rc` of a struct, is `boxed` instead of `per_item`; of one to what is behind `dyn`, `bytes = \"…\"` says how much it owns, or `skip = \"reason\"` why it is not counted",
    note = "a number that sizes memory elsewhere says of what: `items = Event` or `sizes = Vec<Event>`",
    note = "containers and locks of `async-channel` 2, `crossbeam-channel` 0.5, `flume` 0.12, `hashbrown` 0.17, `indexmap` 2, `lru` 0.19, `parking_lot` 0.12, `slab` 0.4, `smallvec` 1 and `tokio` 1 have a rule with the feature of `memory-accounting` that is called as the crate",
    note = "of any other type, `bytes = \"…\"` says directly how many bytes the field may own, and `with = path` computes an expression",
    note = "a type of your own can implement `memory_accounting::Container`"
)]
pub trait Container {
    /// What the container holds; for a map, the pair of key and value.
    type Item;

    /// Bytes just after creation with capacity for `items`.
    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr;

    /// The most bytes alive at any instant when created with capacity for `items` and never holding more, in
    /// any order of insertions and removals.
    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr;

    /// The most bytes alive at any instant when created empty and never holding more than `items`; old and new
    /// storage are alive together while it grows.
    fn grown(name: &str, items: &UsageExpr) -> UsageExpr;

    /// How many items there are at most, for what each owns beside its own size. That is `items`, unless the container keeps
    /// more than it was asked to.
    fn max_items_retained(items: &UsageExpr) -> UsageExpr {
        items.clone()
    }
}

/// A [`Container`] built on a hash table, whose memory also depends on whether items are removed.
///
/// Removing leaves tombstones. When the free slots run out, the table is cleaned in place only if the new
/// item count is at most half the capacity; otherwise it doubles. So under removals a table for `n`
/// items grows to the size for `2n`, even when it was created for `n`. Creating it with twice the capacity
/// (*headroom*) gives it that size at once; if nothing is ever removed (*insert only*), it stays at the size for `n`. A tombstone
/// needs a whole group of used slots around it, so with fewer items than a group is wide there are none.
///
/// Inserting asks for room before it looks whether the key is there, and so does `entry`. Where `n` items fill a table to the last
/// slot, as 3, 7, 14, 28 and 56 do, replacing one of them makes room for one more: the next larger table. A table with headroom is
/// resized for the same numbers only, and only when tombstones have filled it.
///
/// With `s` the size of a pair of key and value, and `w` the width of a group of control bytes: 16 with SSE2, 4 on other targets of
/// 32 bits, and 8 on the rest, `wasm32` among them.
///
/// ```text
/// buckets(c) = max(m, next_power_of_two(8c / 7))
/// table(b)   = s * b rounded up to max(align, w), + b + w
/// ```
///
/// `m`, the buckets of the smallest table, is 4. For items of less than 4 bytes it may be 8 or 16, depending on the version of the
/// library, which is asked how many items its smallest table has room for: `f`, all but an eighth.
///
/// | | allocated | bounded | grown |
/// |---|---|---|---|
/// | any order | `table(b)`, `b = buckets(n)` | `table(c)`, `c = buckets(n + 1)`, and from `w` items on `+ table(2c)`, below `+ table(b)` where `c > b` | `table(c)`, and `+ table(2c)` from `w` items, `+ table(c / 2)` from `f` |
/// | insert only | `table(b)` | `table(b)`, and where `c > b` `+ table(c)` | `table(c)`, and from `f` items on `+ table(c / 2)` |
/// | headroom | `table(d)`, `d = buckets(2n)` | `table(d)`, and from `w` items on, where `e = buckets(2n + 2) > d`, `+ table(e)` | |
///
/// The standard library of x86 targets of 32 bits, and hash tables of `loongarch64`, may have been built with groups of 16 or of
/// fewer: their tables are charged with 16, and their tombstones from the fewer on.
///
/// An `IndexMap` or `IndexSet` keeps positions in such a table, with `s = size_of::<usize>()`, and `n` entries of hash, key and
/// value in a vector beside it (`2n` with headroom). When the vector grows on demand, it is to all that the table has room
/// for, `7/8` of `b`, or with tombstones of `2b`, beside the `n - 1` entries it moves from; the table grows once more for a
/// replacement, and the vector does not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a hash table",
    label = "`insert_only` and `headroom` are for hash tables, such as `HashMap` and `HashSet`",
    note = "those of `hashbrown` 0.17 and `indexmap` 2 are some with the feature of `memory-accounting` that is called as the crate"
)]
pub trait HashContainer: Container {
    /// As [`Container::bounded`], when nothing is ever removed.
    fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr;

    /// As [`Container::grown`], when nothing is ever removed.
    fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr;

    /// As [`Container::allocated`], when created with capacity for twice `items`.
    fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr;

    /// As [`Container::bounded`], when created with capacity for twice `items`.
    fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr;
}
