use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    queue: usize,
    #[bounds(items = "queue * 2")]
    buffer: Vec<u64>,
}

fn main() {}
