use memory_accounting::MemoryBounds;

struct Wrapper(Vec<u64>);

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "capacity")]
    buffer: Wrapper,
}

fn main() {}
