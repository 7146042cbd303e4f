//! Locking that survives a panic elsewhere, and a fork.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::system::NoFork;

/// What a mutex guards, until dropped.
#[derive(Debug)]
pub(crate) struct Guard<'a, T> {
    // Dropped in this order.
    guard: MutexGuard<'a, T>,
    _no_fork: NoFork,
}

/// Locks `mutex`. Every critical section in this crate leaves its data valid at each step, so a panic of
/// another holder (in a user's code) is no reason to fail here. A child that is forked meanwhile can have it as well.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> Guard<'_, T> {
    let no_fork = NoFork::new();
    Guard { guard: mutex.lock().unwrap_or_else(PoisonError::into_inner), _no_fork: no_fork }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}
