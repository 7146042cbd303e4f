#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

struct Packet<T>(T);

impl<T> Packet<T> {
    const LEN: usize = 3 * size_of::<T>();
}

#[derive(MemoryBounds)]
struct Buffers {
    #[bounds(bytes = "Packet::<u8>::LEN")]
    quoted: Vec<u8>,
    #[bounds(bytes = Packet::<u64>::LEN * 2)]
    bare: Vec<u8>,
}

fn main() {
    let bounds = ComponentBounds::of(&Buffers { quoted: Vec::new(), bare: Vec::new() });
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "Packet::<u8>::LEN=3");
    assert_eq!(bounds.total_firm_limit_bytes(), 3 + 48);
}
