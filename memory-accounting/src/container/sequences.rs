//! Containers that keep their items in one run of memory.

use std::collections::{BinaryHeap, VecDeque};

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

/// The greatest capacity a vector reaches that grew from empty and never held more than `n` items.
fn greatest_capacity<T>(items: &UsageExpr) -> UsageExpr {
    let any = UsageExpr::min(items.clone(), UsageExpr::number(1));
    UsageExpr::Max {
        values: vec![
            any.times(&UsageExpr::number(least_capacity::<T>())),
            items.clone(),
            one_less(items).times(&UsageExpr::number(2)),
        ],
    }
}

/// The greatest capacity together with the storage it is copied from.
fn regrown<T>(name: &str, items: &UsageExpr, copied_from: UsageExpr) -> UsageExpr {
    let capacity = UsageExpr::Sum { values: vec![greatest_capacity::<T>(items), copied_from] };
    UsageExpr::Product { values: vec![UsageExpr::struct_size::<T>(name), capacity] }
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

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                regrown::<$item>(name, items, one_less(items))
            }
        }
    )*};
}

vectors! {
    [T] Vec<T>, T;
    [T] VecDeque<T>, T;
    [T] BinaryHeap<T>, T;
    [] String, u8;
}

/// Made from a vector created with the right capacity, or, in [`grown`](Container::grown), from one that
/// grew and is then shrunk.
impl<T> Container for Box<[T]> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        exact::<T>(name, items)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        exact::<T>(name, items)
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        regrown::<T>(name, items, items.clone())
    }
}
