//! How many of those who wait are let through between two looks: a pure function of what is known and the time.

use std::time::{Duration, Instant};

/// How long one budget lasts. Whoever was let through has allocated by the end of it, so that the next look sees it.
pub(super) const WINDOW: Duration = Duration::from_millis(10);

/// What one caller is taken to allocate before anything is known of it: the largest packet of UDP, a common size of buffers.
const FIRST_GUESS_BYTES: u64 = 64 << 10;

/// How many are let through in the first window after memory was hard. It doubles with each.
const SLOW_START: u64 = 4;

/// The longest that the interval between callers let through while memory is hard becomes, as a multiple of what it is at first.
const LONGEST_BACK_OFF: u32 = 16;

/// Keeps what is let through below the room there is, however many wait.
///
/// What a caller takes is not known before it has taken it, so it is learnt: from what tracked bytes grew by while callers were let through.
/// A budget of callers lasts for a window; it is half the room by what one is thought to take, and at most twice the one before, so that a
/// wrong guess is seen before it does harm.
#[derive(Debug)]
pub(super) struct Pacing {
    window: Option<Window>,
    /// The most callers of the next window; `None` while nobody had to wait.
    most: Option<u64>,
    bytes_per_caller: u64,
    /// The last time that a caller was let through while memory was hard, and the tracked bytes then.
    progress: Option<(Instant, u64)>,
    back_off: u32,
}

#[derive(Debug)]
struct Window {
    ends: Instant,
    left: u64,
    let_through: u64,
    tracked_bytes: u64,
}

impl Pacing {
    /// Nothing is known but the limit.
    pub(super) fn new(limit_bytes: u64) -> Self {
        Self {
            window: None,
            most: None,
            bytes_per_caller: FIRST_GUESS_BYTES.min(limit_bytes / 64).max(1),
            progress: None,
            back_off: 1,
        }
    }

    /// Begins another window where the last one is over. `tracked_bytes` are in use, and there is room for `room_bytes` more.
    pub(super) fn look(&mut self, now: Instant, tracked_bytes: u64, room_bytes: u64) {
        if self.window.as_ref().is_some_and(|window| now < window.ends) {
            return;
        }
        if let Some(window) = self.window.take() {
            self.learn(&window, tracked_bytes);
        }
        let fitting = (room_bytes / self.bytes_per_caller / 2).max(1);
        let left = self.most.map_or(fitting, |most| fitting.min(most));
        self.most = self.most.map(|most| most.saturating_mul(2));
        let ends = now.checked_add(WINDOW).unwrap_or(now);
        self.window = Some(Window { ends, left, let_through: 0, tracked_bytes });
    }

    /// The guess follows what grows at once and what shrinks by an eighth at a time.
    fn learn(&mut self, window: &Window, tracked_bytes: u64) {
        let grown = tracked_bytes.saturating_sub(window.tracked_bytes);
        let Some(each) = grown.checked_div(window.let_through) else { return };
        let less = self.bytes_per_caller.saturating_sub(self.bytes_per_caller / 8);
        self.bytes_per_caller = each.max(less).max(1);
    }

    /// Takes one caller off the budget, if it has one.
    pub(super) fn try_take(&mut self) -> bool {
        let Some(window) = &mut self.window else { return false };
        match window.left.checked_sub(1) {
            Some(left) => {
                window.left = left;
                window.let_through = window.let_through.saturating_add(1);
                true
            }
            None => false,
        }
    }

    /// When there is another budget, where this one is used up.
    pub(super) fn used_up_until(&self) -> Option<Instant> {
        self.window.as_ref().filter(|window| window.left == 0).map(|window| window.ends)
    }

    /// Memory is hard no more: callers go on at once, slowly at first, by a budget for the room there is now.
    pub(super) fn no_longer_hard(&mut self) {
        self.most = Some(SLOW_START);
        self.window = None;
        self.progress = None;
        self.back_off = 1;
    }

    /// Nobody waits, and memory is not scarce: whoever comes next begins anew.
    pub(super) fn at_ease(&mut self) {
        self.window = None;
        self.most = None;
    }

    /// When a caller may be let through although memory is hard, where `interval` is the time between two.
    pub(super) fn progress_at(&self, since: Instant, interval: Duration) -> Instant {
        let from = self.progress.map_or(since, |(last, _)| last);
        from.checked_add(interval.saturating_mul(self.back_off)).unwrap_or(from)
    }

    /// Notes that one was. Where the one before made no room, the next has to wait longer.
    pub(super) fn progressed(&mut self, now: Instant, tracked_bytes: u64) {
        self.back_off = match self.progress {
            Some((_, before)) if tracked_bytes >= before => {
                self.back_off.saturating_mul(2).min(LONGEST_BACK_OFF)
            }
            _ => 1,
        };
        self.progress = Some((now, tracked_bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: u64 = 64 * 1000;

    fn take_all(pacing: &mut Pacing) -> u64 {
        let mut taken = 0;
        while pacing.try_take() {
            taken += 1;
        }
        taken
    }

    #[test]
    fn a_window_has_room_for_half_of_those_that_are_thought_to_fit() {
        let (mut pacing, now) = (Pacing::new(LIMIT), Instant::now());
        assert!(!pacing.try_take());
        pacing.look(now, 0, 8000);
        assert_eq!(take_all(&mut pacing), 4);
        pacing.look(now, 0, 8000);
        assert_eq!(take_all(&mut pacing), 0, "within the same window");
    }

    #[test]
    fn there_is_always_room_for_one() {
        let mut pacing = Pacing::new(LIMIT);
        pacing.look(Instant::now(), LIMIT, 0);
        assert_eq!(take_all(&mut pacing), 1);
    }

    #[test]
    fn what_callers_take_is_learnt() {
        let (mut pacing, now) = (Pacing::new(LIMIT), Instant::now());
        pacing.look(now, 0, 8000);
        assert_eq!(take_all(&mut pacing), 4);
        let next = now + WINDOW;
        pacing.look(next, 8000, 8000);
        assert_eq!(take_all(&mut pacing), 2, "each took 2000");
        pacing.look(next + WINDOW, 8000, 28_000);
        assert_eq!(take_all(&mut pacing), 8, "nothing was taken: an eighth less, 1750");
    }

    #[test]
    fn after_hard_times_it_begins_slowly() {
        let (mut pacing, now) = (Pacing::new(LIMIT), Instant::now());
        for window in 0..3 {
            pacing.look(now + WINDOW * window, 0, 1_000_000);
        }
        let now = now + WINDOW * 3;
        pacing.no_longer_hard();
        let taken = [0, 1, 2, 3].map(|window| {
            pacing.look(now + WINDOW * window, 0, 1_000_000);
            take_all(&mut pacing)
        });
        assert_eq!(taken, [4, 8, 16, 32]);
        pacing.at_ease();
        pacing.look(now + WINDOW * 4, 0, 1_000_000);
        assert!(take_all(&mut pacing) > 64);
    }

    #[test]
    fn progress_that_makes_no_room_becomes_rarer() {
        let (mut pacing, start) = (Pacing::new(LIMIT), Instant::now());
        let interval = Duration::from_secs(1);
        let mut now = start;
        let mut pauses = Vec::new();
        for _ in 0..7 {
            let at = pacing.progress_at(now, interval);
            pauses.push((at - now).as_secs());
            now = at;
            pacing.progressed(now, 100);
        }
        assert_eq!(pauses, [1, 1, 2, 4, 8, 16, 16]);
        pacing.progressed(now, 99);
        assert_eq!(pacing.progress_at(now, interval) - now, interval);
    }
}
