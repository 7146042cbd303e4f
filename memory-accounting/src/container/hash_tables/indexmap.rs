//! The hash tables of the crate `indexmap`: entries in the order of insertion, and a table of where they are.
//!
//! What is cited is in `src/inner.rs` of indexmap 2.14.
//!
//! An item is put into the table first, which grows when it is full, and then into the vector of entries. That grows when it is
//! full as well: to as many entries as the table has room for at that time (`Core::push_entry`, `Core::reserve_entries`).
//!
//! A worst case, with 4 items of 24 bytes, so entries of 32 with their hash, positions of 8 bytes and groups of 16. A map that
//! was made with `reserve_exact(3)` has a table of 4 buckets, which is full with 3, and entries for 3. The fourth item makes the
//! table one of 8 buckets, with room for 7, beside the one it was; that is gone when the entries move from room for 3 to room
//! for 7. Alive at the two instants, of which the second is the worst:
//!
//! ```text
//! tables 8 * 8 + 8 + 16 = 88 bytes, and 8 * 4 + 4 + 16 = 52, and entries 3 * 32 = 96
//! table  88 bytes, and entries 7 * 32 = 224, and 3 * 32 = 96
//! ```

use indexmap::{IndexMap, IndexSet};

use super::group_width::GroupWidth;
use super::raw_table::{RawTable, room};
use crate::container::same_as::same_as;
use crate::container::{Container, HashContainer};
use crate::expr::UsageExpr;

/// Not for one that is split off or spliced. What a stable sort takes meanwhile is not counted.
impl<K, V, S> Container for IndexMap<K, V, S> {
    type Item = (K, V);

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        Indexed::of::<K, V>(name, items).allocated(1)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        Indexed::of::<K, V>(name, items).bounded()
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Indexed::of::<K, V>(name, items).grown()
    }
}

impl<K, V, S> HashContainer for IndexMap<K, V, S> {
    fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        Indexed::of::<K, V>(name, items).insert_only_bounded()
    }

    fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Indexed::of::<K, V>(name, items).insert_only_grown()
    }

    fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        Indexed::of::<K, V>(name, items).allocated(2)
    }

    fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        Indexed::of::<K, V>(name, items).headroom_bounded()
    }
}

same_as! {
    /// As a map without values.
    impl[T, S] Container<Item = T> for IndexSet<T, S> = IndexMap<T, (), S>;
    /// As a map without values.
    impl[T, S] HashContainer for IndexSet<T, S> = IndexMap<T, (), S>;
}

/// An entry, with the hash of its key. The fields are those of `Bucket` in `src/lib.rs`, so the compiler gives it the same size.
struct Entry<K, V> {
    _hash: usize,
    _key: K,
    _value: V,
}

/// What a map takes: a table of positions, and entries.
struct Indexed<'a> {
    table: RawTable<'a>,
    entry: UsageExpr,
    items: &'a UsageExpr,
}

impl<'a> Indexed<'a> {
    fn of<K, V>(name: &'a str, items: &'a UsageExpr) -> Self {
        // Positions are not so small that their smallest table would have to be asked.
        let table = RawTable::of::<usize>("index", items, GroupWidth::CRATE, || 3);
        Self { table, entry: UsageExpr::struct_size::<Entry<K, V>>(name), items }
    }

    fn entries(&self, number: UsageExpr) -> UsageExpr {
        UsageExpr::Product { values: vec![self.entry.clone(), number] }
    }

    /// `table`, and entries with room for `factor` times the items from the start.
    fn with_entries(&self, table: UsageExpr, factor: usize) -> UsageExpr {
        let entries = self.entries(self.items.clone().times(&UsageExpr::number(factor)));
        UsageExpr::Sum { values: vec![table, entries] }
    }

    fn allocated(&self, factor: usize) -> UsageExpr {
        self.with_entries(self.table.fitting(factor), factor)
    }

    /// The table is replaced and doubled as any other, but the entries have room.
    fn bounded(&self) -> UsageExpr {
        self.with_entries(self.table.bounded(), 1)
    }

    fn insert_only_bounded(&self) -> UsageExpr {
        self.with_entries(self.table.insert_only_bounded(), 1)
    }

    fn headroom_bounded(&self) -> UsageExpr {
        self.with_entries(self.table.headroom_bounded(), 2)
    }

    /// The entries moving to as many as `buckets` have room for. There was room for one less than the items at most, and less
    /// only where fewer were reserved.
    fn moving(&self, buckets: UsageExpr) -> UsageExpr {
        let full = UsageExpr::difference(self.items.clone(), UsageExpr::number(1));
        self.entries(UsageExpr::Sum { values: vec![room(buckets), full] })
    }

    /// The table or the entries are growing. The table may grow once more when all items are there, the entries do not.
    fn insert_only_grown(&self) -> UsageExpr {
        let half = UsageExpr::quotient(self.table.buckets_and_one(1), UsageExpr::number(2));
        let before = self.entries(room(half)).times(&self.table.has_outgrown());
        let table = UsageExpr::Sum { values: vec![self.table.insert_only_grown(), before] };
        let moving = self.moving(self.table.buckets(1)).times(&self.table.has(1));
        let entries = UsageExpr::Sum { values: vec![self.table.fitting(1), moving] };
        UsageExpr::max(table, entries)
    }

    /// The same, or the table is doubling for its tombstones, or entries grow after it has. Those have room for all items when
    /// it takes all of them to make a tombstone.
    fn grown(&self) -> UsageExpr {
        let buckets = self.table.buckets(1);
        let entries = self.entries(room(buckets.clone())).times(&self.table.has_tombstones(0));
        let doubling =
            UsageExpr::Sum { values: vec![self.table.grown_by_one(), self.table.doubling(), entries] };
        let twice = buckets.times(&UsageExpr::number(2));
        let moving = self.moving(twice.clone()).times(&self.table.has_tombstones(1));
        let doubled = UsageExpr::Sum { values: vec![self.table.doubled(twice), moving] };
        UsageExpr::Max { values: vec![self.insert_only_grown(), doubling, doubled] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2", not(miri)))]
    fn the_worked_example_is_right() {
        let items = UsageExpr::number(4);
        let grown = Indexed::of::<u64, [u64; 2]>("entries", &items).grown();
        assert_eq!(grown.evaluate(), 88 + 224 + 96);
    }
}
