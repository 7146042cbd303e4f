//! The component that receives packets.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_channel::{Receiver, Sender};
use memory_accounting::MemoryLimiter;
use tokio::net::UdpSocket;
use tokio::sync::oneshot;

use crate::configuration::SourceConfiguration;
use crate::listen::{self, ListenError};
use crate::pool::{Lease, Pool};
use crate::telemetry::Telemetry;

/// Between two attempts when the system refuses to receive, so that a lasting failure does not take a whole processor.
const ERROR_PAUSE: Duration = Duration::from_millis(10);

/// Receives packets into buffers of its own and lends them to whoever reads the other end of the channel. When all are
/// on loan it stops receiving, and the system's socket buffer fills up instead of this process.
#[derive(Debug)]
pub(crate) struct Source {
    socket: UdpSocket,
    buffers: Pool<Box<[u8]>>,
    packets: Sender<Packet>,
    max_packet_bytes: usize,
    limiter: MemoryLimiter,
    telemetry: Arc<Telemetry>,
}

/// A packet in one of the source's buffers.
#[derive(Debug)]
pub(crate) struct Packet {
    buffer: Lease<Box<[u8]>>,
    length: usize,
}

impl Packet {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }
}

impl Source {
    /// Takes the address and allocates the buffers.
    pub(crate) fn build(
        configuration: &SourceConfiguration,
        limiter: MemoryLimiter,
        telemetry: Arc<Telemetry>,
    ) -> Result<(Self, Receiver<Packet>), ListenError> {
        let socket = listen::udp(configuration.address, "--statsd-addr")?;
        let max_packet_bytes = configuration.max_packet_bytes.get();
        let count = configuration.packet_buffers.get();
        // One byte more than allowed tells a packet that is too long from one that just fits.
        let make = || vec![0; max_packet_bytes.saturating_add(1)].into_boxed_slice();
        // There is a place for every buffer, so sending never waits.
        let (packets, received) = async_channel::bounded(count);
        let buffers = Pool::new(count, make);
        Ok((Self { socket, buffers, packets, max_packet_bytes, limiter, telemetry }, received))
    }

    /// The address in use, also where the configuration left the port to the system.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Receives until told to stop, or until nobody takes the packets any more; more slowly as the process nears its
    /// memory limit.
    pub(crate) async fn run(self, mut stop: oneshot::Receiver<()>) {
        loop {
            self.limiter.wait_for_capacity().await;
            let Some(mut buffer) = self.buffers.take().await else { break };
            let received = tokio::select! {
                _ = &mut stop => break,
                received = self.socket.recv(&mut buffer) => received,
            };
            match received {
                Ok(length) if length > self.max_packet_bytes => self.telemetry.oversized_packets.increment(),
                Ok(length) => {
                    self.telemetry.packets.increment();
                    if self.packets.send(Packet { buffer, length }).await.is_err() {
                        break;
                    }
                }
                Err(_) => {
                    self.telemetry.receive_errors.increment();
                    tokio::time::sleep(ERROR_PAUSE).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
