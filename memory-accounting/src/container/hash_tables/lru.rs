//! The cache of the crate `lru`: a hash table of pointers to entries, which are in a list.
//!
//! What is cited is in `src/lib.rs` of lru 0.19. The table is that of `hashbrown`, or with the feature of that name off the
//! standard library's.
//!
//! An entry is allocated for each item, and two more for the ends of the list (`LruCache::construct`). A cache that is full takes
//! the least recently used entry out of the table and puts it in again with the new item (`LruCache::replace_or_create_node`). What
//! is put in is looked for first (`LruCache::capturing_put`), so room is only asked for where an item is new, and then for as many
//! as the cache holds at most.

use std::mem::MaybeUninit;

use lru::LruCache;

use super::group_width::GroupWidth;
use super::raw_table::{RawTable, room};
use crate::container::Container;
use crate::expr::UsageExpr;

/// Laid out as `LruEntry` there.
struct Entry<K, V> {
    _key: MaybeUninit<K>,
    _value: MaybeUninit<V>,
    _links: [usize; 2],
}

/// A key, by reference, and the entry.
type Pointers = [usize; 2];

fn table(items: &UsageExpr) -> RawTable<'_> {
    // Which of the two libraries the table is from is not known here: where they differ, the standard library's may be either.
    RawTable::of::<Pointers>("table", items, GroupWidth::STANDARD, || 3)
}

fn with_entries<K, V>(name: &str, entries: UsageExpr, table: UsageExpr) -> UsageExpr {
    let number = UsageExpr::Sum { values: vec![entries, UsageExpr::number(2)] };
    let entries = UsageExpr::Product { values: vec![UsageExpr::struct_size::<Entry<K, V>>(name), number] };
    UsageExpr::Sum { values: vec![table, entries] }
}

/// `bounded` is for a cache made with `new`, and `grown` for one made with `sparse`, or `unbounded` where the program keeps it to
/// so many items. Not for one that is given another capacity with `resize`.
impl<K, V, S> Container for LruCache<K, V, S> {
    type Item = (K, V);

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        with_entries::<K, V>(name, UsageExpr::number(0), table(items).fitting(1))
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        let table = table(items);
        let tables = UsageExpr::Sum { values: vec![table.fitting(1), table.doubling_for_new()] };
        with_entries::<K, V>(name, items.clone(), tables)
    }

    /// All entries, and the table doubling for its tombstones; or the table growing to that size, with as many entries as the
    /// smaller one has room for and one more.
    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        let table = table(items);
        let smaller = room(UsageExpr::quotient(table.buckets(1), UsageExpr::number(2)));
        let one_more = UsageExpr::Sum { values: vec![smaller, UsageExpr::number(1)] };
        let tables = UsageExpr::Sum { values: vec![table.fitting(1), table.outgrown_for_new()] };
        let growing = with_entries::<K, V>(name, UsageExpr::min(items.clone(), one_more), tables);
        UsageExpr::max(Self::bounded(name, items), growing)
    }
}
