//! A service whose configuration is read by serde, table by table, as the README shows one; one part has its whole keys by `prefix`.

use memory_accounting::MemoryBounds;
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize, MemoryBounds)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Service {
    #[bounds(subcomponent)]
    pub(crate) cache: Cache,
    #[bounds(subcomponent)]
    pub(crate) receiver: Receiver,
    #[bounds(subcomponent = "shard")]
    pub(crate) shards: Vec<Index>,
}

#[derive(Debug, PartialEq, Deserialize, MemoryBounds)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Cache {
    #[bounds(items = [u8; 1024])]
    pub(crate) max_entries: usize,
    #[bounds(subcomponent)]
    pub(crate) index: Index,
}

#[derive(Debug, PartialEq, Deserialize, MemoryBounds)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Index {
    #[bounds(items = [u8; 16])]
    pub(crate) max_entries: usize,
}

#[derive(Debug, PartialEq, Deserialize, MemoryBounds)]
#[serde(default, deny_unknown_fields)]
#[bounds(prefix = "receiver.")]
pub(crate) struct Receiver {
    #[bounds(items = [u8; 8192])]
    pub(crate) buffers: usize,
    /// Which 0 is no value of.
    #[bounds(bytes, or = 0)]
    pub(crate) socket_bytes: Option<usize>,
}

impl Default for Service {
    fn default() -> Self {
        let shards = vec![Index { max_entries: 7 }, Index::default()];
        Self { cache: Cache::default(), receiver: Receiver::default(), shards }
    }
}

impl Default for Cache {
    fn default() -> Self {
        Self { max_entries: 1000, index: Index::default() }
    }
}

impl Default for Index {
    fn default() -> Self {
        Self { max_entries: 2000 }
    }
}

impl Default for Receiver {
    fn default() -> Self {
        Self { buffers: 64, socket_bytes: None }
    }
}
