//! What one holder has beyond the room there was, so that holders do not wait for each other.

use std::sync::Arc;

use super::Admission;
use crate::limiter::component::Component;
use crate::limiter::queue::{Request, Ticket};

/// Bytes of growth for which there was no room. While there are any, nobody else is given others.
///
/// ```text
/// bytes = what each reservation has of them, until it is given back or the reservation ends
///       + what was granted to a caller that does not know it yet
/// ```
///
/// There may be several such reservations: parts of the one that grew.
#[derive(Debug)]
pub(super) struct Overdraft {
    /// The first growth of them.
    ticket: Ticket,
    bytes: u64,
}

impl Overdraft {
    /// `None` of no bytes.
    pub(super) fn new(ticket: Ticket, bytes: u64) -> Option<Self> {
        (bytes > 0).then_some(Self { ticket, bytes })
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Admission {
    /// For how many bytes of the growth of `ticket`, which was let through and not known to be, there was no room.
    pub(in crate::limiter) fn overdrawn_by(&self, ticket: Ticket) -> u64 {
        let state = self.locked();
        state.overdrawn.as_ref().filter(|own| own.ticket == ticket).map_or(0, |own| own.bytes)
    }

    /// Promises `bytes` more to the holder that overdraws: others wait for it to end, so it must not wait for them. Returns how many of them it
    /// overdraws.
    ///
    /// # Errors
    ///
    /// All that would be overdrawn, where that is more than the limit: its parts together have no more of it than it could have alone.
    pub(in crate::limiter) fn overdraw_more(
        &self,
        bytes: u64,
        component: Option<&Arc<Component>>,
    ) -> Result<u64, u64> {
        let mut state = self.locked();
        let most = if state.enforces() { state.limits.effective_bytes } else { u64::MAX };
        let mut overdrawn = 0;
        if let Some(own) = &mut state.overdrawn {
            let in_all = own.bytes.saturating_add(bytes);
            if in_all > most {
                return Err(in_all);
            }
            overdrawn = in_all.saturating_sub(own.bytes);
            own.bytes = in_all;
        }
        drop(state);
        self.grant_anyway(Request::Growth(bytes), component);
        Ok(overdrawn)
    }

    /// Whoever had more than there was room for has given `bytes` of that back.
    #[cold]
    pub(in crate::limiter) fn give_back_overdrawn(&self, bytes: u64) {
        let mut state = self.locked();
        let own = state.overdrawn.take();
        state.overdrawn = own.and_then(|own| Overdraft::new(own.ticket, own.bytes.saturating_sub(bytes)));
    }
}
