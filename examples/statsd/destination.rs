//! The component that shows metrics, over HTTP and on standard output.

mod connection;
mod endpoint;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use memory_accounting::MemoryLimiter;
use memory_accounting::allocator::Track;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::aggregator::{Flush, SharedStore};
use crate::configuration::DestinationConfiguration;
use crate::console;
use crate::listen::{self, ListenError};
use crate::telemetry::Telemetry;

use connection::ConnectionLimits;
use endpoint::Endpoint;

/// After a failure to accept, which mostly means too many open files, and lasts.
const ERROR_PAUSE: Duration = Duration::from_millis(100);

/// Answers requests for the metrics and logs each flush.
#[derive(Debug)]
pub(crate) struct Destination {
    listener: TcpListener,
    router: axum::Router,
    connections: JoinSet<()>,
    connection_limit: usize,
    limits: ConnectionLimits,
    limiter: MemoryLimiter,
    /// The most that one connection may take.
    connection_bytes: u64,
    flushes: watch::Receiver<Flush>,
    telemetry: Arc<Telemetry>,
}

impl Destination {
    /// Takes the address and allocates the pages.
    pub(crate) fn build(
        configuration: &DestinationConfiguration,
        limiter: MemoryLimiter,
        store: SharedStore,
        flushes: watch::Receiver<Flush>,
        telemetry: Arc<Telemetry>,
    ) -> Result<Self, ListenError> {
        Ok(Self {
            listener: listen::tcp(configuration.address, "--http-addr")?,
            router: Endpoint::build(configuration, store, Arc::clone(&telemetry)).router(),
            connections: JoinSet::new(),
            connection_limit: configuration.connection_limit.get(),
            limits: ConnectionLimits::new(configuration),
            limiter,
            connection_bytes: configuration.connection_bytes(),
            flushes,
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
            let has_room = self.connections.len() < self.connection_limit;
            let is_serving = !self.connections.is_empty();
            tokio::select! {
                accepted = self.listener.accept(), if has_room => {
                    if let Ok((stream, _)) = accepted {
                        self.serve(stream);
                    } else {
                        self.telemetry.accept_errors.increment();
                        tokio::time::sleep(ERROR_PAUSE).await;
                    }
                }
                _ = self.connections.join_next(), if is_serving => {}
                changed = self.flushes.changed() => match changed {
                    Ok(()) => console::say(format_args!("flush: {}", *self.flushes.borrow_and_update())),
                    Err(_) => break,
                },
            }
        }
    }

    /// What is promised to a connection is its part of what was declared, so there is room for it as long as no more is in
    /// use than that. Pages are made at the start, and a flush frees and allocates nothing: neither asks for anything.
    fn serve(&mut self, stream: TcpStream) {
        if let Ok(promised) = self.limiter.try_reserve(self.connection_bytes) {
            let connection = self.limits.serve(stream, self.router.clone(), promised);
            self.connections.spawn(connection.in_current_allocation_group());
        } else {
            self.telemetry.refused_connections.increment();
            self.connections.spawn(connection::refuse(stream).in_current_allocation_group());
        }
    }
}

#[cfg(test)]
mod tests;
