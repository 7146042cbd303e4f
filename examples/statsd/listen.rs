//! Taking the addresses to listen on.

use std::io;
use std::net::{self, SocketAddr};

use tokio::net::{TcpListener, UdpSocket};

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}; stop the program that uses it, or give another address with {flag}")]
pub(crate) struct ListenError {
    address: SocketAddr,
    /// The flag that changes the address.
    flag: &'static str,
    source: io::Error,
}

impl ListenError {
    pub(crate) fn new(address: SocketAddr, flag: &'static str, source: io::Error) -> Self {
        Self { address, flag, source }
    }
}

pub(crate) fn udp(address: SocketAddr, flag: &'static str) -> Result<UdpSocket, ListenError> {
    net::UdpSocket::bind(address)
        .and_then(|socket| socket.set_nonblocking(true).map(|()| socket))
        .and_then(UdpSocket::from_std)
        .map_err(|source| ListenError::new(address, flag, source))
}

pub(crate) fn tcp(address: SocketAddr, flag: &'static str) -> Result<TcpListener, ListenError> {
    net::TcpListener::bind(address)
        .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
        .and_then(TcpListener::from_std)
        .map_err(|source| ListenError::new(address, flag, source))
}
