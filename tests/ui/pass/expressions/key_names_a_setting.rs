#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    limit: std::num::NonZeroU32,
    factor: u8,
    #[bounds(bytes = key("queue.limit", limit.get()) * key("other", self.factor))]
    scratch: Vec<u8>,
}

fn main() {
    let component = Settings { limit: 4.try_into().unwrap(), factor: 2, scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "queue.limit=4 * other=2");
}
