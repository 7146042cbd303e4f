//! Types that hold a container in place.

use std::cell::{Cell, RefCell};
use std::sync::{Mutex, RwLock};

use super::layout::LOCK;
use super::{Container, HashContainer};
use crate::UsageExpr;

/// What is inside, and a lock of `lock` bytes where the system's has to be on the heap.
fn locked(inside: UsageExpr, lock: usize) -> UsageExpr {
    if lock == 0 {
        return inside;
    }
    UsageExpr::Sum { values: vec![inside, UsageExpr::constant("lock", lock)] }
}

macro_rules! wrappers {
    ($($wrapper:ty, $lock:expr;)*) => {$(
        /// As the container inside.
        impl<C: Container> Container for $wrapper {
            type Item = C::Item;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                C::allocated(name, items)
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                locked(C::bounded(name, items), $lock)
            }

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                locked(C::grown(name, items), $lock)
            }

            fn kept(items: &UsageExpr) -> UsageExpr {
                C::kept(items)
            }
        }

        /// As the hash table inside.
        impl<C: HashContainer> HashContainer for $wrapper {
            fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                locked(C::insert_only_bounded(name, items), $lock)
            }

            fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr {
                locked(C::insert_only_grown(name, items), $lock)
            }

            fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                C::headroom_allocated(name, items)
            }

            fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                locked(C::headroom_bounded(name, items), $lock)
            }
        }
    )*};
}

wrappers! {
    Option<C>, 0;
    Mutex<C>, LOCK;
    RwLock<C>, 0;
    RefCell<C>, 0;
    Cell<C>, 0;
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
