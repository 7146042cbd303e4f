//! Containers that keep their items in one run of memory.

#[cfg(feature = "slab")]
mod slab;
#[cfg(feature = "smallvec")]
mod smallvec;

use std::collections::{BinaryHeap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::Container;
use super::same_as::same_as;
use crate::expr::UsageExpr;

impl<T> Container for Vec<T> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        exact::<T>(name, items)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        exact::<T>(name, items)
    }

    /// The greatest capacity, beside the storage with one item less that it is copied from.
    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        let values = vec![greatest_capacity::<T>(items), one_less(items)];
        exact::<T>(name, &UsageExpr::Sum { values })
    }
}

same_as! {
    impl[T] Container<Item = T> for VecDeque<T> = Vec<T>;
    impl[T] Container<Item = T> for BinaryHeap<T> = Vec<T>;
    impl[] Container<Item = u8> for String = Vec<u8>;
    impl[] Container<Item = u8> for PathBuf = Vec<u8>;
    impl[] Container<Item = u8> for OsString = Vec<u8>;
}

/// Made from a vector (or string) that was created with the right capacity and filled, or, in [`grown`](Container::grown), from
/// one that grew and is then shrunk.
#[diagnostic::do_not_recommend]
impl<T> Container for Box<[T]> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        exact::<T>(name, items)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        exact::<T>(name, items)
    }

    /// As a vector; where that has capacity to spare, all items are copied once more.
    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        let capacity = greatest_capacity::<T>(items);
        let spare = UsageExpr::difference(capacity.clone(), items.clone());
        let shrunk = UsageExpr::min(spare, UsageExpr::number(1));
        let values = vec![capacity, one_less(items), shrunk];
        exact::<T>(name, &UsageExpr::Sum { values })
    }
}

same_as! {
    /// As a boxed slice of bytes.
    #[diagnostic::do_not_recommend]
    impl[] Container<Item = u8> for Box<str> = Box<[u8]>;
    /// As a boxed slice of bytes.
    #[diagnostic::do_not_recommend]
    impl[] Container<Item = u8> for Box<OsStr> = Box<[u8]>;
    /// As a boxed slice of bytes.
    #[diagnostic::do_not_recommend]
    impl[] Container<Item = u8> for Box<Path> = Box<[u8]>;
}

/// `s * n`: exactly the items.
fn exact<T>(name: &str, items: &UsageExpr) -> UsageExpr {
    UsageExpr::Product { values: vec![UsageExpr::struct_size::<T>(name), items.clone()] }
}

/// The least capacity a vector takes when it first grows (`min_non_zero_cap` in `library/alloc/src/raw_vec.rs`, Rust 1.85).
pub(super) const fn least_capacity<T>() -> usize {
    match size_of::<T>() {
        1 => 8,
        size if size <= 1024 => 4,
        _ => 1,
    }
}

fn one_less(items: &UsageExpr) -> UsageExpr {
    UsageExpr::difference(items.clone(), UsageExpr::number(1))
}

/// The greatest capacity a vector reaches that grew from empty and never held more than `n` items: twice what just did not
/// suffice, or the least it takes (`RawVecInner::grow_amortized` there).
pub(super) fn greatest_capacity<T>(items: &UsageExpr) -> UsageExpr {
    let any = UsageExpr::min(items.clone(), UsageExpr::number(1));
    UsageExpr::Max {
        values: vec![
            any.times(&UsageExpr::number(least_capacity::<T>())),
            items.clone(),
            one_less(items).times(&UsageExpr::number(2)),
        ],
    }
}
