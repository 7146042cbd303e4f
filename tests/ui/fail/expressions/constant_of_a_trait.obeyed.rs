use memory_accounting::{ComponentBounds, MemoryBounds};

trait Sized {
    const SIZE: usize;
}

impl Sized for u8 {
    const SIZE: usize = 7;
}

const SIZE: usize = <u8 as Sized>::SIZE;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "SIZE")]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 7 * 8);
}
