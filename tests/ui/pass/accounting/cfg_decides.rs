#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    #[cfg(any())]
    absent: Vec<u8>,
    #[cfg(all())]
    #[cfg_attr(all(), bounds(bytes = 16))]
    present: Vec<u8>,
}

fn main() {
    let component = Settings { present: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 16);
}
