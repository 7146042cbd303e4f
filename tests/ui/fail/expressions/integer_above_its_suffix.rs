use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = 300u8)]
    buffer: Vec<u64>,
}

fn main() {}
