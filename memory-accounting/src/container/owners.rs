//! Pointers that own one value or one slice.

use std::rc::Rc;
use std::sync::Arc;

use super::Container;
use super::sequences::greatest_capacity;
use crate::UsageExpr;

/// The value with the two counters in front of it.
#[repr(C)]
pub(super) struct Counted<T> {
    _counters: [usize; 2],
    _value: T,
}

macro_rules! owners {
    ($($owner:ty, $allocation:ty;)*) => {$(
        /// One allocation for each; write `per_item = 1` for a field that is one.
        impl<T> Container for $owner {
            type Item = T;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                UsageExpr::Product { values: vec![UsageExpr::struct_size::<$allocation>(name), items.clone()] }
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                Self::allocated(name, items)
            }

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                Self::allocated(name, items)
            }
        }
    )*};
}

owners! {
    Box<T>, T;
    Arc<T>, Counted<T>;
    Rc<T>, Counted<T>;
}

/// The counters and the items behind them, rounded up to the alignment of the whole.
fn counted_slice<T>(name: &str, items: &UsageExpr) -> UsageExpr {
    let alignment = align_of::<Counted<T>>();
    let header = UsageExpr::constant("counters", size_of::<Counted<[T; 0]>>());
    let slice = UsageExpr::Product { values: vec![UsageExpr::struct_size::<T>(name), items.clone()] };
    let exact = UsageExpr::Sum { values: vec![header, slice] };
    if size_of::<T>() % alignment == 0 {
        return exact;
    }
    UsageExpr::quotient(exact, UsageExpr::number(alignment)).times(&UsageExpr::number(alignment))
}

macro_rules! counted_slices {
    ($($owner:ty;)*) => {$(
        /// Made from a vector, whose storage is alive until the items have moved. Even an empty one has counters.
        impl<T> Container for $owner {
            type Item = T;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                counted_slice::<T>(name, items)
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                let vector = <Vec<T> as Container>::bounded(name, items);
                UsageExpr::Sum { values: vec![counted_slice::<T>(name, items), vector] }
            }

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                let vector = <Vec<T> as Container>::bounded(name, &greatest_capacity::<T>(items));
                UsageExpr::Sum { values: vec![counted_slice::<T>(name, items), vector] }
            }
        }
    )*};
}

counted_slices! {
    Arc<[T]>;
    Rc<[T]>;
}
