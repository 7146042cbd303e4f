//! Which group a slot belongs to now, and whether that has been removed.

use crate::allocator::protocol::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering, constructor, fence};
use crate::allocator::protocol::counters::Amount;

/// What is known of a slot beside its counters.
///
/// The life of a slot, and its generation `g`, which is even while a group is registered:
///
/// ```text
///  registered (g) --remove--> removed (g + 1) --reclaim, once nobody is inside and nothing alive--> registered (g + 2)
/// ```
#[derive(Debug)]
pub(crate) struct Slot {
    generation: AtomicU32,
    /// How many guards of *unlisted* threads, which have no table to write it down in, have entered the group.
    unlisted: AtomicUsize,
    /// What the earlier groups of this slot allocated, all of which they have deallocated.
    earlier_bytes: AtomicU64,
    earlier_objects: AtomicU64,
}

impl Slot {
    constructor! {
    fn new() -> Self {
        Self {
            generation: AtomicU32::new(0),
            unlisted: AtomicUsize::new(0),
            earlier_bytes: AtomicU64::new(0),
            earlier_objects: AtomicU64::new(0),
        }
    }
    }

    /// Whether the group of that generation is registered.
    #[inline]
    pub(crate) fn is_registered(&self, generation: u32) -> bool {
        self.generation.load(Ordering::Acquire) == generation
    }

    /// Whether the slot is still that of this generation: registered, or removed and not yet reclaimed.
    pub(crate) fn is_held(&self, generation: u32) -> bool {
        self.generation.load(Ordering::Acquire) & !1 == generation
    }

    /// The generation of the group that the slot was last given to.
    pub(crate) fn generation(&self) -> u32 {
        self.generation.load(Ordering::Acquire) & !1
    }

    /// Marks the group of that generation as removed, unless it was; from here on nobody enters it.
    pub(crate) fn remove(&self, generation: u32) -> bool {
        self.generation
            .compare_exchange(generation, generation | 1, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }

    /// Makes the slot that of the next group, after everything that was ever allocated in it, `earlier`, was deallocated.
    /// `false` where generations have run out.
    pub(crate) fn renew(&self, earlier: Amount) -> bool {
        let Some(next) = self.generation().checked_add(2) else { return false };
        self.generation.store(next, Ordering::Relaxed);
        // Pairs with the fence of `holds_still`: who sees what follows also sees the new generation.
        fence(Ordering::Release);
        self.earlier_bytes.store(earlier.bytes, Ordering::Relaxed);
        self.earlier_objects.store(earlier.objects, Ordering::Relaxed);
        true
    }

    /// What the earlier groups of this slot allocated and deallocated.
    pub(crate) fn earlier(&self) -> Amount {
        Amount {
            bytes: self.earlier_bytes.load(Ordering::Relaxed),
            objects: self.earlier_objects.load(Ordering::Relaxed),
        }
    }

    /// Whether everything read so far was that of the group of this generation.
    pub(crate) fn holds_still(&self, generation: u32) -> bool {
        fence(Ordering::Acquire);
        self.is_held(generation)
    }

    /// Enters the group of that generation for a thread without a table; `false` where it is not registered.
    pub(crate) fn enter_unlisted(&self, generation: u32) -> bool {
        self.unlisted.fetch_add(1, Ordering::Relaxed);
        // Pairs with the heavy barrier: either this sees the removal, or the remover sees that somebody is inside.
        fence(Ordering::SeqCst);
        let registered = self.is_registered(generation);
        if !registered {
            self.leave_unlisted();
        }
        registered
    }

    /// Ends what [`enter_unlisted`](Self::enter_unlisted) began.
    pub(crate) fn leave_unlisted(&self) {
        self.unlisted.fetch_sub(1, Ordering::Release);
    }

    pub(crate) fn has_unlisted(&self) -> bool {
        self.unlisted.load(Ordering::Acquire) != 0
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_removed_once_and_its_slot_renewed() {
        let slot = Slot::new();
        assert!(slot.is_registered(0));
        assert!(slot.remove(0));
        assert!(!slot.remove(0));
        assert!(!slot.is_registered(0) && slot.is_held(0));
        assert!(slot.renew(Amount { bytes: 5, objects: 1 }));
        assert!(!slot.is_held(0) && slot.is_registered(2));
        assert_eq!(slot.earlier(), Amount { bytes: 5, objects: 1 });
    }

    #[test]
    fn a_slot_without_generations_left_is_not_renewed() {
        let slot = Slot::new();
        slot.generation.store(u32::MAX - 1, Ordering::Relaxed);
        assert!(slot.remove(u32::MAX - 1));
        assert!(!slot.renew(Amount::default()));
    }

    #[test]
    fn a_removed_group_is_not_entered_by_an_unlisted_thread() {
        let slot = Slot::new();
        assert!(slot.enter_unlisted(0));
        assert!(slot.has_unlisted());
        assert!(slot.remove(0));
        assert!(!slot.enter_unlisted(0));
        slot.leave_unlisted();
        assert!(!slot.has_unlisted());
    }
}
