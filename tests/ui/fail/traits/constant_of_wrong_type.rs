use memory_accounting::MemoryBounds;

const LIMIT: f64 = 1.0;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "LIMIT")]
    buffer: Vec<u64>,
}

fn main() {}
