//! The component that receives packets.

mod intake;
mod socket;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_channel::{Receiver, Sender};
use tokio::sync::oneshot;

use crate::configuration::SourceConfiguration;
use crate::listen::ListenError;
use crate::pool::{Lease, Pool};
use crate::telemetry::Telemetry;

use intake::Promise;
pub(crate) use intake::{Intake, SharedTerms};
pub(crate) use socket::ReceiveBuffer;
use socket::Socket;

/// Between two attempts when the system refuses to receive, so that a lasting failure does not take a whole processor.
const ERROR_PAUSE: Duration = Duration::from_millis(10);

/// Receives packets into buffers of its own and lends them to whoever reads the other end of the channel. When all are
/// on loan it stops receiving, and the system's socket buffer fills up instead of this process.
#[derive(Debug)]
pub(crate) struct Source {
    socket: Socket,
    buffers: Pool<Box<[u8]>>,
    packets: Sender<Packet>,
    max_packet_bytes: usize,
    intake: Intake,
    telemetry: Arc<Telemetry>,
}

/// A packet in one of the source's buffers, and the memory for what becomes of it.
#[derive(Debug)]
pub(crate) struct Packet {
    buffer: Lease<Box<[u8]>>,
    length: usize,
    promise: Promise,
}

impl Packet {
    /// Hands the packet to `aggregate`. What that allocates is what the packet was promised.
    pub(crate) fn take_in(mut self, aggregate: impl FnOnce(&[u8])) {
        let bytes = self.buffer.get(..self.length).unwrap_or_default();
        self.promise.fill(|| aggregate(bytes));
    }
}

impl Source {
    /// Takes the address and allocates the buffers.
    pub(crate) fn build(
        configuration: &SourceConfiguration,
        intake: Intake,
        telemetry: Arc<Telemetry>,
    ) -> Result<(Self, Receiver<Packet>), ListenError> {
        let socket = Socket::bind(configuration)?;
        let max_packet_bytes = configuration.max_packet_bytes.get();
        let count = configuration.packet_buffers.get();
        // One byte more than allowed tells a packet that is too long from one that just fits.
        let make = || vec![0; max_packet_bytes.saturating_add(1)].into_boxed_slice();
        // There is a place for every buffer, so sending never waits.
        let (packets, received) = async_channel::bounded(count);
        let buffers = Pool::new(count, make);
        Ok((Self { socket, buffers, packets, max_packet_bytes, intake, telemetry }, received))
    }

    /// The address in use, also where the configuration left the port to the system.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.socket.address()
    }

    /// What packets are promised.
    pub(crate) fn terms(&self) -> SharedTerms {
        self.intake.terms()
    }

    /// How much the system keeps of what was not yet received.
    pub(crate) fn receive_buffer(&self) -> io::Result<ReceiveBuffer> {
        self.socket.receive_buffer()
    }

    /// Receives until told to stop, or until nobody takes the packets any more. While there is no memory for what a packet
    /// may make the aggregator keep, it waits with that packet.
    pub(crate) async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        loop {
            let Some(mut buffer) = self.buffers.take().await else { break };
            let received = tokio::select! {
                _ = &mut stop => break,
                received = self.socket.receive(&mut buffer) => received,
            };
            self.telemetry.kernel_drops.add(self.socket.take_drops());
            match received {
                Ok(length) if length > self.max_packet_bytes => self.telemetry.oversized_packets.increment(),
                Ok(length) => {
                    self.telemetry.packets.increment();
                    let promise = tokio::select! {
                        // Whoever stops gets what was received, too, where nobody has to wait for it.
                        biased;
                        promise = self.intake.promise(buffer.get(..length).unwrap_or_default()) => promise,
                        _ = &mut stop => break,
                    };
                    let Ok(promise) = promise else {
                        self.telemetry.impossible_packets.increment();
                        continue;
                    };
                    if self.packets.send(Packet { buffer, length, promise }).await.is_err() {
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
