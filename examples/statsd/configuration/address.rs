//! Where to listen: an address, or a name that stands for one.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An address and a port, looked up when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Address(SocketAddr);

impl Address {
    pub(crate) fn get(self) -> SocketAddr {
        self.0
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self(address)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let error = || AddressError { text: text.to_owned() };
        let addresses: Vec<SocketAddr> = text.to_socket_addrs().map_err(|_| error())?.collect();
        // A name often stands for one of each kind. Clients that are told an address are mostly told the older kind.
        let found = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
        found.copied().map(Self).ok_or_else(error)
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AddressError {
    text: String,
}

impl std::error::Error for AddressError {}

impl fmt::Display for AddressError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "`{}` is no address to listen on; write an address or a known name, and a port, such as 127.0.0.1:8125, [::]:8125 or localhost:8125",
            self.text
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_addresses() {
        let read = |text: &str| text.parse::<Address>().map(|address| address.get().to_string());
        assert_eq!(read("localhost:8125").as_deref(), Ok("127.0.0.1:8125"));
        assert_eq!(read("[::1]:80").as_deref(), Ok("[::1]:80"));
        for text in ["", "localhost", "127.0.0.1", "127.0.0.1:99999"] {
            assert!(read(text).unwrap_err().to_string().starts_with(&format!("`{text}` is no address")));
        }
    }
}
