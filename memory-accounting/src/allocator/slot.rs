//! Which group a slot belongs to now, and whether that has been removed.

use super::atomic::{AtomicU32, AtomicUsize, Ordering, constructor, fence};
use super::counters::Amount;

/// What is known of a slot beside its counters.
///
/// Generations are even while a group is registered, and one more from its removal until the slot goes to the next group.
#[derive(Debug)]
pub(super) struct Slot {
    generation: AtomicU32,
    /// How many guards of threads without a table have entered the group.
    strays: AtomicUsize,
    /// What the earlier groups of this slot allocated, all of which they have deallocated.
    earlier_bytes: AtomicUsize,
    earlier_objects: AtomicUsize,
}

impl Slot {
    constructor! {
    fn new() -> Self {
        Self {
            generation: AtomicU32::new(0),
            strays: AtomicUsize::new(0),
            earlier_bytes: AtomicUsize::new(0),
            earlier_objects: AtomicUsize::new(0),
        }
    }
    }

    /// Whether the group of that generation is registered.
    #[inline]
    pub(super) fn is_registered(&self, generation: u32) -> bool {
        self.generation.load(Ordering::Acquire) == generation
    }

    /// Whether the slot is still that of this generation: registered, or removed and not yet drained.
    pub(super) fn is_held(&self, generation: u32) -> bool {
        self.generation.load(Ordering::Acquire) & !1 == generation
    }

    /// The generation of the group that the slot was last given to.
    pub(super) fn generation(&self) -> u32 {
        self.generation.load(Ordering::Acquire) & !1
    }

    /// Marks the group of that generation as removed, unless it was; from here on nobody enters it.
    pub(super) fn remove(&self, generation: u32) -> bool {
        self.generation
            .compare_exchange(generation, generation | 1, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }

    /// Makes the slot that of the next group, after everything that was ever allocated in it, `earlier`, was deallocated.
    /// `false` where generations have run out.
    pub(super) fn renew(&self, earlier: Amount) -> bool {
        let Some(next) = self.generation().checked_add(2) else { return false };
        self.generation.store(next, Ordering::Relaxed);
        // Pairs with the fence of `holds_still`: who sees what follows also sees the new generation.
        fence(Ordering::Release);
        self.earlier_bytes.store(earlier.bytes, Ordering::Relaxed);
        self.earlier_objects.store(earlier.objects, Ordering::Relaxed);
        true
    }

    /// What the earlier groups of this slot allocated and deallocated.
    pub(super) fn earlier(&self) -> Amount {
        Amount {
            bytes: self.earlier_bytes.load(Ordering::Relaxed),
            objects: self.earlier_objects.load(Ordering::Relaxed),
        }
    }

    /// Whether everything read so far was that of the group of this generation.
    pub(super) fn holds_still(&self, generation: u32) -> bool {
        fence(Ordering::Acquire);
        self.is_held(generation)
    }

    /// Enters the group of `group` without a table to write it down in; `false` where it is not registered.
    pub(super) fn stray_in(&self, generation: u32) -> bool {
        self.strays.fetch_add(1, Ordering::Relaxed);
        // Pairs with the heavy barrier: either this sees the removal, or the remover sees the stray.
        fence(Ordering::SeqCst);
        let registered = self.is_registered(generation);
        if !registered {
            self.stray_out();
        }
        registered
    }

    /// Ends what [`stray_in`](Self::stray_in) began.
    pub(super) fn stray_out(&self) {
        self.strays.fetch_sub(1, Ordering::Release);
    }

    pub(super) fn has_strays(&self) -> bool {
        self.strays.load(Ordering::Acquire) != 0
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
    fn a_removed_group_takes_no_stray() {
        let slot = Slot::new();
        assert!(slot.stray_in(0));
        assert!(slot.has_strays());
        assert!(slot.remove(0));
        assert!(!slot.stray_in(0));
        slot.stray_out();
        assert!(!slot.has_strays());
    }
}
