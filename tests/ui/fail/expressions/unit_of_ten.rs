use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = capacity * 4 MB)]
    buffer: Vec<u8>,
}

fn main() {}
