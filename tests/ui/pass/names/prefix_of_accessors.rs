#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(prefix = "queue.")]
struct Settings {
    half: usize,
    #[bounds(bytes = "self.limit() + half")]
    scratch: Vec<u8>,
}

impl Settings {
    fn limit(&self) -> usize {
        self.half * 2
    }
}

fn main() {
    let component = Settings { half: 2, scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "queue.limit=4 + queue.half=2");
}
