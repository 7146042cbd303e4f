use memory_accounting::MemoryBounds;

type Limit = Option<usize>;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: Limit,
    #[bounds(per_item = "capacity")]
    buffer: Vec<u64>,
}

fn main() {}
