//! Types that hold a container in place.

use std::cell::{Cell, RefCell};
use std::sync::{Mutex, RwLock};

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
    impl[C: Container] Container<Item = C::Item> for Cell<C> = C;
    /// As the hash table inside.
    impl[C: HashContainer] HashContainer for Cell<C> = C;
}

/// As the container inside, and the system's lock where that has to be on the heap.
impl<C: Container> Container for Mutex<C> {
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

/// As the hash table inside, and the system's lock where that has to be on the heap.
impl<C: HashContainer> HashContainer for Mutex<C> {
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

/// What is inside, and a lock of `lock` bytes where the system's has to be on the heap.
fn locked(inside: UsageExpr, lock: usize) -> UsageExpr {
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
