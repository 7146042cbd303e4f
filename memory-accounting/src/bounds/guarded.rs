//! Bounds of what is behind a lock or in a cell, where it can be read at once.

use std::cell::{OnceCell, RefCell};
use std::sync::{Mutex, OnceLock, RwLock, TryLockError};

use super::{MemoryBounds, MemoryBoundsBuilder, SkippedField};

/// Nothing waits for a lock while bounds are declared: what holds it may wait for that itself. What a panic left behind still
/// takes its memory.
macro_rules! guarded {
    ($($(#[$when:meta])? $lock:ty, $name:literal, $reason:ident, |$this:ident| $guard:expr;)*) => {$(
        $(#[$when])?
        /// As the value inside where it can be read at once; else it is skipped, with a reason that reports show.
        impl<T: MemoryBounds + ?Sized> MemoryBounds for $lock {
            fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
                let $this = self;
                match $guard {
                    Some(component) => component.specify_bounds(builder),
                    None => {
                        builder.skipped($name, $reason);
                    }
                }
            }
        }
    )*};
}

const LOCKED: &str = "it was locked when bounds were declared, so what is inside could not be read";
const BORROWED: &str = "it was borrowed when bounds were declared, so what is inside could not be read";

/// Whether something that would have counted could not be read, so that the bounds are not all there is.
pub(crate) fn could_not_be_read(skipped: &SkippedField) -> bool {
    [LOCKED, BORROWED].contains(&skipped.reason())
}

guarded! {
    Mutex<T>, "Mutex", LOCKED, |this| unpoisoned(this.try_lock());
    RwLock<T>, "RwLock", LOCKED, |this| unpoisoned(this.try_read());
    RefCell<T>, "RefCell", BORROWED, |this| this.try_borrow().ok();
    #[cfg(feature = "tokio")] tokio::sync::Mutex<T>, "Mutex", LOCKED, |this| this.try_lock().ok();
    #[cfg(feature = "tokio")] tokio::sync::RwLock<T>, "RwLock", LOCKED, |this| this.try_read().ok();
    #[cfg(feature = "parking_lot")] parking_lot::Mutex<T>, "Mutex", LOCKED, |this| this.try_lock();
    #[cfg(feature = "parking_lot")] parking_lot::RwLock<T>, "RwLock", LOCKED, |this| this.try_read();
}

fn unpoisoned<G>(locked: Result<G, TryLockError<G>>) -> Option<G> {
    match locked {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

macro_rules! once {
    ($($cell:ty),*) => {$(
        /// Nothing before it is set.
        impl<T: MemoryBounds> MemoryBounds for $cell {
            fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
                if let Some(component) = self.get() {
                    component.specify_bounds(builder);
                }
            }
        }
    )*};
}

once!(OnceCell<T>, OnceLock<T>);
