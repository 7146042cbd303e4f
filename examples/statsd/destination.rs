//! The component that shows metrics, over HTTP and on standard output.

mod connection;
mod endpoint;
mod pages;
mod places;
mod progress;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use memory_accounting::{MemoryLimiter, Reservation};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::aggregator::{Flush, SharedStore};
use crate::configuration::DestinationConfiguration;
use crate::console;
use crate::listen::{self, ListenError};
use crate::telemetry::Telemetry;

use connection::ConnectionLimits;
use endpoint::Endpoint;
use places::Places;
use progress::Progress;

/// After a failure to accept, which mostly means too many open files, and lasts.
const ERROR_PAUSE: Duration = Duration::from_millis(100);

/// How long a connection may stand still while all places are taken: longer than the way to a client and back, and short enough that
/// those who wait for a place get one within the second.
const GRACE: Duration = Duration::from_millis(100);

/// How long a connection tries to get its memory: shorter than any scraper waits.
const PATIENCE: Duration = Duration::from_secs(2);

/// Between two attempts.
const RETRY_PAUSE: Duration = Duration::from_millis(20);

/// Bytes that the system is to keep of an answer that its client has not taken. They are no heap of this process, but its control
/// group pays for them.
const SEND_BUFFER_BYTES: usize = 64 << 10;

/// Answers requests for the metrics and logs each flush.
#[derive(Debug)]
pub(crate) struct Destination {
    listener: TcpListener,
    router: axum::Router,
    places: Places,
    limits: ConnectionLimits,
    limiter: MemoryLimiter,
    /// The most that one connection may take.
    connection_bytes: u64,
    flushes: watch::Receiver<Flush>,
    /// What was logged last.
    last_flush: Flush,
    store: SharedStore,
    telemetry: Arc<Telemetry>,
}

impl Destination {
    /// Takes the address. Beside the metrics it serves `reports`.
    pub(crate) fn build(
        configuration: &DestinationConfiguration,
        limiter: MemoryLimiter,
        reports: axum::Router,
        store: SharedStore,
        flushes: watch::Receiver<Flush>,
        telemetry: Arc<Telemetry>,
    ) -> Result<Self, ListenError> {
        let last_flush = *flushes.borrow();
        Ok(Self {
            listener: listen::tcp(configuration.address.get(), "--http-addr")?,
            router: Endpoint::build(configuration, store.clone(), Arc::clone(&telemetry))
                .router()
                .merge(pages::router(store.clone()))
                .merge(reports),
            places: Places::new(configuration.connection_limit.get(), GRACE),
            limits: ConnectionLimits::new(configuration),
            limiter,
            connection_bytes: configuration.connection_bytes(),
            flushes,
            last_flush,
            store,
            telemetry,
        })
    }

    /// The address in use, also where the configuration left the port to the system.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the aggregator has stopped.
    pub(crate) async fn run(mut self) {
        loop {
            self.telemetry.open_connections.set(self.places.len());
            let is_full = self.places.is_full();
            tokio::select! {
                accepted = self.listener.accept(), if !is_full => {
                    if let Ok((stream, _)) = accepted {
                        self.serve(stream);
                    } else {
                        self.telemetry.accept_errors.increment();
                        sleep(ERROR_PAUSE).await;
                    }
                }
                displaced = self.places.change() => {
                    self.telemetry.displaced_connections.add(u64::from(displaced));
                }
                changed = self.flushes.changed() => match changed {
                    Ok(()) => self.log(),
                    Err(_) => break,
                },
            }
        }
    }

    fn log(&mut self) {
        let flush = *self.flushes.borrow_and_update();
        let changes = flush.since(&self.last_flush);
        console::log(format_args!("flush: {changes}"));
        if changes.has_reached_context_limit() {
            // Not under the lock, for who reads the log may be slow.
            let largest = self.store.lock().largest_families(1);
            for (contexts, name) in largest {
                console::log(format_args!("the context limit is reached; {name} holds the most, {contexts}"));
            }
        }
        self.last_flush = flush;
    }

    /// What is promised to a connection is its part of what was declared, so there is room for it as long as no more is in
    /// use than that. A flush frees and allocates nothing, and asks for nothing.
    fn serve(&mut self, stream: TcpStream) {
        // Without it, as much as the system likes is kept for who takes nothing.
        let _ = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER_BYTES);
        let progress = Progress::start();
        let (limiter, bytes, limits) = (self.limiter.clone(), self.connection_bytes, self.limits);
        let (router, telemetry) = (self.router.clone(), Arc::clone(&self.telemetry));
        let watched = progress.clone();
        self.places.take(progress, async move {
            if let Some(promised) = promised(&limiter, bytes).await {
                limits.serve(stream, watched, router, promised, telemetry).await;
            } else {
                telemetry.refused_connections.increment();
                connection::refuse(stream).await;
            }
        });
        if self.places.is_full() {
            self.telemetry.busy.increment();
        }
    }
}

/// Memory for a connection, as soon as there is room for it; `None` where there is none for too long.
///
/// While packets wait for memory, nobody else is promised any: so a connection tries again in between. It does not wait in line with them, for there
/// one after the other goes on although there is no room.
async fn promised(limiter: &MemoryLimiter, bytes: u64) -> Option<Reservation> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Ok(promised) = limiter.try_reserve(bytes) {
            return Some(promised);
        }
        if Instant::now() >= end {
            return None;
        }
        sleep(RETRY_PAUSE).await;
    }
}

#[cfg(test)]
mod tests;
