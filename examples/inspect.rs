//! Run with `cargo run --example inspect`.
//!
//! Shows what a declaration becomes: the tree, the arithmetic and the JSON of an entry, and what the same declaration says
//! about other values of a setting.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use memory_accounting::{ComponentBounds, MemoryBounds, sizing};

/// A receiver with buffers up front that may add more, and a text interner.
#[derive(MemoryBounds)]
#[bounds(prefix = "receiver.")]
struct ReceiverConfiguration {
    #[bounds(bytes = "buffer_count * (buffer_size + LENGTH_PREFIX)", minimum, name = "buffers")]
    #[bounds(
        bytes = "(buffer_count_max - buffer_count) * (buffer_size + LENGTH_PREFIX)",
        name = "elastic buffers"
    )]
    buffer_count: usize,
    buffer_count_max: usize,
    buffer_size: usize,
    #[bounds(bytes, minimum)]
    interner_bytes: usize,
}

/// Each buffer is prefixed with the length of the packet in it.
const LENGTH_PREFIX: usize = 4;

/// An aggregator whose table is created with head-room, so that removals do not make it grow.
#[derive(MemoryBounds)]
#[bounds(prefix = "aggregator.")]
struct AggregatorConfiguration {
    #[bounds(sizes = HashMap<u64, [f64; 4]>, headroom, minimum, name = "contexts")]
    #[bounds(items = (u64, f64), name = "snapshot")]
    context_limit: usize,
}

#[derive(MemoryBounds)]
struct Configuration {
    #[bounds(subcomponent)]
    receiver: ReceiverConfiguration,
    shards: NonZeroUsize,
    #[bounds(subcomponent, times = "shards")]
    aggregator: AggregatorConfiguration,
    #[bounds(skip = "dropped once the listener is bound")]
    _listen_address: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let configuration = Configuration {
        receiver: ReceiverConfiguration {
            buffer_count: 128,
            buffer_count_max: 512,
            buffer_size: 8192,
            interner_bytes: 2 << 20,
        },
        shards: NonZeroUsize::MIN.saturating_add(3),
        aggregator: AggregatorConfiguration { context_limit: 5000 },
        _listen_address: "127.0.0.1:8125".to_owned(),
    };
    let bounds = ComponentBounds::of(&configuration);

    println!("The tree (all of its arithmetic is in {{:#}}):\n\n{bounds}\n");

    let receiver = bounds.find("receiver").ok_or("the receiver is a subcomponent")?;
    let buffers = receiver.minimum_entries().first().ok_or("the receiver has a minimum")?.expr();
    println!("The buffers of the receiver:\n\n{buffers}\n");

    println!("Each entry is an object in JSON:\n");
    let exprs = bounds.to_exprs();
    let entry = exprs.iter().find(|entry| entry["label"] == "buffers").ok_or("the buffers are an entry")?;
    println!("{}\n", serde_json::to_string_pretty(entry)?);

    println!("The buffers with other values of a setting:\n");
    for size in [1500, 8192, 65_536] {
        let bytes =
            buffers.evaluate_with(&|key, now| if key == "receiver.buffer_size" { Some(size) } else { now });
        println!("receiver.buffer_size={size}: {bytes:?} bytes");
    }

    println!("\nAgainst a limit of 6 MiB:\n\n{}", sizing::explain(&bounds, 6 << 20));
    Ok(())
}
