#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

struct Opaque;

#[derive(MemoryBounds)]
struct Typed<T> {
    #[bounds(bytes)]
    size: usize,
    marker: std::marker::PhantomData<T>,
}

fn main() {
    let component = Typed::<Opaque> { size: 3, marker: std::marker::PhantomData };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 3);
}
