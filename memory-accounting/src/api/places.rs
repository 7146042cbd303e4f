//! How many may listen to events at once, and who loses a place.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::lock::lock;

/// For so long something may be ready to be sent that the connection has no room for, since what is in it is not read. Then its place is another's: a
/// browser that sleeps, or a program that was stopped, keeps its connection for as long as it likes. How soon it is full is up to the buffers of the
/// system: until then nothing tells it from one that is read.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The places there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    last_number: u64,
    holders: Vec<Holder>,
}

#[derive(Debug)]
struct Holder {
    number: u64,
    /// Since when what was sent to it is not read.
    unread_since: Option<Instant>,
}

/// There is none.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("{} clients listen to events already; ask for the status itself", Places::MOST)]
pub(super) struct TooMany;

/// A place, until it is dropped or lost.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    number: u64,
}

impl Places {
    /// Each is a connection, and somebody who looks.
    pub(super) const MOST: usize = 32;

    /// A place, where there is one at `now`, or somebody reads no more who has one.
    pub(super) fn take(&self, now: Instant) -> Result<Place, TooMany> {
        let mut taken = lock(&self.taken);
        if taken.holders.len() >= Self::MOST {
            taken.holders.retain(|holder| !holder.reads_no_more(now));
        }
        if taken.holders.len() >= Self::MOST {
            return Err(TooMany);
        }
        taken.last_number = taken.last_number.wrapping_add(1);
        let number = taken.last_number;
        taken.holders.push(Holder { number, unread_since: None });
        drop(taken);
        Ok(Place { places: self.clone(), number })
    }
}

impl Holder {
    fn reads_no_more(&self, now: Instant) -> bool {
        self.unread_since.is_some_and(|since| now.saturating_duration_since(since) >= PATIENCE)
    }
}

impl Place {
    /// Something is sent from `now` on: who asks for what comes next has read it.
    pub(super) fn sends(&self, now: Instant) {
        self.note(Some(now));
    }

    /// What was sent is read. Whether this still has a place.
    pub(super) fn is_read(&self) -> bool {
        self.note(None)
    }

    fn note(&self, unread_since: Option<Instant>) -> bool {
        let mut taken = lock(&self.places.taken);
        let holder = taken.holders.iter_mut().find(|holder| holder.number == self.number);
        holder.map(|holder| holder.unread_since = unread_since).is_some()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.places.taken).holders.retain(|holder| holder.number != self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(places: &Places, now: Instant) -> Vec<Place> {
        (0..Places::MOST).map(|_| places.take(now).unwrap()).collect()
    }

    #[test]
    fn a_place_is_free_again_when_it_is_dropped() {
        let (places, now) = (Places::default(), Instant::now());
        let mut taken = all(&places, now);
        assert_eq!(places.take(now).unwrap_err(), TooMany);
        taken.pop();
        assert!(places.take(now).is_ok());
    }

    #[test]
    fn who_does_not_read_loses_its_place_and_no_other() {
        let (places, now) = (Places::default(), Instant::now());
        let taken = all(&places, now);
        taken[0].sends(now);
        taken[1].sends(now);
        assert!(taken[1].is_read());
        let before = now.checked_add(PATIENCE).and_then(|then| then.checked_sub(Duration::from_nanos(1)));
        assert_eq!(places.take(before.unwrap()).unwrap_err(), TooMany);
        let _another = places.take(now.checked_add(PATIENCE).unwrap()).unwrap();
        assert_eq!(taken.iter().filter(|place| !place.is_read()).count(), 1);
        assert!(!taken[0].is_read());
    }

    #[test]
    fn nobody_loses_a_place_that_nobody_wants() {
        let (places, now) = (Places::default(), Instant::now());
        let place = places.take(now).unwrap();
        place.sends(now);
        let _another = places.take(now.checked_add(PATIENCE * 2).unwrap()).unwrap();
        assert!(place.is_read());
    }
}
