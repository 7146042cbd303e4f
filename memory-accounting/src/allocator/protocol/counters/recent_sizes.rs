//! The largest blocks of a group that were allocated lately.

use crate::allocator::protocol::atomic::{AtomicU64, Ordering, array, constructor};

/// How many sizes are kept: with as many, all that a group reports fits a cache line.
pub(crate) const SIZES: usize = 4;

/// The largest sizes of which a block was noted in this window of time, or in the one before it.
///
/// ```text
///  63             44 43                      0
/// +-----------------+-------------------------+
/// | window,         | bytes, or the most that |      0: none yet
/// | modulo 2^20     | fits, 16 TiB            |
/// +-----------------+-------------------------+
/// ```
///
/// A slot is one number, so threads need no protocol. Who notes a size exchanges the slot it has chosen, unless another thread has changed that
/// meanwhile: then the size is lost, as all are that were not looked at. Two threads that note the same size at once may both find a slot for
/// it, so readers leave out what they have read. What is in a slot of 2^20 windows ago, and was not replaced since, is taken for recent.
#[derive(Debug)]
pub(crate) struct RecentSizes {
    slots: [AtomicU64; SIZES],
}

const WINDOW_SHIFT: u32 = 44;

const MOST: u64 = (1 << WINDOW_SHIFT) - 1;

impl RecentSizes {
    constructor! {
    fn new() -> Self {
        Self { slots: array![AtomicU64::new(0); SIZES] }
    }
    }

    /// Notes a block of `bytes` in `window`, where it is among the largest: in the place of one of its size, or else of one that is not
    /// recent any more, or else of the smallest.
    pub(crate) fn note(&self, bytes: usize, window: u32) {
        let bytes = (bytes as u64).min(MOST);
        let mut smallest = None;
        for slot in &self.slots {
            let noted = slot.load(Ordering::Relaxed);
            let recent = recent_bytes(noted, window);
            if recent == bytes {
                smallest = Some((slot, noted, 0));
                break;
            }
            if smallest.is_none_or(|(_, _, smallest)| recent < smallest) {
                smallest = Some((slot, noted, recent));
            }
        }
        let new = u64::from(window) << WINDOW_SHIFT | bytes;
        if let Some((slot, noted, smallest)) = smallest.filter(|(_, noted, _)| *noted != new) {
            if bytes > smallest {
                let _lost = slot.compare_exchange(noted, new, Ordering::Relaxed, Ordering::Relaxed).is_err();
            }
        }
    }

    /// The sizes that are recent in `window`, each once, the largest first, and behind them zeros.
    pub(crate) fn recent(&self, window: u32) -> [u64; SIZES] {
        let mut sizes = [0; SIZES];
        for slot in &self.slots {
            let mut carried = recent_bytes(slot.load(Ordering::Relaxed), window);
            if sizes.contains(&carried) {
                continue;
            }
            for size in &mut sizes {
                if carried > *size {
                    std::mem::swap(&mut carried, size);
                }
            }
        }
        sizes
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        for slot in &self.slots {
            slot.store(0, Ordering::Relaxed);
        }
    }
}

/// The size that was `noted`, if that was in `window` or in the one before it; else 0.
fn recent_bytes(noted: u64, window: u32) -> u64 {
    let age = (u64::from(window) << WINDOW_SHIFT).wrapping_sub(noted & !MOST) >> WINDOW_SHIFT;
    if age <= 1 { noted & MOST } else { 0 }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn noted(blocks: &[(usize, u32)]) -> RecentSizes {
        let sizes = RecentSizes::new();
        for (bytes, window) in blocks {
            sizes.note(*bytes, *window);
        }
        sizes
    }

    #[test]
    fn the_largest_are_kept_each_once() {
        let sizes = noted(&[5, 3, 9, 5, 1, 7, 9, 2, 8].map(|bytes| (bytes, 0)));
        assert_eq!(sizes.recent(0), [9, 8, 7, 5]);
        assert_eq!(noted(&[(5, 0), (9, 0), (5, 0)]).recent(0), [9, 5, 0, 0]);
        sizes.clear();
        assert_eq!(sizes.recent(0), [0; SIZES]);
    }

    #[test]
    fn a_size_is_recent_in_its_window_and_in_the_next() {
        let sizes = noted(&[(9, 6), (5, 7)]);
        assert_eq!(sizes.recent(6), [9, 0, 0, 0], "what a window that is over did not know");
        assert_eq!([7, 8, 9].map(|window| sizes.recent(window)[..2] == [9, 5]), [true, false, false]);
        assert_eq!(sizes.recent(8), [5, 0, 0, 0]);
        // Seen again.
        sizes.note(5, 8);
        assert_eq!((sizes.recent(9), sizes.recent(10)), ([5, 0, 0, 0], [0; SIZES]));
    }

    #[test]
    fn what_is_not_recent_makes_room_before_what_is_small() {
        let sizes = noted(&[(9, 0), (2, 1), (3, 1), (4, 1)]);
        sizes.note(1, 2);
        assert_eq!(sizes.recent(2), [4, 3, 2, 1]);
        sizes.note(1, 2);
        sizes.note(8, 2);
        assert_eq!(sizes.recent(2), [8, 4, 3, 2]);
    }

    #[test]
    fn the_number_of_the_window_may_be_any() {
        const LAST: u32 = (1 << 20) - 1;
        for window in [LAST, u32::MAX] {
            let sizes = noted(&[(9, window)]);
            assert_eq!(sizes.recent(window.wrapping_add(1)), [9, 0, 0, 0]);
            assert_eq!(sizes.recent(window.wrapping_add(2)), [0; SIZES]);
        }
    }

    #[test]
    fn a_size_that_does_not_fit_is_the_most_that_does() {
        let sizes = noted(&[(usize::MAX, 1)]);
        #[cfg(target_pointer_width = "64")]
        assert_eq!(sizes.recent(1), [(1 << 44) - 1, 0, 0, 0]);
        sizes.note(0, 1);
        assert_eq!(sizes.recent(1)[1..], [0; 3], "there is no block of no bytes");
    }

    #[test]
    fn threads_that_note_at_once_leave_whole_sizes() {
        let sizes = RecentSizes::new();
        std::thread::scope(|scope| {
            for thread in 0..4_usize {
                let sizes = &sizes;
                scope.spawn(move || (0..2000).for_each(|number| sizes.note(1000 + thread + number % 7, 3)));
            }
        });
        let recent = sizes.recent(3);
        assert!(recent.is_sorted_by(|one, other| one > other), "{recent:?}");
        assert!(recent.iter().all(|size| (1000..1010).contains(size)), "{recent:?}");
    }
}
