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
pub(super) struct RawTable<'a> {
    name: &'a str,
    items: &'a UsageExpr,
    size: usize,
    alignment: usize,
    tombstones_from: usize,
    outgrown_from: usize,
}

impl<'a> RawTable<'a> {
    /// A table of the standard library.
    pub(super) fn of<T>(name: &'a str, items: &'a UsageExpr) -> Self {
        let sse2 = cfg!(all(target_arch = "x86_64", not(miri)));
        Self {
            name,
            items,
            size: size_of::<T>(),
            alignment: align_of::<T>().max(WIDEST_GROUP),
            tombstones_from: least_items_for_tombstones(sse2),
            // With 2 items, and room asked for a third, there was no smaller table on any target.
            outgrown_from: 3,
        }
    }

    /// A table of the crate `hashbrown`, which is built for the same target features as this one.
    #[cfg(any(feature = "hashbrown", feature = "indexmap"))]
    pub(super) fn of_hashbrown<T>(name: &'a str, items: &'a UsageExpr) -> Self {
        let sse2 =
            cfg!(all(target_feature = "sse2", any(target_arch = "x86", target_arch = "x86_64"), not(miri)));
        let table = Self::of::<T>(name, items);
        // With the widest groups, the least table of tiny items is known. It is outgrown when all but an eighth is used and room
        // is asked for one more.
        let least = table.least_buckets();
        let full = least.saturating_sub(least.div_ceil(8));
        let outgrown_from = if sse2 { full } else { table.outgrown_from };
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

    /// The buckets of a table with room for `items`: it keeps an eighth of them free.
    fn buckets_for(&self, items: UsageExpr) -> UsageExpr {
        let eighths = items.times(&UsageExpr::number(8));
        let with_free = UsageExpr::quotient(eighths, UsageExpr::number(7));
        UsageExpr::max(UsageExpr::number(self.least_buckets()), UsageExpr::next_power_of_two(with_free))
    }

    /// The buckets of a table with room for `factor` times the items.
    pub(super) fn buckets(&self, factor: usize) -> UsageExpr {
        self.buckets_for(self.items.clone().times(&UsageExpr::number(factor)))
    }

    /// The same with room for one more item before that is multiplied: inserting asks for room before it looks whether the key is
    /// there.
    pub(super) fn buckets_and_one(&self, factor: usize) -> UsageExpr {
        let one_more = UsageExpr::Sum { values: vec![self.items.clone(), UsageExpr::number(1)] };
        self.buckets_for(one_more.times(&UsageExpr::number(factor)))
    }

    /// 1 when room for one more item takes another table than there is with room for `factor` times the items, else 0.
    fn is_full(&self, factor: usize) -> UsageExpr {
        let more = UsageExpr::difference(self.buckets_and_one(factor), self.buckets(factor));
        UsageExpr::min(more, UsageExpr::number(1))
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

    /// With room for `factor` times the items, as it is created. An empty table allocates nothing.
    pub(super) fn fitting(&self, factor: usize) -> UsageExpr {
        self.bytes(self.buckets(factor), self.least_buckets()).times(&self.has(1))
    }

    /// With room for the items and one more.
    pub(super) fn grown_by_one(&self) -> UsageExpr {
        self.bytes(self.buckets_and_one(1), self.least_buckets()).times(&self.has(1))
    }

    /// The table that the one which was created full becomes when an item is replaced, with room for `factor` times one more. This
    /// says what that adds.
    pub(super) fn replaced(&self, factor: usize) -> UsageExpr {
        let table = self.bytes(self.buckets_and_one(factor), self.least_buckets());
        table.times(&self.is_full(factor)).times(&self.has(1))
    }

    /// A table of `buckets`, twice as many as the least there is, where there are tombstones.
    pub(super) fn doubled(&self, buckets: UsageExpr) -> UsageExpr {
        self.bytes(buckets, self.least_buckets().saturating_mul(2)).times(&self.has_tombstones(0))
    }

    /// The table that tombstones make of one with room for one more item: twice as large, and that one is alive until all items
    /// have moved. This says what that adds.
    pub(super) fn doubling(&self) -> UsageExpr {
        self.doubled(self.buckets_and_one(1).times(&UsageExpr::number(2)))
    }

    /// The table half as large that was outgrown on the way to room for one more item.
    pub(super) fn outgrown(&self) -> UsageExpr {
        let half = UsageExpr::quotient(self.buckets_and_one(1), UsageExpr::number(2));
        self.bytes(half, self.least_buckets() / 2).times(&self.has_outgrown())
    }

    /// Created with room for the items. Without tombstones, it is replaced where it was full, and the one it was is alive
    /// meanwhile.
    pub(super) fn bounded(&self) -> UsageExpr {
        let created = self.bytes(self.buckets(1), self.least_buckets()).times(&self.is_full(1));
        UsageExpr::Sum { values: vec![self.grown_by_one(), UsageExpr::max(self.doubling(), created)] }
    }

    pub(super) fn grown(&self) -> UsageExpr {
        UsageExpr::Sum { values: vec![self.grown_by_one(), UsageExpr::max(self.doubling(), self.outgrown())] }
    }

    pub(super) fn insert_only_bounded(&self) -> UsageExpr {
        UsageExpr::Sum { values: vec![self.fitting(1), self.replaced(1)] }
    }

    pub(super) fn insert_only_grown(&self) -> UsageExpr {
        UsageExpr::Sum { values: vec![self.grown_by_one(), self.outgrown()] }
    }

    /// Created with room for twice the items. Tombstones fill it in the end, and where it has no room for twice one more, it is
    /// replaced then.
    pub(super) fn headroom_bounded(&self) -> UsageExpr {
        let replaced = self.replaced(2).times(&self.has_tombstones(0));
        UsageExpr::Sum { values: vec![self.fitting(2), replaced] }
    }
}
