//! Pointers that own a container.

use std::rc::Rc;
use std::sync::Arc;

use super::layout::Counted;
use super::{Container, HashContainer};
use crate::expr::UsageExpr;

/// The container is behind the pointer, in one allocation made by `new`: its own size once, and what it takes. That allocation is
/// there even while it holds no items.
macro_rules! pointers {
    ($($(#[$documentation:meta])* $pointer:ty = $pointee:ty;)*) => {$(
        $(#[$documentation])*
        #[diagnostic::do_not_recommend]
        impl<C: Container> Container for $pointer {
            type Item = C::Item;

            fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                behind_pointer::<$pointee>(C::allocated(name, items))
            }

            fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                behind_pointer::<$pointee>(C::bounded(name, items))
            }

            fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
                behind_pointer::<$pointee>(C::grown(name, items))
            }

            fn max_items_retained(items: &UsageExpr) -> UsageExpr {
                C::max_items_retained(items)
            }
        }

        $(#[$documentation])*
        #[diagnostic::do_not_recommend]
        impl<C: HashContainer> HashContainer for $pointer {
            fn insert_only_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                behind_pointer::<$pointee>(C::insert_only_bounded(name, items))
            }

            fn insert_only_grown(name: &str, items: &UsageExpr) -> UsageExpr {
                behind_pointer::<$pointee>(C::insert_only_grown(name, items))
            }

            fn headroom_allocated(name: &str, items: &UsageExpr) -> UsageExpr {
                behind_pointer::<$pointee>(C::headroom_allocated(name, items))
            }

            fn headroom_bounded(name: &str, items: &UsageExpr) -> UsageExpr {
                behind_pointer::<$pointee>(C::headroom_bounded(name, items))
            }
        }
    )*};
}

pointers! {
    /// The container itself, once, and what it takes.
    Box<C> = C;
    /// The container itself behind two counters, once, and what it takes.
    Arc<C> = Counted<C>;
    /// The container itself behind two counters, once, and what it takes.
    Rc<C> = Counted<C>;
}

/// What the pointer's allocation of a `P` takes, and what is in there.
fn behind_pointer<P>(inside: UsageExpr) -> UsageExpr {
    match size_of::<P>() {
        0 => inside,
        size => UsageExpr::Sum { values: vec![UsageExpr::constant("pointee", size), inside] },
    }
}
