//! The component that turns lines into metrics.

mod context;
mod distribution;
mod drop_reason;
mod family;
mod flush;
mod gauge;
mod growth;
mod labels;
mod metric;
mod sample;
mod shedding;
mod store;
mod unique;

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_channel::Receiver;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use crate::configuration::AggregatorConfiguration;
use crate::protocol::{self, Line, ParseError};
use crate::source::Packet;
use crate::telemetry::Telemetry;

pub(crate) use context::Context;
pub(crate) use distribution::Summary;
pub(crate) use drop_reason::DropReason;
pub(crate) use family::{FamilyTable, LONGEST_SUFFIX_BYTES};
pub(crate) use flush::Flush;
pub(crate) use metric::Reading;
pub(crate) use sample::Sample;
pub(crate) use store::{Entry, SeriesTable, Store};

/// Takes packets from the source and keeps what they say.
#[derive(Debug)]
pub(crate) struct Aggregator {
    packets: Receiver<Packet>,
    store: SharedStore,
    flushes: watch::Sender<Flush>,
    /// The first malformed line since the last flush.
    malformed_line: Sample,
    telemetry: Arc<Telemetry>,
}

/// The metrics, written by the aggregator and read by whoever shows them.
#[derive(Debug, Clone)]
pub(crate) struct SharedStore(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Mutex<Store>,
    reconfigured: Notify,
}

impl SharedStore {
    pub(crate) fn new(store: Store) -> Self {
        Self(Arc::new(Shared { store: Mutex::new(store), reconfigured: Notify::new() }))
    }

    /// Goes by another configuration from now on, also in when the next flush is.
    pub(crate) fn reconfigure(&self, configuration: &AggregatorConfiguration) {
        self.lock().reconfigure(configuration);
        self.0.reconfigured.notify_one();
    }

    /// A panic elsewhere leaves the store usable: every operation on it is complete before it could panic.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Store> {
        self.0.lock()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Aggregator {
    /// Allocates the tables. Nothing is aggregated before [`run`](Self::run).
    pub(crate) fn build(
        configuration: &AggregatorConfiguration,
        packets: Receiver<Packet>,
        telemetry: Arc<Telemetry>,
    ) -> Self {
        Self {
            packets,
            store: SharedStore::new(Store::new(configuration)),
            flushes: watch::Sender::new(Flush::read(0, Sample::default(), &telemetry)),
            malformed_line: Sample::default(),
            telemetry,
        }
    }

    /// The metrics, for those who show them.
    pub(crate) fn store(&self) -> SharedStore {
        self.store.clone()
    }

    /// What each flush found; closed when the aggregator has stopped.
    pub(crate) fn flushes(&self) -> watch::Receiver<Flush> {
        self.flushes.subscribe()
    }

    /// Aggregates until the source is gone and its last packet is taken, then flushes once more.
    pub(crate) async fn run(mut self) {
        let mut last_flush = Instant::now();
        let mut flush_interval = self.flush_interval();
        loop {
            tokio::select! {
                packet = self.packets.recv() => match packet {
                    Ok(packet) => packet.take_in(|bytes| self.aggregate(bytes)),
                    Err(_) => break,
                },
                () = sleep_until(last_flush + flush_interval) => {
                    self.flush();
                    last_flush = Instant::now();
                }
                () = self.store.0.reconfigured.notified() => flush_interval = self.flush_interval(),
            }
        }
        self.flush();
    }

    /// As it is configured now.
    fn flush_interval(&self) -> Duration {
        self.store.lock().flush_interval()
    }

    fn aggregate(&mut self, packet: &[u8]) {
        let mut store = self.store.lock();
        store.set_time(seconds_since_1970());
        for line in protocol::lines(packet) {
            self.telemetry.lines.increment();
            match Line::parse(line) {
                Ok(line) => {
                    self.telemetry.ignored_fields.add(line.ignored_fields);
                    store.record(&line, |reason| self.telemetry.dropped.increment(reason));
                }
                Err(ParseError::Unsupported(kind)) => self.telemetry.unsupported.increment(kind),
                Err(reason) => {
                    self.telemetry.malformed.increment(reason);
                    if self.malformed_line.is_empty() {
                        self.malformed_line = Sample::of(line);
                    }
                }
            }
        }
        self.telemetry.replaced_contexts.add(store.take_replaced());
    }

    /// Nobody is asked for memory first: it allocates nothing, and makes room. So it needs no exempt handle of the limiter, and
    /// goes on when memory is hard.
    fn flush(&mut self) {
        let (contexts, expired) = {
            let mut store = self.store.lock();
            let expired = store.flush();
            (store.len(), expired)
        };
        self.telemetry.expired_contexts.add(expired);
        let malformed_line = mem::take(&mut self.malformed_line);
        self.flushes.send_replace(Flush::read(contexts, malformed_line, &self.telemetry));
    }
}

/// A clock before 1970 says nothing.
fn seconds_since_1970() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests;
