use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds("capacity")]
    buffer: Vec<u64>,
}

fn main() {}
