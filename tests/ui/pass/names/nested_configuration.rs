#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds, serde::Deserialize)]
struct Settings {
    #[serde(rename = "retry")]
    retry_settings: Retry,
    #[bounds(bytes = "retry_settings.queue_bytes + retry_settings.buffer_size * 1024")]
    #[serde(skip)]
    queue: Vec<u8>,
}

#[derive(serde::Deserialize)]
struct Retry {
    queue_bytes: usize,
    buffer_size: usize,
}

fn main() {
    let component = Settings { retry_settings: Retry { queue_bytes: 10, buffer_size: 2 }, queue: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "retry.queue_bytes=10 + retry.buffer_size=2 * 1024");
}
