//! Types that hold a container in place and add no heap memory.

use std::cell::{Cell, RefCell};
use std::sync::{Mutex, RwLock};

use super::{Container, HashContainer};
use crate::UsageExpr;

macro_rules! wrappers {
    ($($wrapper:ty;)*) => {$(
        /// As the container inside.
        impl<C: Container> Container for $wrapper {
            type Item = C::Item;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                C::allocated(name, items)
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                C::bounded(name, items)
            }

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                C::grown(name, items)
            }
        }

        /// As the hash table inside.
        impl<C: HashContainer> HashContainer for $wrapper {
            fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                C::insert_only_bounded(name, items)
            }

            fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr {
                C::insert_only_grown(name, items)
            }

            fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                C::headroom_allocated(name, items)
            }

            fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                C::headroom_bounded(name, items)
            }
        }
    )*};
}

wrappers! {
    Option<C>;
    Mutex<C>;
    RwLock<C>;
    RefCell<C>;
    Cell<C>;
}
