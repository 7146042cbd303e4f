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
#[bounds(minimum(name = "output", bytes = size_of::<E::Output>()))]
struct Buffered<E: Encoder> {
    encoder: std::marker::PhantomData<E>,
    #[bounds(per_item = 2)]
    pending: Vec<E::Output>,
}

fn main() {
    let component = Buffered::<Json> { encoder: std::marker::PhantomData, pending: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_minimum_required_bytes(), 48);
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 48 + 96);
}
