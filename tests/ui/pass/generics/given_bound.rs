#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

trait Encoder {
    type Output;
}

struct Json;

impl Encoder for Json {
    type Output = [u8; 48];
}

#[derive(MemoryBounds)]
#[bounds(bound = "E: Encoder", minimum(name = "output", bytes = size_of::<E::Output>()))]
struct Buffered<E> {
    #[bounds(skip = "zero-sized")]
    encoder: E,
}

fn main() {
    let component = Buffered { encoder: Json };
    assert_eq!(ComponentBounds::of(&component).total_minimum_required_bytes(), 48);
}
