//! What callers do to each other without a lock: promising bytes, giving them back, and finding out that somebody waits for them.
//!
//! Nothing here uses anything else of the library: `tests/loom` compiles this file a second time, with the atomic types of `loom`, and
//! explores what threads can do in every order.

#[cfg(loom)]
use loom::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
#[cfg(not(loom))]
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What is promised and not allocated yet, how many hold it, and how many wait.
///
/// # No wake-up is lost
///
/// ```text
/// who gives back                                  who waits, under the lock
/// a. unfilled := unfilled - bytes                 1. joins the queue
/// b. ended := ended + 1, where a reservation ends 2. waiting := how many wait
/// c. reads waiting: where somebody waits,         3. reads unfilled and ended, by adding nothing to them
///    takes the lock, and looks                    4. looks: stays in the queue where there is no room yet
/// ```
///
/// 3 and a both read and write `unfilled`, so one of them comes first. If a does, 4 sees what a has given back. If 3 does, a reads what 3 has
/// left (`Acquire`, which pairs with the `Release` of 3), and so c sees 2. So either 4 finds the room, or c looks for the one that waits.
/// The same is true of b and `ended`.
///
/// # Nothing is promised twice
///
/// A promise is one exchange of `unfilled`, from the number that it was decided by. Live bytes were read before that, and `unfilled` may have changed
/// and be the same again: another reservation was made and filled meanwhile, whose bytes are live by now and were seen nowhere. So they are
/// read once more. What has been filled by the exchange is live for whoever reads after it (`Acquire`, which pairs with the `Release` of
/// a), and what is filled later counts in the number that was exchanged: no bytes are missed that `live` tells of by then. Where there is no room with
/// them, it is undone. The allocator tells of what threads have reported: a batch that is filled and not reported yet is in neither number
/// (`ledger.rs` says how much that may be).
///
/// A holder is counted before its bytes are promised, and until
/// after they are back: whoever finds no room because of it finds that there is a holder as well.
#[derive(Debug, Default)]
pub(crate) struct Promises {
    /// Bytes that are promised and not allocated yet.
    unfilled: AtomicU64,
    /// Reservations made, and how many of them ended. The limiter itself counts as one of them.
    made: AtomicU64,
    ended: AtomicU64,
    /// Tracked bytes up to which a reservation is made at once: 0 while somebody waits.
    reservable: AtomicU64,
    /// How many callers wait. Written under the lock alone.
    waiting: AtomicUsize,
}

/// As how many reservations the limiter itself counts, until it ends.
const LIMITER: u64 = 1;

/// What became of an attempt to promise bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Attempt {
    /// They are promised.
    Promised,
    /// There is no room for them.
    NoRoom,
    /// There is none, and others may have seen less than there is meanwhile: where somebody [waits](Promises::waiting), look.
    TakenBack,
}

impl Promises {
    /// Makes a reservation of `bytes` if there is room for them and nobody waits for it, where `live` tells how many bytes are live.
    #[inline]
    pub(crate) fn try_reserve(&self, bytes: u64, live: impl Fn() -> u64) -> Attempt {
        let most = self.reservable.load(Ordering::Relaxed);
        let Some(unfilled) = self.fitting(bytes, most, &live) else { return Attempt::NoRoom };
        self.made.fetch_add(1, Ordering::Relaxed);
        let attempt = self.promise_from(unfilled, bytes, most, &live);
        if attempt == Attempt::Promised {
            return attempt;
        }
        self.made.fetch_sub(1, Ordering::Relaxed);
        // As step b, for whoever has seen one holder too many.
        self.ended.fetch_add(0, Ordering::AcqRel);
        Attempt::TakenBack
    }

    /// Promises `bytes` more to a reservation if there is room for them and nobody waits for it.
    pub(crate) fn try_grow(&self, bytes: u64, live: impl Fn() -> u64) -> Attempt {
        self.try_promise(bytes, self.reservable.load(Ordering::Relaxed), live)
    }

    /// Promises `bytes` more if no more than `most` are tracked then.
    pub(crate) fn try_promise(&self, bytes: u64, most: u64, live: impl Fn() -> u64) -> Attempt {
        match self.fitting(bytes, most, &live) {
            Some(unfilled) => self.promise_from(unfilled, bytes, most, &live),
            None => Attempt::NoRoom,
        }
    }

    /// What is unfilled, where there is room for `bytes` beside it.
    #[inline]
    fn fitting(&self, bytes: u64, most: u64, live: impl Fn() -> u64) -> Option<u64> {
        let unfilled = self.unfilled.load(Ordering::Acquire);
        fit(live(), unfilled, bytes, most).then_some(unfilled)
    }

    /// Promises `bytes` beside `unfilled`, which leaves room for them, or beside what is unfilled by now, if that does.
    #[inline]
    fn promise_from(&self, mut unfilled: u64, bytes: u64, most: u64, live: impl Fn() -> u64) -> Attempt {
        loop {
            // Not saturating: giving back undoes it to the byte.
            let Some(next) = unfilled.checked_add(bytes) else { return Attempt::NoRoom };
            match self.unfilled.compare_exchange_weak(unfilled, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) if fit(live(), unfilled, bytes, most) => return Attempt::Promised,
                Ok(_) => {
                    self.give_back(bytes);
                    return Attempt::TakenBack;
                }
                Err(now) => unfilled = now,
            }
            if !fit(live(), unfilled, bytes, most) {
                return Attempt::NoRoom;
            }
        }
    }

    /// Promises `bytes` more whatever there is.
    pub(crate) fn promise(&self, bytes: u64) {
        self.unfilled.fetch_add(bytes, Ordering::AcqRel);
    }

    /// A reservation begins, before its bytes are promised; or the limiter, before there is any.
    pub(crate) fn begin(&self) {
        self.made.fetch_add(1, Ordering::Relaxed);
    }

    /// `bytes` are no longer promised: step a. Whoever does so then looks, where somebody [waits](Self::waiting).
    #[inline]
    pub(crate) fn give_back(&self, bytes: u64) {
        self.unfilled.fetch_sub(bytes, Ordering::AcqRel);
    }

    /// A reservation has ended, whose bytes are back: step b. Whoever ends it then looks, where somebody [waits](Self::waiting).
    ///
    /// Says whether nobody is left, neither the limiter nor a reservation. That is so once: only who is not done yet makes others, so there are as
    /// many made as have ended only after the last of them.
    #[inline]
    pub(crate) fn end(&self) -> bool {
        let before = self.ended.fetch_add(1, Ordering::AcqRel);
        self.made.load(Ordering::Relaxed) == before.wrapping_add(1)
    }

    /// Forgets all that was promised. Only while nothing is: in a forked child, before anything is promised there. What was promised in the
    /// parent must not be given back in it.
    pub(crate) fn forget_all(&self) {
        self.unfilled.store(0, Ordering::Relaxed);
        self.ended.store(self.made().saturating_sub(LIMITER), Ordering::Relaxed);
    }

    /// How many bytes are promised and not allocated yet.
    #[inline]
    pub(crate) fn unfilled(&self) -> u64 {
        self.unfilled.load(Ordering::Acquire)
    }

    /// How many reservations were made, and limiters.
    pub(crate) fn made(&self) -> u64 {
        self.made.load(Ordering::Acquire)
    }

    /// How many reservations there are. Those that ended are read first: all of them are among those that were made.
    pub(crate) fn holders(&self) -> u64 {
        let ended = self.ended.load(Ordering::Acquire);
        self.made().saturating_sub(ended).saturating_sub(LIMITER)
    }

    /// How many wait: step c.
    #[inline]
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Says under the lock up to how many tracked bytes a reservation is made at once, and how many wait: steps 2 and 3.
    pub(crate) fn publish(&self, reservable: u64, waiting: usize) {
        self.reservable.store(reservable, Ordering::Relaxed);
        let before = self.waiting.load(Ordering::Relaxed);
        self.waiting.store(waiting, Ordering::Relaxed);
        // Who has waited for longer was looked for since it joined.
        if waiting > before {
            self.unfilled.fetch_add(0, Ordering::AcqRel);
            self.ended.fetch_add(0, Ordering::AcqRel);
        }
    }
}

/// Whether `bytes` more are no more than `most` in all.
#[inline]
fn fit(live: u64, unfilled: u64, bytes: u64, most: u64) -> bool {
    unfilled.checked_add(bytes).is_some_and(|promised| live.saturating_add(promised) <= most)
}
