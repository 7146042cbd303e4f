use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    queue: usize,
    #[bounds(items = queue)]
    buffer: Vec<u64>,
}

fn main() {}
