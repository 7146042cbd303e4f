//! The table that hash tables of `hashbrown` keep their items in, the standard library's among them.
//!
//! What is cited is in `src/raw.rs` of hashbrown 0.17 (`src/raw/mod.rs` in 0.15.2, which is in Rust 1.85).
//!
//! One allocation has the slots first, then a control byte for each, which says whether it is used, and then those of one group
//! more, so that a group can be read from any slot (`TableLayout::calculate_layout_for`). Groups are aligned to their width:
//!
//! ```text
//! | slots: s * b bytes | up to the alignment | control bytes: b | a group: w |
//! ```
//!
//! A worst case, with 28 items of 24 bytes and groups of 16 bytes, removed and inserted in any order:
//!
//! 1. 28 items need 28 * 8 / 7 = 32 buckets (`capacity_to_buckets`), and fill them. One of the 28 once more makes them 64: room for
//!    one more is asked for before it is looked whether the key is there (`RawTable::reserve`).
//! 2. Of 64 buckets 56 can be used. Each removal amid 16 used slots leaves a tombstone, a slot that cannot be used again
//!    (`RawTableInner::erase`).
//! 3. When all 56 are used or tombstones, and 28 items are there, room is asked for a 29th. More than half of 56 are too many to
//!    clean the table in place, so the items move to 128 buckets (`RawTableInner::reserve_rehash_inner`).
//!
//! Alive while they move:
//!
//! ```text
//! 24 * 64 + 64 + 16 = 1616 bytes, and 24 * 128 + 128 + 16 = 3216
//! ```

use super::group_width::GroupWidth;
use crate::expr::UsageExpr;

/// What a table takes whose items are of one type: a map's pairs, or a set's keys.
pub(super) struct RawTable<'a> {
    name: &'a str,
    items: &'a UsageExpr,
    size: usize,
    alignment: usize,
    width: GroupWidth,
    least_capacity: usize,
}

impl<'a> RawTable<'a> {
    /// A table of items of type `T`. `smallest` makes one with room for one item, and says how many it has room for.
    ///
    /// That is 3, except for items below 4 bytes: for those, newer versions make larger tables from the start, to waste less of
    /// the alignment. Which standard library is in use is not known when this is compiled, so the table itself is asked.
    pub(super) fn of<T>(
        name: &'a str,
        items: &'a UsageExpr,
        width: GroupWidth,
        smallest: impl FnOnce() -> usize,
    ) -> Self {
        let size = size_of::<T>();
        let alignment = align_of::<T>().max(width.most);
        let least_capacity = if size < 4 { smallest() } else { 3 };
        Self { name, items, size, alignment, width, least_capacity }
    }

    /// The least number of buckets a table with any item has.
    fn least_buckets(&self) -> usize {
        let with_free = self.least_capacity.saturating_mul(8).div_ceil(7);
        with_free.checked_next_power_of_two().unwrap_or(usize::MAX)
    }

    /// 1 when there are at least `least` items, else 0.
    pub(super) fn has(&self, least: usize) -> UsageExpr {
        let above = UsageExpr::difference(self.items.clone(), UsageExpr::number(least.saturating_sub(1)));
        UsageExpr::min(above, UsageExpr::number(1))
    }

    /// 1 when tombstones are possible with `fewer` items less, else 0. A removal leaves one only amid as many used slots as a group
    /// is wide: with fewer items there are none, and a table without tombstones does not outgrow its items.
    pub(super) fn has_tombstones(&self, fewer: usize) -> UsageExpr {
        self.has(self.width.least.saturating_add(fewer))
    }

    /// 1 when a smaller table was outgrown on the way to the fitting one, else 0: the smallest is once it is full and room is asked
    /// for one more.
    pub(super) fn has_outgrown(&self) -> UsageExpr {
        self.has(self.least_capacity)
    }

    /// The buckets of a table with room for `items`: it keeps an eighth of them free (`capacity_to_buckets`).
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
        let trailer = UsageExpr::number(self.width.most);
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

    /// As [`doubling`](Self::doubling), where room is asked for only when an item is new.
    #[cfg(feature = "lru")]
    pub(super) fn doubling_for_new(&self) -> UsageExpr {
        self.doubled(self.buckets(1).times(&UsageExpr::number(2)))
    }

    /// As [`outgrown`](Self::outgrown), where room is asked for only when an item is new.
    #[cfg(feature = "lru")]
    pub(super) fn outgrown_for_new(&self) -> UsageExpr {
        let half = UsageExpr::quotient(self.buckets(1), UsageExpr::number(2));
        let outgrown = self.has(self.least_capacity.saturating_add(1));
        self.bytes(half, self.least_buckets() / 2).times(&outgrown)
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

/// As many items as `buckets` hold: all but an eighth, rounded up.
#[cfg(any(feature = "indexmap", feature = "lru"))]
pub(super) fn room(buckets: UsageExpr) -> UsageExpr {
    UsageExpr::difference(buckets.clone(), UsageExpr::quotient(buckets, UsageExpr::number(8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a table takes for `n` items of type `T`, created for so many, where groups are `width` wide and the smallest table has
    /// room for `smallest`.
    fn bounded<T>(n: usize, width: usize, smallest: usize) -> usize {
        let items = UsageExpr::number(n);
        RawTable::of::<T>("items", &items, GroupWidth::exactly(width), || smallest).bounded().evaluate()
    }

    #[test]
    fn the_worked_example_is_right() {
        assert_eq!(bounded::<[u64; 3]>(28, 16, 3), 1616 + 3216);
    }

    /// Numbers that were counted, on machines and with compilers that a run of the tests does not have.
    #[test]
    fn tables_of_tiny_items_are_as_counted_elsewhere() {
        // Rust 1.85 on x86-64.
        assert_eq!(bounded::<u8>(3, 16, 3), 76);
        assert_eq!(bounded::<u8>(7, 16, 3), 88);
        assert_eq!(bounded::<[u8; 2]>(3, 16, 3), 76);
        assert_eq!(bounded::<[u8; 3]>(3, 16, 3), 92);
        // Rust 1.96 on AArch64.
        assert_eq!(bounded::<u8>(7, 8, 7), 64);
        assert_eq!(bounded::<[u8; 2]>(3, 8, 3), 52);
        assert_eq!(bounded::<[u8; 3]>(3, 8, 3), 68);
    }

    #[test]
    fn tombstones_are_charged_where_they_can_be_on_one_width_of_several() {
        let items = UsageExpr::number(5);
        let grown = |least| {
            let width = GroupWidth { least, most: 16 };
            RawTable::of::<u64>("items", &items, width, || 3).grown().evaluate()
        };
        let (half, fitting, doubled) = (4 * 9 + 16, 8 * 9 + 16, 16 * 9 + 16);
        assert_eq!(grown(16), fitting + half);
        assert_eq!(grown(4), fitting + doubled);
    }
}
