//! Being told when the thread ends.

use super::{THREAD, Thread};

/// Leaves the thread's tables to others when the thread ends. Dropped late: it was registered by the first allocation of the thread, and
/// destructors run in the opposite order.
struct Departure;

thread_local! {
    static DEPARTURE: Departure = const { Departure };
}

impl Drop for Departure {
    fn drop(&mut self) {
        // The state has no destructor, so it cannot be gone.
        let _ = THREAD.try_with(Thread::depart);
    }
}

/// Has this thread depart when it ends; `false` where it is about to, so that nothing would see to it any more. May allocate.
pub(super) fn announce() -> bool {
    DEPARTURE.try_with(|_| ()).is_ok()
}
