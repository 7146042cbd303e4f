//! The hash tables of the crate `indexmap`: entries in the order of insertion, and a table of where they are.

use indexmap::{IndexMap, IndexSet};

use super::table::Table;
use super::{Container, HashContainer};
use crate::UsageExpr;

/// An entry, with the hash of its key. The fields are those of the crate's own, so the compiler gives it the same size.
struct Entry<K, V> {
    _hash: usize,
    _key: K,
    _value: V,
}

/// What a map takes.
///
/// An item is put into the table first, which grows when it is full, and then into the vector of entries. That grows when it is
/// full as well: to as many entries as the table has room for at that time.
struct Map<'a> {
    table: Table<'a>,
    entry: UsageExpr,
    items: &'a UsageExpr,
}

impl<'a> Map<'a> {
    fn of<K, V>(name: &'a str, items: &'a UsageExpr) -> Self {
        let table = Table::of_hashbrown::<usize>("index", items);
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

/// As many items as `buckets` hold: all but an eighth, rounded up.
fn room(buckets: UsageExpr) -> UsageExpr {
    UsageExpr::difference(buckets.clone(), UsageExpr::quotient(buckets, UsageExpr::number(8)))
}

macro_rules! maps {
    ($([$($generics:tt)*] $container:ty, $item:ty, $key:ty, $value:ty;)*) => {$(
        /// Not for one that is split off or spliced. What a stable sort takes meanwhile is not counted.
        impl<$($generics)*> Container for $container {
            type Item = $item;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                Map::of::<$key, $value>(name, items).allocated(1)
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                Map::of::<$key, $value>(name, items).bounded()
            }

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                Map::of::<$key, $value>(name, items).grown()
            }
        }

        impl<$($generics)*> HashContainer for $container {
            fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                Map::of::<$key, $value>(name, items).insert_only_bounded()
            }

            fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr {
                Map::of::<$key, $value>(name, items).insert_only_grown()
            }

            fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                Map::of::<$key, $value>(name, items).allocated(2)
            }

            fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                Map::of::<$key, $value>(name, items).headroom_bounded()
            }
        }
    )*};
}

maps! {
    [K, V, S] IndexMap<K, V, S>, (K, V), K, V;
    [T, S] IndexSet<T, S>, T, T, ();
}
