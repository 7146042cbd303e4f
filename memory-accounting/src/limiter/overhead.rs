//! Tells what the allocator keeps from what is really held beside the heap.

/// Splits what is resident and not live, the *gap*, into what is retained and what is overhead.
///
/// ```text
/// resident − live = gap = retained + overhead
/// ```
///
/// Both are resident memory that no live block is in, but retained memory was freed and serves the next allocation, and overhead does not.
/// What tells them apart is how they come about. Memory is retained by freeing it: live falls, and resident does not. So between two
/// readings
///
/// - a gap that grew is retained as far as live fell, and overhead else;
/// - a gap that shrank was retained memory that is used again, or given back; and overhead that went only when nothing was retained.
///
/// Where retained memory does not serve, because it lies in other arenas or in pieces too small, resident goes on growing towards the
/// limit. Once it has reached nine tenths of that, growth shows that it does not, and all of it is overhead from then on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Overhead {
    live: u64,
    resident: u64,
    retained: u64,
    /// The rest of the gap: what is overhead.
    beside: u64,
    /// What was resident when retained memory began to be needed; the least since.
    served_from: Option<u64>,
    /// The most that overhead grew from one reading to the next, lately.
    surge: u64,
    /// The most that overhead ever was.
    greatest: u64,
}

/// From which part of the limit on retained memory has to prove that it serves.
const PROOF_PERCENT: u8 = 90;

/// The most of the limit that is kept free for overhead to grow into.
const SURGE_PERCENT: u8 = 10;

/// Of what is kept free for that, each reading forgets this part: near the limit, where readings are 5 ms apart, half of it in 0.2 s.
const SURGE_FADES: u64 = 64;

/// How much of the limit may be added meanwhile: readings of live and resident are not of the same moment.
const NOISE_PERCENT: u8 = 1;

impl Overhead {
    /// What is known from one reading: all of the gap is overhead.
    pub(super) fn new(live: u64, resident: u64) -> Self {
        let beside = resident.saturating_sub(live);
        Self { live, resident, retained: 0, beside, served_from: None, surge: 0, greatest: beside }
    }

    /// What follows where `live` and `resident` bytes are read next, and `full` may be resident.
    pub(super) fn next(self, live: u64, resident: u64, full: u64) -> Self {
        let (before, gap) = (self.resident.saturating_sub(self.live), resident.saturating_sub(live));
        let mut next = Self { live, resident, ..self };
        if gap >= before {
            let grown = gap.saturating_sub(before);
            let freed = self.live.saturating_sub(live).min(grown);
            next.retained = self.retained.saturating_add(freed);
        } else {
            next.retained = self.retained.saturating_sub(before.saturating_sub(gap));
        }
        next.retained = next.retained.min(gap);
        next.prove(full);
        next.beside = gap.saturating_sub(next.retained);
        let grown = next.beside.saturating_sub(self.beside);
        let faded = self.surge.saturating_sub(self.surge.div_ceil(SURGE_FADES));
        next.greatest = self.greatest.max(next.beside);
        next.surge = grown.max(faded).min(super::limits::part(full, SURGE_PERCENT));
        next
    }

    fn prove(&mut self, full: u64) {
        if self.retained == 0 || self.resident < super::limits::part(full, PROOF_PERCENT) {
            self.served_from = None;
            return;
        }
        let from = self.served_from.map_or(self.resident, |from| from.min(self.resident));
        self.served_from = Some(from);
        if self.resident.saturating_sub(from) > super::limits::part(full, NOISE_PERCENT) {
            self.retained = 0;
        }
    }

    /// Bytes beside the heap.
    pub(super) fn overhead_bytes(&self) -> u64 {
        self.beside
    }

    /// The most bytes beside the heap that any reading found.
    pub(super) fn greatest_bytes(&self) -> u64 {
        self.greatest
    }

    /// Bytes by which overhead may grow before the next reading tells, as it did lately.
    pub(super) fn surge_bytes(&self) -> u64 {
        self.surge
    }

    /// Bytes that the allocator keeps.
    pub(super) fn retained_bytes(&self) -> u64 {
        self.retained
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FULL: u64 = 1000;

    /// The retained bytes and the overhead after each of the readings, of live and resident bytes.
    fn after(readings: &[(u64, u64)]) -> (u64, u64) {
        let mut readings = readings.iter();
        let (live, resident) = *readings.next().expect("one");
        let last = readings.fold(Overhead::new(live, resident), |overhead, (live, resident)| {
            overhead.next(*live, *resident, FULL)
        });
        (last.retained_bytes(), last.overhead_bytes())
    }

    #[test]
    fn a_burst_that_was_freed_is_retained() {
        assert_eq!(after(&[(10, 30), (400, 420), (10, 420)]), (390, 20));
    }

    #[test]
    fn what_is_given_back_was_retained() {
        assert_eq!(after(&[(10, 30), (400, 420), (10, 420), (10, 35)]), (5, 20));
    }

    #[test]
    fn what_is_used_again_was_retained() {
        assert_eq!(after(&[(10, 30), (400, 420), (10, 420), (300, 420)]), (100, 20));
    }

    #[test]
    fn what_grows_beside_the_heap_is_overhead_also_while_memory_is_retained() {
        assert_eq!(after(&[(10, 30), (400, 420), (10, 420), (10, 520)]), (390, 120));
    }

    #[test]
    fn what_was_given_back_at_once_was_never_retained() {
        assert_eq!(after(&[(10, 30), (400, 420), (10, 30), (10, 300)]), (0, 290));
    }

    #[test]
    fn overhead_that_goes_is_gone() {
        assert_eq!(after(&[(10, 300), (10, 30)]), (0, 20));
    }

    #[test]
    fn retained_memory_that_does_not_serve_near_the_limit_is_overhead() {
        let burst = [(10, 30), (880, 900), (10, 900)];
        assert_eq!(after(&burst), (870, 20));
        let used_again = [&burst[..], &[(500, 905)]].concat();
        assert_eq!(after(&used_again), (385, 20));
        let grown = [&burst[..], &[(40, 930)]].concat();
        assert_eq!(after(&grown), (0, 890));
    }

    #[test]
    fn a_burst_that_filled_the_limit_is_retained_when_it_is_freed() {
        assert_eq!(after(&[(10, 30), (880, 900), (950, 970), (10, 970)]), (940, 20));
    }

    #[test]
    fn overhead_may_grow_again_as_it_did_lately() {
        let surge = |readings: &[u64]| {
            let overhead = Overhead::new(10, 10);
            readings
                .iter()
                .fold(overhead, |overhead, resident| overhead.next(10, *resident, FULL))
                .surge_bytes()
        };
        assert_eq!(surge(&[70]), 60);
        assert_eq!(surge(&[70, 70]), 59, "it fades");
        assert_eq!(surge(&[70, 90]), 59, "a smaller one is covered");
        assert_eq!(surge(&[&[70][..], &[70; 100]].concat()), 0);
        assert_eq!(surge(&[500]), 100, "a tenth of the limit at most");
    }

    #[test]
    fn the_most_there_was_is_remembered() {
        let readings = [(10, 40), (10, 300), (10, 30), (10, 90)];
        let mut overhead = Overhead::new(10, 30);
        let greatest = readings.map(|(live, resident)| {
            overhead = overhead.next(live, resident, FULL);
            overhead.greatest_bytes()
        });
        assert_eq!(greatest, [30, 290, 290, 290]);
        assert_eq!(Overhead::new(10, 30).greatest_bytes(), 20);
    }

    proptest! {
        #[test]
        fn the_parts_add_up(readings: Vec<(u16, u16)>) {
            let mut overhead = Overhead::default();
            for (live, resident) in readings {
                let (live, resident) = (u64::from(live), u64::from(resident));
                overhead = overhead.next(live, resident, FULL);
                let parts = overhead.retained_bytes() + overhead.overhead_bytes();
                prop_assert_eq!(parts, resident.saturating_sub(live));
            }
        }
    }
}
