#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

mod limits {
    pub const PACKET: u32 = 1500;
}

const LIMIT: usize = 2;

#[derive(MemoryBounds)]
struct Settings {
    a: usize,
    #[bounds(bytes = "limits::PACKET * LIMIT + u8::MAX")]
    scratch: Vec<u8>,
}

fn main() {
    let component = Settings { a: 3, scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "limits::PACKET=1500 * LIMIT=2 + u8::MAX=255");
}
