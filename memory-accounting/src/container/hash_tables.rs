//! The standard library's hash tables.

use std::collections::{HashMap, HashSet};

use super::{Container, HashContainer};
use crate::UsageExpr;

/// The widest group of control bytes on any target (SSE2); the others use 8, and so take less.
const GROUP_WIDTH: usize = 16;

/// A table of items of type `T` with room for a number of items: `capacity_factor` times those it holds.
struct Table<'a> {
    name: &'a str,
    items: &'a UsageExpr,
    size: usize,
    alignment: usize,
    capacity_factor: usize,
}

impl<'a> Table<'a> {
    fn with_room_for<T>(capacity_factor: usize, name: &'a str, items: &'a UsageExpr) -> Self {
        let alignment = align_of::<T>().max(GROUP_WIDTH);
        Self { name, items, size: size_of::<T>(), alignment, capacity_factor }
    }

    /// The least number of buckets a table with any item has.
    fn least_buckets(&self) -> usize {
        match self.size {
            0 | 1 => 16,
            2 | 3 => 8,
            _ => 4,
        }
    }

    /// 1, or 0 when there are no items: an empty table allocates nothing.
    fn any(&self) -> UsageExpr {
        UsageExpr::min(self.items.clone(), UsageExpr::number(1))
    }

    /// The table keeps an eighth of its buckets free.
    fn buckets(&self) -> UsageExpr {
        let eighths = self.items.clone().times(&UsageExpr::number(self.capacity_factor.saturating_mul(8)));
        let with_free = UsageExpr::quotient(eighths, UsageExpr::number(7));
        UsageExpr::max(UsageExpr::number(self.least_buckets()), UsageExpr::next_power_of_two(with_free))
    }

    /// The bytes of one generation of the table, which has `buckets`; `fewest` is the least that can be.
    fn generation(&self, buckets: UsageExpr, fewest: usize) -> UsageExpr {
        let size = UsageExpr::StructSize { name: self.name.to_owned(), value: self.size };
        let trailer = UsageExpr::number(GROUP_WIDTH);
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

    /// A table that never resizes.
    fn bytes(&self) -> UsageExpr {
        self.generation(self.buckets(), self.least_buckets()).times(&self.any())
    }

    /// A table that reached its size by doubling: the one before is alive until all items have moved.
    fn bytes_while_doubling(&self) -> UsageExpr {
        let before = UsageExpr::quotient(self.buckets(), UsageExpr::number(2));
        let before = self.generation(before, self.least_buckets() / 2);
        let after = self.generation(self.buckets(), self.least_buckets());
        UsageExpr::Sum { values: vec![after, before] }.times(&self.any())
    }
}

/// The rules of a hash table whose items are of type `T`; both containers below are one.
mod rules {
    use super::Table;
    use crate::UsageExpr;

    pub(super) fn fitting<T>(name: &str, items: &UsageExpr) -> UsageExpr {
        Table::with_room_for::<T>(1, name, items).bytes()
    }

    pub(super) fn fitting_after_doubling<T>(name: &str, items: &UsageExpr) -> UsageExpr {
        Table::with_room_for::<T>(1, name, items).bytes_while_doubling()
    }

    pub(super) fn doubled<T>(name: &str, items: &UsageExpr) -> UsageExpr {
        Table::with_room_for::<T>(2, name, items).bytes()
    }

    pub(super) fn doubled_after_doubling<T>(name: &str, items: &UsageExpr) -> UsageExpr {
        Table::with_room_for::<T>(2, name, items).bytes_while_doubling()
    }
}

impl<K, V, S> Container for HashMap<K, V, S> {
    type Item = (K, V);

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::fitting::<(K, V)>(name, items)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::doubled_after_doubling::<(K, V)>(name, items)
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::doubled_after_doubling::<(K, V)>(name, items)
    }
}

impl<K, V, S> HashContainer for HashMap<K, V, S> {
    fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::fitting::<(K, V)>(name, items)
    }

    fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::fitting_after_doubling::<(K, V)>(name, items)
    }

    fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::doubled::<(K, V)>(name, items)
    }

    fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::doubled::<(K, V)>(name, items)
    }
}

impl<T, S> Container for HashSet<T, S> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::fitting::<T>(name, items)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::doubled_after_doubling::<T>(name, items)
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::doubled_after_doubling::<T>(name, items)
    }
}

impl<T, S> HashContainer for HashSet<T, S> {
    fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::fitting::<T>(name, items)
    }

    fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::fitting_after_doubling::<T>(name, items)
    }

    fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::doubled::<T>(name, items)
    }

    fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        rules::doubled::<T>(name, items)
    }
}
