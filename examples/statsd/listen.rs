//! Taking the addresses to listen on.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{self, SocketAddr};

use tokio::net::{TcpListener, UdpSocket};

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}; {}", Remedy { flag, source })]
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

/// What to do about it, which depends on what the system says.
struct Remedy<'a> {
    flag: &'static str,
    source: &'a io::Error,
}

impl fmt::Display for Remedy<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flag = self.flag;
        match self.source.kind() {
            ErrorKind::AddrInUse => {
                write!(formatter, "stop the program that uses it, or give another address with {flag}")
            }
            ErrorKind::PermissionDenied => write!(
                formatter,
                "ports below 1024 need a privilege (on Linux CAP_NET_BIND_SERVICE); give a higher one with {flag}, or have a security \
                 policy that forbids it changed"
            ),
            ErrorKind::AddrNotAvailable => {
                write!(
                    formatter,
                    "no interface of this machine has it; give one that it has, or 0.0.0.0 or [::] for all, with {flag}"
                )
            }
            _ if self.source.raw_os_error().is_some_and(is_too_many_files) => {
                write!(formatter, "too many files are open; raise the limit (ulimit -n, LimitNOFILE)")
            }
            _ if self.source.raw_os_error().is_some_and(is_unknown_family) => {
                write!(
                    formatter,
                    "this system has no such addresses (IPv6 may be off); give another with {flag}"
                )
            }
            _ => write!(formatter, "the address comes from {flag} or the file"),
        }
    }
}

/// `EMFILE` and `ENFILE`, which are the same numbers on every Unix.
fn is_too_many_files(code: i32) -> bool {
    cfg!(unix) && matches!(code, 23 | 24)
}

/// `EAFNOSUPPORT` of Linux.
fn is_unknown_family(code: i32) -> bool {
    cfg!(target_os = "linux") && code == 97
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn each_failure_says_what_helps_against_it() {
        let error = |code| {
            let source = io::Error::from_raw_os_error(code);
            ListenError::new(([127, 0, 0, 1], 80).into(), "--http-addr", source).to_string()
        };
        let expected = [
            (98, "stop the program that uses it"),
            (13, "ports below 1024 need a privilege"),
            (99, "no interface of this machine has it"),
            (24, "too many files are open"),
            (97, "this system has no such addresses"),
            (5, "the address comes from --http-addr or the file"),
        ];
        for (code, part) in expected {
            let error = error(code);
            assert!(error.starts_with("cannot listen on 127.0.0.1:80; ") && error.contains(part), "{error}");
            assert_eq!(error.contains("stop the program"), code == 98);
        }
    }
}
