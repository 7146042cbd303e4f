//! Pointers that own one value.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use super::layout::{Counted, LOCK};
use super::wrappers::locked;
use crate::expr::UsageExpr;

/// A type that owns at most one value, in an allocation of its own; what the derive's `boxed` is for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not own one value of a known size",
    label = "`boxed` is for a `Box`, `Arc` or `Rc` of such a value",
    note = "a container says how many items it holds at most: `per_item = \"…\"`",
    note = "what is behind `dyn` or has a length says how many bytes it owns, `bytes = \"…\"`, `subcomponent` if it declares bounds, or why it is not counted, `skip = \"reason\"`"
)]
pub trait OwningPointer {
    /// What it owns.
    type Value;

    /// The bytes of the allocation, with whatever stands before the value; the value is called `name`.
    fn allocated(name: &str) -> UsageExpr;
}

macro_rules! owners {
    ($($pointer:ty = $pointee:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T> OwningPointer for $pointer {
            type Value = T;

            fn allocated(name: &str) -> UsageExpr {
                UsageExpr::struct_size::<$pointee>(name)
            }
        }
    )*};
}

owners! {
    Box<T> = T;
    Arc<T> = Counted<T>;
    Rc<T> = Counted<T>;
}

/// The pointer is in there, or nothing is.
macro_rules! in_place {
    ($($wrapper:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<P: OwningPointer> OwningPointer for $wrapper {
            type Value = P::Value;

            fn allocated(name: &str) -> UsageExpr {
                P::allocated(name)
            }
        }
    )*};
}

in_place!(Option<P>, Cell<P>, OnceCell<P>, OnceLock<P>, RefCell<P>, RwLock<P>);

#[cfg(feature = "parking_lot")]
in_place!(parking_lot::Mutex<P>, parking_lot::RwLock<P>);

/// As the pointer inside, and the system's lock where that has to be on the heap.
macro_rules! behind_lock {
    ($($lock:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<P: OwningPointer> OwningPointer for $lock {
            type Value = P::Value;

            fn allocated(name: &str) -> UsageExpr {
                locked(P::allocated(name), LOCK)
            }
        }
    )*};
}

behind_lock!(Mutex<P>);

#[cfg(feature = "tokio")]
behind_lock!(tokio::sync::Mutex<P>, tokio::sync::RwLock<P>);
