use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "Self.capacity")]
    buffer: Vec<u64>,
}

fn main() {}
