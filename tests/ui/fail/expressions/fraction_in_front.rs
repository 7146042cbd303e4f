use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = 0.3 * capacity)]
    buffer: Vec<u8>,
}

fn main() {}
