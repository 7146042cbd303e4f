#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

impl Settings {
    fn half(&self) -> u32 {
        self.limit.get() / 2
    }
}

#[derive(MemoryBounds)]
struct Settings {
    limit: std::num::NonZeroU32,
    #[bounds(bytes = "limit.get() + self.half() + self.limit.get()")]
    scratch: Vec<u8>,
}

fn main() {
    let component = Settings { limit: 4.try_into().unwrap(), scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "limit=4 + half=2 + limit=4");
}
