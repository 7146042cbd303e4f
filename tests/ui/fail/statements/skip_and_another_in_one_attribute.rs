use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(skip = "counted elsewhere", per_item = "capacity")]
    buffer: Vec<u64>,
    #[bounds(bytes = "capacity", skip = "counted elsewhere")]
    spare: Vec<u8>,
}

fn main() {}
