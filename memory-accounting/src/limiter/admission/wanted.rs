//! How much would have to be freed.

use std::time::Instant;

use super::Admission;
use super::state::State;
use crate::limiter::ledger::Ledger;
use crate::limiter::level::Level;

impl Admission {
    /// The bytes to be freed so that memory is no longer hard, the first that waits has room, and so has one who was refused
    /// `refused` bytes. Looks first.
    pub(in crate::limiter) fn wanted_bytes(&self, refused: u64, now: Instant) -> u64 {
        self.looked(now, |state| state.wanted_bytes(&self.ledger(state, now), refused, now))
    }
}

impl State {
    pub(super) fn wanted_bytes(&self, ledger: &Ledger, refused: u64, now: Instant) -> u64 {
        if !self.enforces() {
            return 0;
        }
        let (tracked, held) = (ledger.tracked_bytes(), ledger.held_bytes());
        let until_hard_ends = match self.levels.level() {
            Level::Hard => {
                let over = tracked.saturating_add(1).saturating_sub(self.limits.tracked.hard_ends);
                over.max(held.saturating_add(1).saturating_sub(self.limits.held.hard_ends))
            }
            Level::Normal | Level::Soft => 0,
        };
        let first = self.first(now).map_or(0, |first| first.request.bytes());
        let until_room = match first.max(refused) {
            0 => 0,
            bytes => tracked.saturating_add(bytes).saturating_sub(self.reservable(*ledger)),
        };
        until_hard_ends.max(until_room)
    }
}
