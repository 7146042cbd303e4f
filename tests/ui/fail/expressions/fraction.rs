use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = "capacity * 0.3")]
    buffer: Vec<u8>,
}

fn main() {}
