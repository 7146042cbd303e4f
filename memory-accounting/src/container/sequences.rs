//! Containers that keep their items in one run of memory.

use std::collections::{BinaryHeap, VecDeque};
use std::ffi::OsString;
use std::path::PathBuf;

use super::Container;
use crate::UsageExpr;

/// `s * n`: exactly the items.
fn exact<T>(name: &str, items: &UsageExpr) -> UsageExpr {
    UsageExpr::Product { values: vec![UsageExpr::struct_size::<T>(name), items.clone()] }
}

/// The least capacity a vector takes when it first grows, as `RawVec` chooses it.
const fn least_capacity<T>() -> usize {
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
/// suffice, or the least it takes.
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

macro_rules! vectors {
    ($([$($generics:tt)*] $container:ty, $item:ty;)*) => {$(
        impl<$($generics)*> Container for $container {
            type Item = $item;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                exact::<$item>(name, items)
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                exact::<$item>(name, items)
            }

            /// The greatest capacity, beside the storage with one item less that it is copied from.
            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                let values = vec![greatest_capacity::<$item>(items), one_less(items)];
                exact::<$item>(name, &UsageExpr::Sum { values })
            }
        }
    )*};
}

vectors! {
    [T] Vec<T>, T;
    [T] VecDeque<T>, T;
    [T] BinaryHeap<T>, T;
    [] String, u8;
    [] PathBuf, u8;
    [] OsString, u8;
}

macro_rules! boxed_slices {
    ($([$($generics:tt)*] $container:ty, $item:ty;)*) => {$(
        /// Made from a vector (or string) that was created with the right capacity and filled, or, in
        /// [`grown`](Container::grown), from one that grew and is then shrunk.
        impl<$($generics)*> Container for $container {
            type Item = $item;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                exact::<$item>(name, items)
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                exact::<$item>(name, items)
            }

            /// As a vector; where that has capacity to spare, all items are copied once more.
            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                let capacity = greatest_capacity::<$item>(items);
                let spare = UsageExpr::difference(capacity.clone(), items.clone());
                let shrunk = UsageExpr::min(spare, UsageExpr::number(1));
                let values = vec![capacity, one_less(items), shrunk];
                exact::<$item>(name, &UsageExpr::Sum { values })
            }
        }
    )*};
}

boxed_slices! {
    [T] Box<[T]>, T;
    [] Box<str>, u8;
}
