//! Values that are allocated once and lent out again and again, so that their number is their memory.

use std::mem;
use std::ops::{Deref, DerefMut};

use async_channel::{Receiver, Sender};

/// What a bounded channel keeps for each value it has room for: a counter that says whose turn it is, and the value.
pub(crate) type Slot<T> = (usize, T);

/// A fixed number of values to lend.
#[derive(Debug)]
pub(crate) struct Pool<T> {
    idle: Receiver<T>,
    returns: Sender<T>,
}

impl<T: Default> Pool<T> {
    /// Makes all the values now; there are never more, and never fewer.
    pub(crate) fn new(count: usize, make: impl Fn() -> T) -> Self {
        let (returns, idle) = async_channel::bounded(count);
        for _ in 0..count {
            // There is room for exactly `count` values, and the receiver is alive.
            let _ = returns.try_send(make());
        }
        Self { idle, returns }
    }

    /// Waits until a value is idle.
    pub(crate) async fn take(&self) -> Option<Lease<T>> {
        let value = self.idle.recv().await.ok()?;
        Some(Lease { value, returns: self.returns.clone() })
    }
}

/// A value on loan; dropping it gives it back.
#[derive(Debug)]
#[must_use = "a lease that is dropped goes straight back to its pool"]
pub(crate) struct Lease<T: Default> {
    value: T,
    returns: Sender<T>,
}

impl<T: Default> Deref for Lease<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Default> DerefMut for Lease<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: Default> Drop for Lease<T> {
    fn drop(&mut self) {
        // The pool has room for all its values; when it is gone, so is the need for this one.
        let _ = self.returns.try_send(mem::take(&mut self.value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lends_each_value_once_and_takes_it_back() {
        let pool = Pool::new(1, || String::from("first"));
        let mut lease = pool.take().await.unwrap();
        assert!(pool.idle.is_empty());
        lease.push_str(" edited");
        drop(lease);
        assert_eq!(*pool.take().await.unwrap(), "first edited");
    }
}
