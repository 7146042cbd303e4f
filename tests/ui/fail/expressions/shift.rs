use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "1 << 20")]
    buffer: Vec<u64>,
}

fn main() {}
