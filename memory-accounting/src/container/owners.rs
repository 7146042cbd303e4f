//! Pointers that own one value or one slice.

use std::rc::Rc;
use std::sync::Arc;

use super::Container;
use super::layout::Counted;
use super::same_as::same_as;
use super::sequences::greatest_capacity;
use crate::expr::UsageExpr;

/// One allocation for each; write `per_item = 1` for a field that is one.
impl<T> Container for Box<T> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        UsageExpr::Product { values: vec![UsageExpr::struct_size::<T>(name), items.clone()] }
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::allocated(name, items)
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Self::allocated(name, items)
    }
}

same_as! {
    /// One allocation for each, with two counters; write `per_item = 1` for a field that is one.
    impl[T] Container<Item = T> for Arc<T> = Box<Counted<T>>;
    /// One allocation for each, with two counters; write `per_item = 1` for a field that is one.
    impl[T] Container<Item = T> for Rc<T> = Box<Counted<T>>;
}

/// Made from a vector, whose storage is alive until the items have moved. Even an empty one has counters.
impl<T> Container for Arc<[T]> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        counted_slice::<T>(name, items)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        let vector = Vec::<T>::bounded(name, items);
        UsageExpr::Sum { values: vec![counted_slice::<T>(name, items), vector] }
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        let vector = Vec::<T>::bounded(name, &greatest_capacity::<T>(items));
        UsageExpr::Sum { values: vec![counted_slice::<T>(name, items), vector] }
    }
}

same_as! {
    /// As an `Arc`.
    impl[T] Container<Item = T> for Rc<[T]> = Arc<[T]>;
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
