use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    packets: u32,
    #[bounds(bytes = "packets * 1500")]
    buffer: Vec<u8>,
}

fn main() {
    let component = Aggregator { packets: 3, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 4500);
}
