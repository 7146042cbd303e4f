#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
enum Source {
    Idle,
    Udp { packets: u32, #[bounds(bytes = "packets * 1500")] buffer: Vec<u8> },
    Tcp(#[bounds(per_item = self.1)] Vec<u16>, usize),
}

fn main() {
    let component = Source::Udp { packets: 2, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 3000);
    let component = Source::Tcp(Vec::new(), 7);
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 14);
    let component = Source::Idle;
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}
