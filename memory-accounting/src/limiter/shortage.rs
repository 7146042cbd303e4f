//! What the thread that asks the hooks is told: that the level is another one, that bytes are wanted, that a hook has returned.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Thread;

use super::level::Level;
use crate::lock::lock;
use crate::system::OfThisProcess;

/// Wakes the thread of the hooks when there is something to do. Costs one load as long as there are no hooks.
#[derive(Debug, Default)]
pub(super) struct Shortage {
    is_watched: AtomicBool,
    notes: Mutex<Notes>,
}

#[derive(Debug, Default)]
struct Notes {
    watcher: Option<OfThisProcess<Thread>>,
    is_called: bool,
    level: Level,
    is_wanting: bool,
    /// The most bytes that somebody was refused.
    refused: u64,
}

impl Notes {
    /// In a forked child the thread is not there, and waking it could end the child; see `allocator/process/waker.rs`.
    fn call(&mut self) {
        self.is_called = true;
        if let Some(thread) = self.watcher.as_ref().and_then(OfThisProcess::get) {
            thread.unpark();
        }
    }
}

impl Shortage {
    /// Wakes `thread` from now on.
    pub(super) fn watched_by(&self, thread: Thread) {
        let mut notes = lock(&self.notes);
        notes.watcher = Some(OfThisProcess::new(thread));
        notes.call();
        self.is_watched.store(true, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn is_watched(&self) -> bool {
        self.is_watched.load(Ordering::Relaxed)
    }

    /// Takes in the level, and whether there are bytes wanted.
    pub(super) fn publish(&self, level: Level, is_wanting: bool) {
        let mut notes = lock(&self.notes);
        if notes.level != level || (is_wanting && !notes.is_wanting) {
            notes.call();
        }
        (notes.level, notes.is_wanting) = (level, is_wanting);
    }

    /// Somebody was refused `bytes`, and may ask again.
    pub(super) fn refused(&self, bytes: u64) {
        if !self.is_watched() {
            return;
        }
        let mut notes = lock(&self.notes);
        if notes.refused == 0 {
            notes.call();
        }
        notes.refused = notes.refused.max(bytes);
    }

    /// The most bytes that somebody was refused since this was last taken.
    pub(super) fn take_refused(&self) -> u64 {
        std::mem::take(&mut lock(&self.notes).refused)
    }

    pub(super) fn has_refused(&self) -> bool {
        lock(&self.notes).refused > 0
    }

    /// Wakes the thread.
    pub(super) fn call(&self) {
        lock(&self.notes).call();
    }

    /// Whether the thread was called since this was last taken.
    pub(super) fn take_call(&self) -> bool {
        std::mem::take(&mut lock(&self.notes).is_called)
    }
}
