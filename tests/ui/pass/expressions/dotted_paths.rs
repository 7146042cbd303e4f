#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

struct Buffers {
    count: usize,
    pair: (u8, u8),
}

struct Configuration {
    buffers: Buffers,
}

#[derive(MemoryBounds)]
struct Settings {
    config: Configuration,
    #[bounds(bytes = "config.buffers.count * config.buffers.pair.1")]
    scratch: Vec<u8>,
}

fn main() {
    let component = Settings { config: Configuration { buffers: Buffers { count: 2, pair: (1, 5) } }, scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "config.buffers.count=2 * config.buffers.pair.1=5");
}
