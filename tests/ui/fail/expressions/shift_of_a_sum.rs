use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = "capacity + 1 << 10")]
    buffer: Vec<u8>,
}

fn main() {}
