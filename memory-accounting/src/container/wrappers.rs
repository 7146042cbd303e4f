//! Types that hold a container in place.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::{Mutex, OnceLock, RwLock};

use super::layout::LOCK;
use super::same_as::same_as;
use super::{Container, HashContainer};
use crate::expr::UsageExpr;

same_as! {
    /// As the container inside.
    impl[C: Container] Container<Item = C::Item> for Option<C> = C;
    /// As the hash table inside.
    impl[C: HashContainer] HashContainer for Option<C> = C;
    /// As the container inside.
    impl[C: Container] Container<Item = C::Item> for RwLock<C> = C;
    /// As the hash table inside.
    impl[C: HashContainer] HashContainer for RwLock<C> = C;
    /// As the container inside.
    impl[C: Container] Container<Item = C::Item> for RefCell<C> = C;
    /// As the hash table inside.
    impl[C: HashContainer] HashContainer for RefCell<C> = C;
    /// As the container inside.
    impl[C: Container] Container<Item = C::Item> for OnceCell<C> = C;
    /// As the hash table inside.
    impl[C: HashContainer] HashContainer for OnceCell<C> = C;
    /// As the container inside.
    impl[C: Container] Container<Item = C::Item> for OnceLock<C> = C;
    /// As the hash table inside.
    impl[C: HashContainer] HashContainer for OnceLock<C> = C;
    /// As the container inside.
    impl[C: Container] Container<Item = C::Item> for Cell<C> = C;
    /// As the hash table inside.
    impl[C: HashContainer] HashContainer for Cell<C> = C;
}

/// Locks that are, or hold, a `Mutex` of the standard library. Those of tokio wait in a semaphore, which keeps its waiters in their
/// futures behind such a mutex (`src/sync/batch_semaphore.rs`, tokio 1.54).
macro_rules! locks {
    ($($(#[$when:meta])? $lock:ty;)*) => {$(
        $(#[$when])?
        /// As the container inside, and the system's lock where that has to be on the heap.
        impl<C: Container> Container for $lock {
            type Item = C::Item;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                C::allocated(name, items)
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                locked(C::bounded(name, items), LOCK)
            }

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                locked(C::grown(name, items), LOCK)
            }

            fn max_items_retained(items: &UsageExpr) -> UsageExpr {
                C::max_items_retained(items)
            }
        }

        $(#[$when])?
        /// As the hash table inside, and the system's lock where that has to be on the heap.
        impl<C: HashContainer> HashContainer for $lock {
            fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                locked(C::insert_only_bounded(name, items), LOCK)
            }

            fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr {
                locked(C::insert_only_grown(name, items), LOCK)
            }

            fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                C::headroom_allocated(name, items)
            }

            fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                locked(C::headroom_bounded(name, items), LOCK)
            }
        }
    )*};
}

locks! {
    Mutex<C>;
    #[cfg(feature = "tokio")] tokio::sync::Mutex<C>;
    #[cfg(feature = "tokio")] tokio::sync::RwLock<C>;
}

#[cfg(feature = "parking_lot")]
same_as! {
    /// As the container inside.
    impl[C: Container] Container<Item = C::Item> for parking_lot::Mutex<C> = C;
    /// As the hash table inside.
    impl[C: HashContainer] HashContainer for parking_lot::Mutex<C> = C;
    /// As the container inside.
    impl[C: Container] Container<Item = C::Item> for parking_lot::RwLock<C> = C;
    /// As the hash table inside.
    impl[C: HashContainer] HashContainer for parking_lot::RwLock<C> = C;
}

/// What is inside, and a lock of `lock` bytes where the system's has to be on the heap.
pub(super) fn locked(inside: UsageExpr, lock: usize) -> UsageExpr {
    if lock == 0 {
        return inside;
    }
    UsageExpr::Sum { values: vec![inside, UsageExpr::constant("lock", lock)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_counted_where_it_is_on_the_heap() {
        assert_eq!(locked(UsageExpr::number(10), 0), UsageExpr::number(10));
        assert_eq!(locked(UsageExpr::number(10), 64).evaluate(), 74);
    }
}
