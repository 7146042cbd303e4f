//! A value that is used without a lock, and now and then replaced.

use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// Has a value, or none yet.
///
/// ```text
/// who uses the value               who replaces it
/// 1. USERS + 1                     a. VALUE := the new one
/// 2. value := VALUE                b. USERS?  0: frees the old one; else it stays for ever
/// 3. … used …
/// 4. USERS - 1
/// ```
///
/// All are in one order that every thread agrees on. Who has the old value has read it before a, and so counts at b, or is done.
#[derive(Debug)]
pub(super) struct Slot<T> {
    value: AtomicPtr<T>,
    users: AtomicUsize,
    owns: PhantomData<T>,
}

impl<T: Send + Sync> Slot<T> {
    pub(super) const fn new() -> Self {
        Self { value: AtomicPtr::new(ptr::null_mut()), users: AtomicUsize::new(0), owns: PhantomData }
    }

    /// Replaces the value. One that is in use at that moment is never dropped, and neither is any in a child that was forked while it was.
    pub(super) fn set(&self, value: T) {
        let old = self.value.swap(Box::into_raw(Box::new(value)), Ordering::SeqCst);
        if !old.is_null() && self.users.load(Ordering::SeqCst) == 0 {
            // SAFETY: `set` has made it of a box, nobody uses it, and nobody can find it any more.
            drop(unsafe { Box::from_raw(old) });
        }
    }

    /// Calls `used`, which must not panic, with the value, if there is one. Allocates nothing, and waits for nobody.
    pub(super) fn with(&self, used: impl FnOnce(&T)) {
        self.users.fetch_add(1, Ordering::SeqCst);
        // SAFETY: null, or what `set` has made of a box, and does not free while this is counted.
        if let Some(value) = unsafe { self.value.load(Ordering::SeqCst).as_ref() } {
            used(value);
        }
        self.users.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_is_replaced_is_dropped_unless_it_is_in_use() {
        let (slot, witness) = (Slot::new(), Arc::new(()));
        slot.with(|_| unreachable!("there is none"));
        for _ in 0..100 {
            slot.set(Arc::clone(&witness));
        }
        assert_eq!(Arc::strong_count(&witness), 2);
        slot.with(|value| {
            slot.set(Arc::clone(&witness));
            assert!(Arc::ptr_eq(value, &witness));
            assert_eq!(Arc::strong_count(&witness), 3);
        });
        slot.set(Arc::clone(&witness));
        assert_eq!(Arc::strong_count(&witness), 3, "one is kept for ever");
    }
}
