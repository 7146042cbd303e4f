//! What the thread that asks the hooks is told: that the level is another one, that bytes are wanted, that a hook has returned.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::Thread;

use super::component::Component;
use super::level::Level;
use crate::allocator::AllocationGroupToken;
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
    refused: Refused,
}

/// What somebody was refused, and may ask for again.
#[derive(Debug, Default)]
pub(super) struct Refused {
    /// The most bytes.
    pub(super) bytes: u64,
    /// The most bytes of each component that was over its bound with them.
    pub(super) of_components: Vec<(Arc<Component>, u64)>,
}

impl Refused {
    fn add(&mut self, bytes: u64, component: Option<&Arc<Component>>) {
        self.bytes = self.bytes.max(bytes);
        let Some(component) = component else { return };
        match self.of_components.iter_mut().find(|(other, _)| Arc::ptr_eq(other, component)) {
            Some((_, most)) => *most = bytes.max(*most),
            None => self.of_components.push((Arc::clone(component), bytes)),
        }
    }
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

    /// Somebody was refused `bytes`, and may ask again; `component` would be over its bound with them.
    pub(super) fn refused(&self, bytes: u64, component: Option<&Arc<Component>>) {
        if !self.is_watched() {
            return;
        }
        AllocationGroupToken::root().scope(|| {
            let mut notes = lock(&self.notes);
            if notes.refused.bytes == 0 {
                notes.call();
            }
            notes.refused.add(bytes, component);
        });
    }

    /// What somebody was refused since this was last taken.
    pub(super) fn take_refused(&self) -> Refused {
        std::mem::take(&mut lock(&self.notes).refused)
    }

    pub(super) fn has_refused(&self) -> bool {
        lock(&self.notes).refused.bytes > 0
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
