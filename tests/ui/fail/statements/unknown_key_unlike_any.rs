use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(colour = "capacity")]
    buffer: Vec<u64>,
}

fn main() {}
