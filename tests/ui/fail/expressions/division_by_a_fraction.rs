use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = capacity / 0.75)]
    buffer: Vec<u64>,
}

fn main() {}
