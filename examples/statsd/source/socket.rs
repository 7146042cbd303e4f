//! The socket that packets arrive at, and what the system drops because nobody receives it in time.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use bytesize::ByteSize;
use socket2::SockRef;
use tokio::net::UdpSocket;

use crate::configuration::{SourceConfiguration, Within};
use crate::listen::{self, ListenError};

const FLAG: &str = "--statsd-addr";

#[derive(Debug)]
pub(super) struct Socket {
    udp: UdpSocket,
    asked_bytes: Option<usize>,
    /// Packets dropped since the socket was made, as the system last said; it starts again from 0 after the largest.
    dropped: u32,
    /// Those that nobody has taken yet.
    untaken_drops: u64,
}

impl Socket {
    pub(super) fn bind(configuration: &SourceConfiguration) -> Result<Self, ListenError> {
        let address = configuration.address.get();
        let asked_bytes = configuration.receive_buffer_bytes.map(Within::get);
        let socket = listen::udp(address, FLAG)?;
        prepare(&socket, asked_bytes).map_err(|source| ListenError::new(address, FLAG, source))?;
        Ok(Self { udp: socket, asked_bytes, dropped: 0, untaken_drops: 0 })
    }

    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.udp.local_addr()
    }

    pub(super) fn receive_buffer(&self) -> io::Result<ReceiveBuffer> {
        let granted_bytes = SockRef::from(&self.udp).recv_buffer_size()?;
        // Linux gives twice as much as was asked for, for what it keeps beside a packet, and says so: socket(7).
        let granted_bytes = if cfg!(target_os = "linux") { granted_bytes / 2 } else { granted_bytes };
        Ok(ReceiveBuffer { asked_bytes: self.asked_bytes, granted_bytes })
    }

    /// Waits for a packet; returns how much of it is in `buffer`.
    #[cfg(target_os = "linux")]
    pub(super) async fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use tokio::io::Interest;

        let receive = || linux::receive(&self.udp, buffer);
        let (length, dropped) = self.udp.async_io(Interest::READABLE, receive).await?;
        // Left out as long as there are none.
        if let Some(dropped) = dropped {
            let more = dropped.wrapping_sub(self.dropped);
            self.dropped = dropped;
            self.untaken_drops = self.untaken_drops.saturating_add(u64::from(more));
        }
        Ok(length)
    }

    /// Waits for a packet; returns how much of it is in `buffer`. What is dropped, this system does not say.
    #[cfg(not(target_os = "linux"))]
    pub(super) async fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.udp.recv(buffer).await
    }

    /// How many packets the system has dropped since this was last asked. It tells with each packet what it had dropped before that
    /// came.
    pub(super) fn take_drops(&mut self) -> u64 {
        std::mem::take(&mut self.untaken_drops)
    }
}

fn prepare(socket: &UdpSocket, asked_bytes: Option<usize>) -> io::Result<()> {
    if let Some(bytes) = asked_bytes {
        SockRef::from(socket).set_recv_buffer_size(bytes)?;
    }
    #[cfg(target_os = "linux")]
    linux::count_drops(socket)?;
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{self, IoSliceMut};
    use std::os::fd::AsRawFd;

    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
    use tokio::net::UdpSocket;

    /// Room for the one control message that was asked for, a number; aligned as its header is.
    #[repr(align(8))]
    struct Control([u8; 64]);

    pub(super) fn count_drops(socket: &UdpSocket) -> io::Result<()> {
        Ok(setsockopt(socket, sockopt::RxqOvfl, &1)?)
    }

    /// The length of a packet, and how many were dropped before it came.
    pub(super) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<(usize, Option<u32>)> {
        let mut control = Control([0; 64]);
        let mut buffers = [IoSliceMut::new(buffer)];
        let flags = MsgFlags::empty();
        let packet = recvmsg::<()>(socket.as_raw_fd(), &mut buffers, Some(&mut control.0), flags)?;
        let dropped = packet.cmsgs()?.find_map(|message| match message {
            ControlMessageOwned::RxqOvfl(dropped) => Some(dropped),
            _ => None,
        });
        Ok((packet.bytes, dropped))
    }
}

/// What the system keeps of packets until they are received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReceiveBuffer {
    asked_bytes: Option<usize>,
    granted_bytes: usize,
}

impl fmt::Display for ReceiveBuffer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = |bytes| ByteSize(u64::try_from(bytes).unwrap_or(u64::MAX)).display().iec();
        write!(formatter, "the system keeps {} of packets not yet received", size(self.granted_bytes))?;
        match self.asked_bytes {
            Some(asked) if asked > self.granted_bytes => write!(
                formatter,
                ", less than the {} of source.receive_buffer_bytes: raise the system's net.core.rmem_max to {asked}",
                size(asked)
            ),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nobody receives while a small buffer is flooded; each packet knows how many were sent before it.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_the_system_drops_is_counted_to_the_packet() {
        use std::net::{Ipv4Addr, UdpSocket as Sender};

        let mut socket = Socket::bind(&SourceConfiguration {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into(),
            receive_buffer_bytes: Some(Within::of::<4_096>()),
            ..SourceConfiguration::default()
        })
        .unwrap();
        let sender = Sender::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = socket.address().unwrap();
        let (mut sent, mut received, mut dropped) = (0_u64, 0_u64, 0_u64);
        let mut flood = |count| {
            for number in sent..sent + count {
                sender.send_to(&number.to_be_bytes(), address).unwrap();
            }
            sent += count;
        };
        flood(200);
        while dropped == 0 {
            let mut number = [0; 8];
            assert_eq!(socket.receive(&mut number).await.unwrap(), 8);
            dropped += socket.take_drops();
            assert_eq!(dropped, u64::from_be_bytes(number) - received);
            received += 1;
            flood(1);
        }
        assert!(dropped > 100, "{dropped} of 200 for which there was no room");
    }

    #[test]
    fn a_receive_buffer_smaller_than_asked_for_says_what_to_raise() {
        let buffer = |asked_bytes| ReceiveBuffer { asked_bytes, granted_bytes: 212_992 }.to_string();
        let granted = "the system keeps 208.0 KiB of packets not yet received";
        assert_eq!(buffer(None), granted);
        assert_eq!(buffer(Some(212_992)), granted);
        assert_eq!(
            buffer(Some(4 << 20)),
            format!(
                "{granted}, less than the 4.0 MiB of source.receive_buffer_bytes: raise the system's net.core.rmem_max to 4194304"
            )
        );
    }
}
