//! Run with `cargo run --example quickstart`.
//!
//! Declares a component, proves that it fits, builds it inside its own allocation group, and compares what it
//! declared with what it has allocated.

use std::alloc::System;

use memory_accounting::allocator::TrackingAllocator;
use memory_accounting::{ComponentRegistry, MemoryBounds, MemoryGrant};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

#[derive(Clone)]
struct Event {
    _timestamp: u64,
    _value: f64,
}

/// What an operator sets. Bounds are declared here, before anything is built.
#[derive(MemoryBounds)]
#[bounds(component = Aggregator)]
struct AggregatorConfiguration {
    #[bounds(sizes = Vec<Event>, minimum)]
    capacity: usize,
}

struct Aggregator {
    buffer: Vec<Event>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let configuration = AggregatorConfiguration { capacity: 1000 };

    let registry = ComponentRegistry::default();
    let component = registry.register("topology.aggregator", &configuration);
    let grant = MemoryGrant::with_slop_factor(64 * 1024, 0.25)?;
    let verified = registry.verify_bounds(grant)?;
    println!("{}\n", verified.bounds());

    let aggregator = component
        .token()
        .scope(|| Box::new(Aggregator { buffer: Vec::with_capacity(configuration.capacity) }));

    let usage = component.usage();
    let live = usage.live.map_or(0, |live| live.bytes);
    println!("{} declared {} bytes and has {live}", usage.name, verified.total_firm_limit_bytes());
    assert_eq!(usage.declared.exceeded_by(usage.live), 0);
    assert_eq!(aggregator.buffer.len(), 0);
    Ok(())
}
