//! A forked child, which has a copy of everything, and none of the threads that it is about.

use super::state::State;
use super::{Admission, Attention};
use crate::lock::{Guard, lock};
use crate::system::fork_generation;

impl Admission {
    /// What is known, under its lock. In a forked child, that of a limiter which nobody has asked yet.
    pub(super) fn locked(&self) -> Guard<'_, State> {
        let mut state = lock(&self.state);
        if !self.promises.is_of_this_process() {
            self.begin_anew(&mut state);
        }
        state
    }

    /// Forgets who waits, whose wakers may need threads that are not here, and what was promised, since who has it cannot be told from those that are
    /// not here. Nobody in this process reserves anything before.
    pub(super) fn begin_anew(&self, state: &mut State) {
        self.counters.gave_up.add(state.queue.len() as u64);
        state.queue.forget_all();
        state.overdrawn = None;
        state.attended = Attention::default();
        self.promises.forget_all();
        self.publish(state, self.now());
        self.promises.go_on_in(fork_generation());
    }
}
