//! The connections that are open, as many as there may be.

use std::time::Duration;

use memory_accounting::allocator::Track;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;

use super::progress::Progress;

/// Connections and how far each has come.
#[derive(Debug)]
pub(super) struct Places {
    connections: JoinSet<()>,
    taken: Vec<Place>,
    limit: usize,
    /// How long a connection may stand still while all places are taken.
    grace: Duration,
}

#[derive(Debug)]
struct Place {
    connection: AbortHandle,
    progress: Progress,
}

impl Places {
    pub(super) fn new(limit: usize, grace: Duration) -> Self {
        Self { connections: JoinSet::new(), taken: Vec::with_capacity(limit), limit, grace }
    }

    pub(super) fn is_full(&self) -> bool {
        self.taken.len() >= self.limit
    }

    pub(super) fn len(&self) -> usize {
        self.taken.len()
    }

    /// Takes a place for a connection that tells of its `progress`.
    pub(super) fn take(&mut self, progress: Progress, connection: impl Future<Output = ()> + Send + 'static) {
        let connection = self.connections.spawn(connection.in_current_allocation_group());
        self.taken.push(Place { connection, progress });
    }

    /// Waits until a place is free again; whether that was taken from a connection. It is from the one that has stood still the longest,
    /// where that is too long and all places are taken: somebody may be waiting.
    pub(super) async fn change(&mut self) -> bool {
        let slowest = self.taken.iter().map(|place| place.progress.last()).min();
        let due = slowest.filter(|_| self.is_full()).and_then(|last| last.checked_add(self.grace));
        let is_displaced = tokio::select! {
            Some(_) = self.connections.join_next() => false,
            () = until(due) => self.displace(),
        };
        self.taken.retain(|place| !place.connection.is_finished());
        is_displaced
    }

    /// Ends what has stood still for too long, and the longest; it may have moved meanwhile.
    fn displace(&mut self) -> bool {
        let slowest = self.taken.iter().enumerate().min_by_key(|(_, place)| place.progress.last());
        let slowest = slowest.map(|(index, place)| (index, place.progress.last()));
        match slowest.filter(|(_, last)| last.elapsed() >= self.grace) {
            Some((index, _)) => {
                self.taken.swap_remove(index).connection.abort();
                true
            }
            None => false,
        }
    }
}

/// Waits for that time; for ever where there is none.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
