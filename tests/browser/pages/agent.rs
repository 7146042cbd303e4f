//! An agent as an operator sees it: tables, buffers, several workers, and settings that count against each other.

use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(prefix = "receiver.")]
struct Receiver {
    #[bounds(bytes = "buffer_count * (buffer_size + 4)", minimum, name = "buffers")]
    #[bounds(bytes = "(buffer_count_max - buffer_count) * (buffer_size + 4)", name = "elastic buffers")]
    buffer_count: usize,
    buffer_count_max: usize,
    buffer_size: usize,
    #[bounds(skip = "dropped once the listener is bound")]
    _address: String,
}

#[derive(MemoryBounds)]
#[bounds(prefix = "aggregator.")]
struct Aggregator {
    #[bounds(sizes = HashMap<u64, [u64; 4]>, headroom, minimum, name = "contexts", item_bytes = "max_context_bytes")]
    context_limit: usize,
    max_context_bytes: usize,
}

#[derive(MemoryBounds)]
struct Agent {
    #[bounds(subcomponent)]
    receiver: Receiver,
    workers: usize,
    #[bounds(subcomponent, times = "workers")]
    aggregator: Aggregator,
    #[bounds(bytes, minimum)]
    arena_bytes: usize,
}

/// 16.6 MiB, 5.0 MiB of them from the start.
pub(crate) fn bounds() -> ComponentBounds {
    ComponentBounds::of(&Agent {
        receiver: Receiver {
            buffer_count: 128,
            buffer_count_max: 512,
            buffer_size: 8192,
            _address: "127.0.0.1:8125".to_owned(),
        },
        workers: 4,
        aggregator: Aggregator { context_limit: 4096, max_context_bytes: 512 },
        arena_bytes: 2 << 20,
    })
}
