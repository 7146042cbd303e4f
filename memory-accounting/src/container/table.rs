//! The table that hash tables of `hashbrown` keep their items in, the standard library's among them.

use crate::UsageExpr;

/// The widest group of control bytes on any target (SSE2); the others use 8 or 4, and so take less.
const WIDEST_GROUP: usize = 16;

/// A removal leaves a tombstone only amid as many used slots as a group of control bytes is wide: with fewer items there are
/// none, and a table without tombstones does not outgrow its items. Where the width is not known, the least there is.
const fn least_items_for_tombstones(group_is_widest: bool) -> usize {
    match () {
        () if group_is_widest => WIDEST_GROUP,
        () if cfg!(target_pointer_width = "64") => 8,
        () => 4,
    }
}

/// What a table takes whose items are of type `T`: a map's pairs, or a set's keys.
pub(super) struct Table<'a> {
    name: &'a str,
    items: &'a UsageExpr,
    size: usize,
    alignment: usize,
    tombstones_from: usize,
    outgrown_from: usize,
}

impl<'a> Table<'a> {
    /// A table of the standard library.
    pub(super) fn of<T>(name: &'a str, items: &'a UsageExpr) -> Self {
        let sse2 = cfg!(all(target_arch = "x86_64", not(miri)));
        Self {
            name,
            items,
            size: size_of::<T>(),
            alignment: align_of::<T>().max(WIDEST_GROUP),
            tombstones_from: least_items_for_tombstones(sse2),
            // With 3 items there was no smaller table on any target.
            outgrown_from: 4,
        }
    }

    /// A table of the crate `hashbrown`, which is built for the same target features as this one.
    #[cfg(any(feature = "hashbrown", feature = "indexmap"))]
    pub(super) fn of_hashbrown<T>(name: &'a str, items: &'a UsageExpr) -> Self {
        let sse2 =
            cfg!(all(target_feature = "sse2", any(target_arch = "x86", target_arch = "x86_64"), not(miri)));
        let table = Self::of::<T>(name, items);
        // With the widest groups, the least table of tiny items is known. It is outgrown when all but an eighth is used.
        let least = table.least_buckets();
        let full = least.saturating_sub(least.div_ceil(8));
        let outgrown_from = if sse2 { full.saturating_add(1) } else { table.outgrown_from };
        Self { tombstones_from: least_items_for_tombstones(sse2), outgrown_from, ..table }
    }

    /// The least number of buckets a table with any item has.
    fn least_buckets(&self) -> usize {
        match self.size {
            0 | 1 => 16,
            2 | 3 => 8,
            _ => 4,
        }
    }

    /// 1 when there are at least `least` items, else 0.
    pub(super) fn has(&self, least: usize) -> UsageExpr {
        let above = UsageExpr::difference(self.items.clone(), UsageExpr::number(least.saturating_sub(1)));
        UsageExpr::min(above, UsageExpr::number(1))
    }

    /// 1 when tombstones are possible with `fewer` items less, else 0.
    pub(super) fn has_tombstones(&self, fewer: usize) -> UsageExpr {
        self.has(self.tombstones_from.saturating_add(fewer))
    }

    /// 1 when a smaller table was outgrown on the way to the fitting one, else 0.
    pub(super) fn has_outgrown(&self) -> UsageExpr {
        self.has(self.outgrown_from)
    }

    /// The buckets of a table with room for `factor` times the items: it keeps an eighth of them free.
    pub(super) fn buckets(&self, factor: usize) -> UsageExpr {
        let eighths = self.items.clone().times(&UsageExpr::number(factor.saturating_mul(8)));
        let with_free = UsageExpr::quotient(eighths, UsageExpr::number(7));
        UsageExpr::max(UsageExpr::number(self.least_buckets()), UsageExpr::next_power_of_two(with_free))
    }

    /// The bytes of a table with `buckets`; `fewest` is the least that can be.
    fn bytes(&self, buckets: UsageExpr, fewest: usize) -> UsageExpr {
        let size = UsageExpr::StructSize { name: self.name.to_owned(), value: self.size };
        let trailer = UsageExpr::number(WIDEST_GROUP);
        if self.size.saturating_mul(fewest) % self.alignment == 0 {
            let slot = UsageExpr::Sum { values: vec![size, UsageExpr::number(1)] };
            let slots = UsageExpr::Product { values: vec![slot, buckets] };
            return UsageExpr::Sum { values: vec![slots, trailer] };
        }
        let alignment = UsageExpr::number(self.alignment);
        let slots = UsageExpr::Product { values: vec![size, buckets.clone()] };
        let rounded = UsageExpr::quotient(slots, alignment.clone()).times(&alignment);
        UsageExpr::Sum { values: vec![rounded, buckets, trailer] }
    }

    /// With room for `factor` times the items, and never resized. An empty table allocates nothing.
    pub(super) fn fitting(&self, factor: usize) -> UsageExpr {
        self.bytes(self.buckets(factor), self.least_buckets()).times(&self.has(1))
    }

    /// The table that tombstones make of the fitting one: twice as large, and the fitting one is alive until all items have
    /// moved. This says what that adds.
    pub(super) fn doubling(&self) -> UsageExpr {
        let doubled = self.buckets(1).times(&UsageExpr::number(2));
        self.bytes(doubled, self.least_buckets().saturating_mul(2)).times(&self.has_tombstones(0))
    }

    /// The table half as large that was outgrown on the way to the fitting one.
    pub(super) fn outgrown(&self) -> UsageExpr {
        let half = UsageExpr::quotient(self.buckets(1), UsageExpr::number(2));
        self.bytes(half, self.least_buckets() / 2).times(&self.has_outgrown())
    }

    pub(super) fn bounded(&self) -> UsageExpr {
        UsageExpr::Sum { values: vec![self.fitting(1), self.doubling()] }
    }

    pub(super) fn grown(&self) -> UsageExpr {
        UsageExpr::Sum { values: vec![self.fitting(1), UsageExpr::max(self.doubling(), self.outgrown())] }
    }

    pub(super) fn insert_only_grown(&self) -> UsageExpr {
        UsageExpr::Sum { values: vec![self.fitting(1), self.outgrown()] }
    }
}

/// Implements both traits for hash tables whose table is the `Table` that `$table` makes.
macro_rules! hash_tables {
    ($table:ident: $([$($generics:tt)*] $container:ty, $item:ty;)*) => {$(
        impl<$($generics)*> Container for $container {
            type Item = $item;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                Table::$table::<$item>(name, items).fitting(1)
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                Table::$table::<$item>(name, items).bounded()
            }

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                Table::$table::<$item>(name, items).grown()
            }
        }

        impl<$($generics)*> HashContainer for $container {
            fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                Table::$table::<$item>(name, items).fitting(1)
            }

            fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr {
                Table::$table::<$item>(name, items).insert_only_grown()
            }

            fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                Table::$table::<$item>(name, items).fitting(2)
            }

            fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                Table::$table::<$item>(name, items).fitting(2)
            }
        }
    )*};
}
pub(super) use hash_tables;
